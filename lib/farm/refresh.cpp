#include "farm/refresh.hpp"

#include <fmt/format.h>
#include <memory>

#include "base/failure.hpp"
#include "base/files.hpp"
#include "db/bulk.hpp"
#include "farm/archive_reader.hpp"
#include "farm/folders.hpp"

namespace buildd::farm {

namespace {

constexpr std::size_t archives_at_once = 8;

}  // namespace

std::string ArchiveRefresh::text() const {
    std::string changes;
    const auto add = [&](std::int64_t count, const char* what) {
        if (count > 0) changes += fmt::format("{}{} {}", changes.empty() ? "" : ", ", count, what);
    };
    add(added, "added");
    add(changed, "changed");
    add(removed, "removed");
    if (indexes == 0 && changes.empty()) return "is so already";
    return fmt::format("{} index{}, {} binaries: {}", indexes, indexes == 1 ? "" : "es", binaries,
                       changes.empty() ? "is so already" : changes);
}

std::vector<ArchiveRefresh> refresh_archives(const Settings& settings, db::Database& database,
                                             const RefreshOrder& order, const StopSignals& signals,
                                             Log& log) {
    if (auto made = make_folders(settings.root + "/" + tmp_folder); !made)
        throw Failure(ExitStatus::bad_config, "root: " + made.error().message);
    db::allow_long_statements(database);
    net::Loop loop;
    net::HttpOptions options;
    options.max_transfers = archives_at_once;
    net::Http http(loop, options);
    net::Semaphore turns(loop, archives_at_once);
    const net::Watch stop(loop, signals.fd(),
                          [&] { throw Interrupted(signals.pending().value_or(0)); });
    const RefreshTools tools{settings, database, loop, http, turns, order.forget_missing, log};
    std::vector<std::unique_ptr<ArchiveReader>> readers;
    for (auto& archive : db::archives_to_refresh(database, order.archives))
        readers.push_back(std::make_unique<ArchiveReader>(tools, std::move(archive)));
    for (auto& reader : readers) loop.spawn(reader->run());
    loop.run();
    log.progress("");
    std::vector<ArchiveRefresh> results;
    for (const auto& reader : readers) results.push_back(reader->result());
    return results;
}

}  // namespace buildd::farm
