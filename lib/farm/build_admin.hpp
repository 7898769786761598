// An admin's hand on builds: retry, cancel, rescore (buildd-master(1), "Builds"). No lock is taken:
// every edit is guarded by the state it comes from.
//
// Of several builds all are changed or none. Throws Failure: usage for a build that does not exist,
// bad_input for one that is refused, busy when a pass was faster. The answers are lines to print.
#pragma once

#include <string>
#include <vector>

#include "base/log.hpp"
#include "db/build_admin.hpp"
#include "db/database.hpp"
#include "model/build.hpp"

namespace buildd::farm {

using Lines = std::vector<std::string>;

Lines retry_builds(db::Database& database, int score_per_hour, Log& log,
                   const std::vector<BuildId>& builds);

// All that match and are worth it (see BuildFilter); one that is refused is told and passed over.
Lines retry_matching(db::Database& database, int score_per_hour, Log& log, db::BuildFilter filter);

Lines cancel_builds(db::Database& database, const std::vector<BuildId>& builds);

// A person's score: of the rules only waiting is added to it.
Lines rescore_build(db::Database& database, BuildId build, int score);
// Back to the score that `queue build` gives.
Lines rescore_by_rule(db::Database& database, int score_per_hour, Log& log, BuildId build);

// A held job is not dispatched, whatever its score; it goes on to age. `reason` may be empty.
Lines hold_builds(db::Database& database, const std::vector<BuildId>& builds,
                  const std::string& who, const std::string& reason);
Lines release_builds(db::Database& database, const std::vector<BuildId>& builds);

// Parts of these, for reupload.
BuildFacts read_known_build(db::Database& database, BuildId build);
void require_allowed(const BuildFacts& build, const Result<void>& checked);
[[noreturn]] void throw_moved(const BuildFacts& build);
std::string line_about(const BuildFacts& build, const std::string& what);

}  // namespace buildd::farm
