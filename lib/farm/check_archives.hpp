// `archive check`: whether apt could use the `deb` lines that builders are given.
#pragma once

#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/settings.hpp"
#include "base/stop_signals.hpp"
#include "db/database.hpp"
#include "policy/line_check.hpp"

namespace buildd::farm {

struct CheckedLine {
    std::string text;
    policy::LineVerdict verdict;
    bool left_out = false;  // builders are not given it
    bool is_fault = false;  // a person has something to mend

    std::string words() const;  // what is to be said of it; empty: nothing
};

struct ArchiveCheck {
    std::string archive;  // "ubuntu/primary"
    std::vector<CheckedLine> lines;

    std::size_t faults() const;
    std::string text() const;  // "5 lines, 1 that apt cannot use"
};

// Of these archives (none: all enabled ones) every line, for each series, each pocket that is open
// to builds and each enabled architecture. What is missing is noted: such a line is left out while
// this farm has published nothing there, but never a PRIMARY archive's RELEASE. A fault is what is
// missing and given to builders, and all that is missing of a PRIMARY archive that is checked.
// Throws Failure(usage) for an archive that does not exist, and Interrupted.
std::vector<ArchiveCheck> check_archives(const Settings& settings, db::Database& database,
                                         const std::vector<std::string>& archives,
                                         const StopSignals& signals, Log& log);

}  // namespace buildd::farm
