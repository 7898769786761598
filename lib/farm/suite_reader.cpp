#include "farm/suite_reader.hpp"

#include <fmt/format.h>

#include "db/places.hpp"
#include "policy/pockets.hpp"

namespace buildd::farm {

namespace {

PocketPlace place_in(const SuiteReader::Series& series, Pocket pocket) {
    const auto found = series.places.find(pocket);
    return found == series.places.end() ? PocketPlace() : found->second;
}

}  // namespace

SuiteReader::SuiteReader(ArchiveReader& reader, const Series& series, Pocket pocket)
    : reader_(reader),
      tools_(reader.tools()),
      series_(series),
      pocket_(pocket),
      place_(place_in(series, pocket)),
      name_(policy::suite_name(place_.suite, series.name, pocket)),
      base_(place_.url.empty() ? reader.archive().url : place_.url),
      asked_(db::AskedAt::clock::now()),
      files_(reader, net::join_url(base_, "dists/" + name_), reader.archive().signing_key) {}

net::Task<> SuiteReader::run() {
    if (place_.absent) {
        if (is_known()) forget_all();
        co_return;
    }
    const auto known =
        db::known_suite(tools_.database, reader_.archive().id, series_, pocket_, files_.source());
    // What is to be forgotten must be looked at though Release is the same.
    const auto asked_for = tools_.forget_missing ? std::nullopt : known;
    auto found = co_await files_.fetch_release(asked_for);
    if (found == SuiteFiles::Found::there && is_stale()) found = SuiteFiles::Found::failed;
    if (found == SuiteFiles::Found::missing) missing();
    if (found == SuiteFiles::Found::unchanged) unchanged();
    if (found != SuiteFiles::Found::failed) note(found != SuiteFiles::Found::missing);
    if (found != SuiteFiles::Found::there) co_return;
    // Until all of this one is read: the former may come back meanwhile.
    if (known) db::forget_suite(tools_.database, reader_.archive().id, series_.id, pocket_);
    bool all = true;
    for (const auto& architecture : series_.architectures) {
        const bool read = co_await read_architecture(architecture);
        all = all && read;
        if (reader_.out_of_reach()) co_return;
    }
    if (!all) co_return;
    db::Transaction transaction(tools_.database);
    db::note_suite(transaction, reader_.archive().id, series_, pocket_, files_.noted());
    transaction.commit();
}

bool SuiteReader::is_stale() const {
    const std::string why = files_.why_stale();
    if (!why.empty()) reader_.fail(files_.at(files_.noted().file), why);
    return !why.empty();
}

bool SuiteReader::is_known() const {
    for (const auto& architecture : series_.architectures)
        for (const auto& [component, digest] :
             db::known_components(tools_.database, place(architecture)))
            if (!component.empty()) return true;  // else of external lines
    return false;
}

void SuiteReader::forget_all() {
    // First: it may come back as it was.
    db::forget_suite(tools_.database, reader_.archive().id, series_.id, pocket_);
    for (const auto& architecture : series_.architectures)
        for (const auto& [component, digest] :
             db::known_components(tools_.database, place(architecture)))
            if (!component.empty()) forget(architecture, component);
}

// An address that is mistyped, or a mirror in repair, must not look like an empty archive.
void SuiteReader::missing() {
    if (!is_known())
        tools_.log.info("{} has no suite {}", reader_.archive().name, name_);
    else if (!tools_.forget_missing)
        tools_.log.warning(
            "{}: the suite {} is no longer there; what is known of it stays until "
            "'archive refresh --forget-missing'",
            reader_.archive().name, name_);
    if (tools_.forget_missing) forget_all();
}

// Builds of other archives than a primary are given its RELEASE pocket alone.
void SuiteReader::note(bool there) const {
    const bool given =
        reader_.archive().purpose == ArchivePurpose::PRIMARY || pocket_ == Pocket::RELEASE;
    if (!given) return;
    const db::SoughtSuite suite{reader_.archive().id, series_.id, pocket_, base_, place_.suite};
    if (there)
        db::note_there(tools_.database, suite);
    else
        db::note_missing(tools_.database, suite);
}

void SuiteReader::unchanged() {
    tools_.log.info("{} {} is unchanged", reader_.archive().name, name_);
    for (const auto& architecture : series_.architectures)
        db::note_refresh(tools_.database, place(architecture), asked_);
}

// Nothing of a component is used before all of it is there; one that fails takes no other along.
// false: not all of it could be read.
net::Task<bool> SuiteReader::read_architecture(const Architecture& architecture) {
    std::map<std::string, Indexes> components;
    for (auto& index : packages_indexes(files_.release(), architecture.tag))
        components[index.component].push_back(std::move(index));
    if (components.empty())
        tools_.log.info("{} has nothing for {} in {}", reader_.archive().name, architecture.tag,
                        name_);
    auto known = db::known_components(tools_.database, place(architecture));
    bool all = true;
    for (const auto& [component, indexes] : components) {
        const std::string digest = digest_of(indexes);
        const bool is_so =
            known.contains(component) && !digest.empty() && known.at(component) == digest;
        known.erase(component);
        if (is_so) continue;
        const bool read = co_await read_component(architecture, indexes, digest);
        all = all && read;
        if (reader_.out_of_reach()) co_return false;
    }
    for (const auto& [component, digest] : known)
        if (!component.empty()) missing_component(architecture, component);
    if (all) db::note_refresh(tools_.database, place(architecture), asked_);
    co_return all;
}

net::Task<bool> SuiteReader::read_component(const Architecture& architecture,
                                            const Indexes& indexes, const std::string& digest) {
    std::vector<Fd> fetched;
    for (const auto& index : indexes) {
        auto file = co_await files_.fetch_index(index);
        if (!file) co_return false;
        fetched.push_back(std::move(*file));
    }
    db::BinaryStage stage(tools_.database);
    for (std::size_t i = 0; i < indexes.size(); ++i) {
        const auto read = files_.stage(stage, indexes[i], fetched[i], architecture.tag);
        if (read) continue;
        reader_.fail(files_.at(indexes[i].folder + "/Packages"), read.error().message);
        co_return false;
    }
    const std::string& component = indexes.front().component;
    const std::string what =
        fmt::format("{} {} {} {}", reader_.archive().name, name_, architecture.tag, component);
    const auto changes = stage.replace(place(architecture), component, digest,
                                       [&](std::size_t done, std::size_t all) {
                                           tools_.log.progress("{}: {}/{}", what, done, all);
                                       });
    tools_.log.info("{}: {} binaries, {} added, {} changed, {} removed", what, changes.binaries,
                    changes.added, changes.changed, changes.removed);
    reader_.count(changes, indexes.size());
    co_return true;
}

void SuiteReader::missing_component(const Architecture& architecture,
                                    const std::string& component) {
    if (tools_.forget_missing) return forget(architecture, component);
    tools_.log.warning(
        "{}: {} for {} is no longer in {}; what is known of it stays until 'archive "
        "refresh --forget-missing'",
        reader_.archive().name, component, architecture.tag, name_);
}

void SuiteReader::forget(const Architecture& architecture, const std::string& component) {
    db::BinaryStage nothing(tools_.database);
    reader_.count(nothing.replace(place(architecture), component, "", [](auto, auto) {}), 0);
}

std::string SuiteReader::digest_of(const Indexes& indexes) const {
    std::string digests;
    for (const auto& index : indexes)
        for (const auto& path : index.paths)
            digests += files_.release().files.find(path)->second.digest + " ";
    return digests;
}

db::BinaryPlace SuiteReader::place(const Architecture& architecture) const {
    return {reader_.archive().id, architecture.id, pocket_};
}

}  // namespace buildd::farm
