// Locks in the database, the diary of passes, standing causes.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/holders.hpp"
#include "model/why.hpp"

namespace buildd::db {

// One holder in the farm each, for as long as its session lives (spec: behaviour §2.1). While a
// session has one, each of its transactions makes sure of that before it writes (db::Lost).
enum class FarmLock { pass = 1, queue = 3 };

bool try_lock(Database& database, FarmLock lock);
void unlock(Database& database, FarmLock lock);

struct PassStart {
    std::int64_t id = 0;  // of its entry in the diary
    // Failures whose pass looked for no common cause (cause_window.hpp), and open breakers.
    bool left_to_judge = false, has_breakers = false;
};
// Takes the lock as try_lock does, and begins an entry in the diary. nullopt: another session has
// it.
std::optional<PassStart> start_pass(Database& database, FarmLock lock, const std::string& command,
                                    const std::string& host, int pid);

// What a pass finds to be done after it: nothing, in most of them.
struct AfterPass {
    bool uploads = false;  // leaves to be taken in or settled
    bool mails = false;    // due
    bool resets = false;   // of untrusted builders, if any can be reset
    bool moves = false;    // of files whose archives have become private or public
};

// Also removes diary entries older than a week.
AfterPass finish_pass(Database& database, std::int64_t pass, int exit_status,
                      const std::string& summary);

// Who has the farm's lock, by the server's own list; nullopt: nobody any more. The diary tells more
// of a session that is a pass of ours.
struct LockSession {
    Session session;
    std::string command, host;  // of the pass; empty: none of the diary
    int pid = 0;
    std::chrono::seconds age{};  // at least so long, as far as the server or the diary tell
};
std::optional<LockSession> lock_session(Database& database, FarmLock lock);

// For how long passes have found `lock` with this holder; this is one of those times. Forgotten
// when start_pass gets the lock. `host`: "" for the farm's, else whose file it is.
std::chrono::seconds seen_with(Database& database, FarmLock lock, const std::string& host,
                               const std::string& holder);

// The last one, of any kind or of those that dispatch; none has been within a week: nullopt.
std::optional<LastPass> last_pass(Database& database);
std::optional<LastPass> last_dispatch(Database& database);

// A standing cause: its name in the database, and the sentence that people read.
struct Notice {
    std::string cause, message;
};
// Notes that the cause stands. Is it time to log it loudly (again)? At most once an hour (§2.10).
bool notice_due(Database& database, const Notice& notice);
// The causes of those for which it is; none is named twice. One statement.
std::vector<std::string> notices_due(Database& database, const std::vector<Notice>& notices);

// Causes that stood within the last quarter of an hour, the newest first.
struct StandingCause {
    std::string seen;  // ISO 8601, UTC
    std::string message;
};
std::vector<StandingCause> standing_causes(Database& database);

// A builder that the end of a pass of this command has cut short `passes` times in a row.
struct CutBuilder {
    std::string name;
    int passes = 0;
};
// Notes by name whom a pass cut short, and to whom it did not come; the count of others that
// passes of this command cut begins anew. One statement; rows that somebody holds stay as they are.
std::vector<CutBuilder> note_cut(Database& database, const std::string& command,
                                 const std::vector<std::string>& cut,
                                 const std::vector<std::string>& passed_over);

}  // namespace buildd::db
