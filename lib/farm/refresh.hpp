// `archive refresh`: which binaries archives hold, read from their Packages indexes
// (spec: behaviour §9, schema table archivebinary).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/settings.hpp"
#include "base/stop_signals.hpp"
#include "db/database.hpp"

namespace buildd::farm {

struct ArchiveRefresh {
    std::string archive;  // "ubuntu/primary"
    int indexes = 0;      // read
    std::int64_t binaries = 0, added = 0, changed = 0, removed = 0;
    bool failed = false;  // in part at least; why has been logged

    std::string text() const;  // "4 indexes, 5120 binaries: 2 added, 1 removed"
};

struct RefreshOrder {
    std::vector<std::string> archives;  // none: all enabled ones
    bool forget_missing = false;        // suites and components that are no longer there, too
};

// Packages that an archive's indexes no longer list are forgotten; what is missing, cannot be read
// or does not match its digests stays as it was. What is unchanged is not fetched again. Throws
// Failure(usage) for an archive that does not exist, and Interrupted.
std::vector<ArchiveRefresh> refresh_archives(const Settings& settings, db::Database& database,
                                             const RefreshOrder& order, const StopSignals& signals,
                                             Log& log);

}  // namespace buildd::farm
