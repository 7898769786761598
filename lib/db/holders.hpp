// Who holds what this farm waits for, as the server's own lists say (pg_locks, pg_stat_activity).
// A role sees of other roles' sessions process, user and application; more with pg_monitor.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "db/held_rows.hpp"

namespace buildd::db {

// A session of the server. What the server does not tell is empty.
struct Session {
    int pid = 0;  // of the server's process; 0: none (a prepared transaction)
    std::string user, application;
    std::string since;  // when its transaction began, ISO 8601

    // "the database session 12 (user 'joe', psql) since 2026-01-01T00:00:00Z"
    std::string text() const;
    bool operator<(const Session& other) const { return pid < other.pid; }
};

// Session's columns, of rows `l` of pg_locks and `a` of pg_stat_activity or none. For lib/db.
std::string session_columns();
Session read_session(Row& row);

// Of these rows those whose holder was found, by their place among them.
std::map<std::size_t, Session> row_holders(Database& database, const std::vector<HeldRow>& rows);

struct TableLock {
    std::string table;
    bool granted = true;  // false: it waits itself, and everybody who comes later waits behind it
    Session session;
};

// A lock of another session on a whole table of the farm that keeps others from writing it.
std::optional<TableLock> table_lock(Database& database);

}  // namespace buildd::db
