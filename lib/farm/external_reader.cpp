#include "farm/external_reader.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd::farm {

namespace {

constexpr const char* external = "";  // their component

}  // namespace

net::Task<> ExternalReader::run() {
    const bool found = co_await find_suites();
    if (!found) co_return;
    for (const auto& architecture : series_.architectures) co_await read_architecture(architecture);
}

net::Task<bool> ExternalReader::find_suites() {
    const RefreshTools& tools = reader_.tools();
    for (const auto& text : split(reader_.archive().external_lines, '\n')) {
        const auto line = policy::parse_source_line(text);
        if (!line) continue;
        if (line->is_flat()) {
            tools.log.info("{}: {} is a flat repository, which is not read", reader_.archive().name,
                           mask_passwords(line->suite_url()));
            continue;
        }
        auto files = std::make_unique<SuiteFiles>(reader_, line->suite_url(), "");
        const auto release = co_await files->fetch_release(std::nullopt);
        if (release == SuiteFiles::Found::missing)
            reader_.fail(line->suite_url(), "an external line names it, and it has no Release");
        if (release != SuiteFiles::Found::there || !has_components(*line, *files)) co_return false;
        externals_.push_back({*line, std::move(files)});
    }
    co_return true;
}

// One that is missing is no empty one.
bool ExternalReader::has_components(const policy::SourceLine& line, const SuiteFiles& files) const {
    for (const auto& component : line.components) {
        const std::string folder = component + "/binary-";
        const auto first = files.release().files.lower_bound(folder);
        if (first != files.release().files.end() && first->first.starts_with(folder)) continue;
        reader_.fail(line.suite_url(),
                     fmt::format("an external line names the component {}, and Release has no "
                                 "packages of it",
                                 component));
        return false;
    }
    return true;
}

std::vector<PackagesIndex> ExternalReader::wanted(const External& one,
                                                  const std::string& tag) const {
    auto indexes = packages_indexes(one.files->release(), tag);
    const auto& components = one.line.components;
    std::erase_if(indexes, [&](const PackagesIndex& index) {
        return std::find(components.begin(), components.end(), index.component) == components.end();
    });
    return indexes;
}

std::string ExternalReader::digest_for(const std::string& tag) const {
    std::string digests;
    for (const auto& one : externals_)
        for (const auto& index : wanted(one, tag))
            for (const auto& path : index.paths)
                digests += one.files->release().files.find(path)->second.digest + " ";
    return digests;
}

net::Task<> ExternalReader::read_architecture(const Architecture& architecture) {
    const db::BinaryPlace place{reader_.archive().id, architecture.id, Pocket::RELEASE};
    const auto known = db::known_components(reader_.tools().database, place);
    const std::string digest = digest_for(architecture.tag);
    const bool is_known = known.contains(external);
    if (is_known ? known.at(external) == digest : externals_.empty()) co_return;
    std::vector<FetchedIndex> fetched;
    for (const auto& one : externals_)
        for (auto& index : wanted(one, architecture.tag)) {
            auto file = co_await one.files->fetch_index(index);
            if (!file) co_return;
            fetched.push_back({&one, std::move(index), std::move(*file)});
        }
    take_in(architecture, fetched, digest);
}

void ExternalReader::take_in(const Architecture& architecture,
                             const std::vector<FetchedIndex>& fetched, const std::string& digest) {
    db::BinaryStage stage(reader_.tools().database);
    for (const auto& [from, index, file] : fetched) {
        const auto read = from->files->stage(stage, index, file, architecture.tag);
        if (read) continue;
        reader_.fail(from->files->at(index.folder + "/Packages"), read.error().message);
        return;
    }
    const db::BinaryPlace place{reader_.archive().id, architecture.id, Pocket::RELEASE};
    const auto changes = stage.replace(place, external, digest, [](auto, auto) {});
    reader_.tools().log.info("{} {} {}, external lines: {} binaries, {} added, {} removed",
                             reader_.archive().name, series_.name, architecture.tag,
                             changes.binaries, changes.added, changes.removed);
    reader_.count(changes, fetched.size());
}

}  // namespace buildd::farm
