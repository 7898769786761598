// What an admin does to builds. Each edit is guarded by the state it comes from, within the
// caller's transaction; false: someone else moved the build, and nothing may be committed.
#pragma once

#include <optional>
#include <string>

#include "db/database.hpp"
#include "model/build.hpp"

namespace buildd::db {

// The active build of the same source, architecture, archive and pocket, if it is another one.
std::optional<BuildId> other_active_build(Database& database, BuildId build);

Clashes read_clashes(Database& database, BuildId build);

// NEEDSBUILD → CANCELLED; its job is deleted.
bool cancel_pending(Transaction& transaction, BuildId build);
// BUILDING → CANCELLING, for collect to abort.
bool cancel_running(Transaction& transaction, BuildId build);

struct JobScore {
    JobId job;
    bool running = false;
    int score = 0;
    bool manual = false;  // a person's
};
std::optional<JobScore> read_score(Database& database, BuildId build);
// Guarded by what was read, and by its not running.
bool set_score(Database& database, const JobScore& before, int score, bool manual);

// A person's hold on a job.
struct JobHold {
    bool running = false;
    std::string by, reason;  // empty: nobody holds it
    bool operator==(const JobHold&) const = default;
};
// nullopt: it has no job.
std::optional<JobHold> read_hold(Database& database, BuildId build);
// Guarded by what was read, and by its not running; `hold`: as it is to be.
bool set_hold(Database& database, BuildId build, const JobHold& before, const JobHold& hold);

// The leaf of the last attempt; nullopt: it had no results.
std::optional<std::string> last_leaf(Database& database, BuildId build);
// FAILEDTOUPLOAD → UPLOADING, and back.
bool start_reupload(Database& database, BuildId build, const std::string& leaf);
bool stop_reupload(Database& database, BuildId build, const std::string& leaf);

}  // namespace buildd::db
