#include "farm/refresh.hpp"

#include <fmt/format.h>
#include <memory>

#include "db/bulk.hpp"
#include "farm/archive_reader.hpp"

namespace buildd::farm {

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
    RefreshLoop run(settings, database, signals, log, order.forget_missing);
    db::allow_long_statements(database);
    std::vector<std::unique_ptr<ArchiveReader>> readers;
    for (auto& archive : db::archives_to_refresh(database, order.archives))
        readers.push_back(std::make_unique<ArchiveReader>(run.tools(), std::move(archive)));
    for (auto& reader : readers) run.loop().spawn(reader->run());
    run.loop().run();
    log.progress("");
    std::vector<ArchiveRefresh> results;
    for (const auto& reader : readers) results.push_back(reader->result());
    return results;
}

}  // namespace buildd::farm
