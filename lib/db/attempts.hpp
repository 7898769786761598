// Edits of running jobs. Each is guarded by the cookie and the builder; false or "not among the
// answers" means someone else moved the job. Single ones throw StatementError (is_busy) when
// another transaction holds a row of theirs: nothing is changed then.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/held_rows.hpp"
#include "model/edits.hpp"

namespace buildd::db {

// Log tails of many jobs in one statement; their silence ends. Answers the rows that another
// transaction holds, which are left as they are (held_rows.hpp).
std::vector<HeldRow> store_tails(Database& database, const std::vector<TailEdit>& tails);

// Starts the clock of silence where it does not run yet, or cannot be believed. While no pass
// looks, no clock of a job goes on for longer than three minutes; after a quarter of an hour it
// begins anew. Answers as above.
std::vector<HeldRow> mark_silent(Database& database, const std::vector<TailEdit>& jobs);

// Adds to what fetching has taken of each job. Answers as above.
std::vector<HeldRow> add_fetch_time(Database& database, const std::vector<FetchEdit>& fetches);

// What each start waits for (`logtail`: the URL of a file) as a pass leaves it. Answers as
// above.
std::vector<HeldRow> note_start_files(Database& database, const std::vector<TailEdit>& starts);

// Just before abort() is sent to a job that is being cancelled: the time of the first one stays.
bool mark_abort_requested(Database& database, const Cookie& cookie, BuilderId builder);

// Just before build() is sent: dispatched now, attempts + 1, what it is given stays with the
// attempt. false: the job was moved, or its build was changed meanwhile; do not send it.
bool mark_dispatched(Database& database, const Cookie& cookie, BuilderId builder,
                     const Given& given);

// A job with a builder whose build says NEEDSBUILD: back to BUILDING.
bool repair_build_state(Database& database, const Cookie& cookie);

// Of the builds of this one's source on its architecture, of whatever version and series. nullopt:
// none was good.
std::optional<std::chrono::seconds> longest_good_build(Database& database, BuildId build);

// Everything that an AttemptEnd says, within the caller's transaction. false: nothing may be
// committed.
bool end_attempt(Transaction& transaction, const AttemptEnd& end);

// What is known of a cookie that a builder named.
CookieFacts look_up_cookie(Database& database, const Cookie& cookie, BuilderId builder);

}  // namespace buildd::db
