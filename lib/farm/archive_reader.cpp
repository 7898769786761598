#include "farm/archive_reader.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "farm/folders.hpp"
#include "farm/index_file.hpp"
#include "librarian/gunzip.hpp"
#include "policy/pockets.hpp"
#include "upload/packages_file.hpp"

namespace buildd::farm {

namespace {

using net::HttpError;

constexpr std::uint64_t max_release = 16 << 20;
constexpr long not_found = 404;

}  // namespace

ArchiveReader::ArchiveReader(const Settings& settings, db::Database& database, net::Http& http,
                             net::Semaphore& turns, db::RefreshableArchive archive, Log& log)
    : settings_(settings),
      database_(database),
      http_(http),
      turns_(turns),
      archive_(std::move(archive)),
      log_(log) {
    result_.archive = archive_.name;
}

net::Task<> ArchiveReader::run() {
    auto turn = co_await turns_.acquire();
    for (const auto& series : archive_.series)
        for (const Pocket pocket : policy::all_pockets) {
            if (out_of_reach_) co_return;
            co_await read_suite(series, pocket);
        }
}

net::Task<> ArchiveReader::read_suite(const Series& series, Pocket pocket) {
    Suite suite;
    suite.name = series.name + std::string(policy::pocket_suffix(pocket));
    suite.pocket = pocket;
    suite.asked = Clock::now();
    auto text = co_await fetch_release(suite);
    if (!text && text.error().status == not_found) {
        log_.info("{} has no suite {}", archive_.name, suite.name);
        result_.removed += db::clear_suite(database_, archive_.id, series, pocket, suite.asked);
        co_return;
    }
    if (!text) {
        fail(suite, "Release", text.error());
        co_return;
    }
    auto release = parse_release(*text);
    if (!release) {
        fail(suite, "Release", release.error().message);
        co_return;
    }
    suite.release = std::move(*release);
    for (const auto& architecture : series.architectures) {
        if (out_of_reach_) co_return;
        co_await read_architecture(suite, architecture);
    }
}

net::Task<Result<std::string, HttpError>> ArchiveReader::fetch_release(const Suite& suite) {
    std::string text;
    const net::BodySink sink = [&text](std::string_view piece) -> Result<void> {
        text.append(piece);
        return {};
    };
    net::GetRequest request = request_for(suite, "Release");
    request.max_bytes = std::min(max_release, settings_.max_file_size);
    auto done = co_await http_.get(request, sink);
    if (!done) co_return done.error();
    co_return text;
}

// Nothing of an architecture is used before all of it is there.
net::Task<> ArchiveReader::read_architecture(const Suite& suite, const Architecture& architecture) {
    const auto indexes = packages_indexes(suite.release, architecture.tag);
    if (indexes.empty())
        log_.info("{} has nothing for {} in {}", archive_.name, architecture.tag, suite.name);
    std::vector<FetchedIndex> fetched;
    for (const auto& index : indexes) {
        auto file = co_await fetch_index(suite, index);
        if (!file) co_return;
        fetched.push_back({index, std::move(*file)});
    }
    take_in(suite, architecture, fetched);
}

// The first of its forms that is there. nullopt: it failed, and that has been logged.
net::Task<std::optional<Fd>> ArchiveReader::fetch_index(const Suite& suite,
                                                        const PackagesIndex& index) {
    const std::string unwanted = why_not_wanted(suite, index);
    if (!unwanted.empty()) {
        fail(suite, index.folder + "/Packages", unwanted);
        co_return std::nullopt;
    }
    for (const auto& path : index.paths) {
        const ListedIndex& listed = suite.release.files.find(path)->second;
        net::GetRequest request = request_for(suite, path);
        const DigestKind kind = suite.release.kind;
        const std::string folder = settings_.root + "/" + tmp_folder;
        auto file = co_await fetch_listed(http_, request, listed, kind, folder);
        if (file) co_return std::optional<Fd>(std::move(*file));
        if (file.error().status == not_found && path != index.paths.back()) continue;
        fail(suite, path, file.error());
        co_return std::nullopt;
    }
    co_return std::nullopt;
}

std::string ArchiveReader::why_not_wanted(const Suite& suite, const PackagesIndex& index) const {
    if (index.paths.empty()) return "it is only there in compressions that are not read (not gzip)";
    for (const auto& path : index.paths) {
        const auto size = suite.release.files.find(path)->second.size;
        if (size > settings_.max_file_size)
            return fmt::format("Release gives it {}, max_file_size is {}", show_size(size),
                               show_size(settings_.max_file_size));
    }
    return "";
}

void ArchiveReader::take_in(const Suite& suite, const Architecture& architecture,
                            const std::vector<FetchedIndex>& fetched) {
    db::BinaryStage stage(database_);
    for (const auto& one : fetched) {
        const auto read = stage_index(stage, one, architecture);
        if (read) continue;
        fail(suite, one.index.folder + "/Packages", read.error().message);
        return;
    }
    const auto changes = stage.replace({archive_.id, architecture.id, suite.pocket}, suite.asked,
                                       [&](std::size_t done, std::size_t all) {
                                           log_.progress("{} {} {}: {}/{}", archive_.name,
                                                         suite.name, architecture.tag, done, all);
                                       });
    log_.info("{} {} {}: {} binaries, {} added, {} changed, {} removed", archive_.name, suite.name,
              architecture.tag, changes.binaries, changes.added, changes.changed, changes.removed);
    count(changes, fetched.size());
}

Result<void> ArchiveReader::stage_index(db::BinaryStage& stage, const FetchedIndex& fetched,
                                        const Architecture& architecture) const {
    const PackagesIndex& index = fetched.index;
    PackagesReader reader([&](IndexedPackage package) {
        if (package.architecture != architecture.tag && package.architecture != "all") return;
        stage.add({std::move(package.name), std::move(package.version), std::move(package.provides),
                   index.component, std::move(package.multiarch)});
    });
    // A small file may decompress to anything.
    const auto limit =
        std::min(index.plain_size.value_or(settings_.max_file_size), settings_.max_file_size);
    const auto read = read_gunzipped(fetched.file.get(), limit,
                                     [&](std::string_view piece) { return reader.write(piece); });
    return read ? reader.finish() : read;
}

void ArchiveReader::count(const db::BinaryChanges& changes, std::size_t indexes) {
    result_.indexes += static_cast<int>(indexes);
    result_.binaries += changes.binaries;
    result_.added += changes.added;
    result_.changed += changes.changed;
    result_.removed += changes.removed;
}

net::GetRequest ArchiveReader::request_for(const Suite& suite, const std::string& path) const {
    net::GetRequest request;
    request.url = net::join_url(archive_.url, fmt::format("dists/{}/{}", suite.name, path));
    request.deadline = settings_.transfer_timeout;
    return request;
}

void ArchiveReader::fail(const Suite& suite, const std::string& path, const HttpError& error) {
    using Kind = HttpError::Kind;
    out_of_reach_ = error.kind == Kind::unreachable || error.kind == Kind::timeout;
    fail(suite, path, error.message);
}

void ArchiveReader::fail(const Suite& suite, const std::string& path, const std::string& why) {
    result_.failed = true;
    log_.error("{}: {}: {}", archive_.name, request_for(suite, path).url, why);
}

}  // namespace buildd::farm
