#include "db/holders.hpp"

#include <fmt/format.h>

#include "db/times.hpp"

namespace buildd::db {

namespace {

// All that an edit of builder or job may have waited for.
constexpr const char* looked_at = R"(
    SELECT wish.place, t.xmax FROM unnest($1::text[], $2::bigint[])
            WITH ORDINALITY AS wish (kind, id, place)
        JOIN LATERAL (
            SELECT builder.xmax FROM builder WHERE wish.kind = 'builder' AND builder.id = wish.id
            UNION ALL SELECT unnest(ARRAY[q.xmax, build.xmax, builder.xmax])
            FROM buildqueue q JOIN build ON build.id = q.build
                LEFT JOIN builder ON builder.id = q.builder
            WHERE wish.kind = 'job' AND q.id = wish.id) t ON t.xmax <> '0')";

// Several that hold one row together stand in it as a number of their own.
constexpr const char* members = R"(
    SELECT place, member.xid AS xmax
    FROM looked_at JOIN LATERAL pg_get_multixact_members(looked_at.xmax) member ON true)";

std::map<std::size_t, Session> holders(Database& database, const std::vector<HeldRow>& rows,
                                       bool together) {
    std::vector<std::string> kinds;
    std::vector<std::int64_t> ids;
    for (const auto& row : rows) {
        kinds.push_back(row.kind);
        ids.push_back(row.id);
    }
    const std::string sql = fmt::format("WITH looked_at AS ({}), holding AS ({}) SELECT place, ",
                                        looked_at, together ? members : "SELECT * FROM looked_at") +
                            session_columns() + R"(
        FROM holding JOIN pg_locks l ON l.locktype = 'transactionid' AND l.granted
            AND l.transactionid = holding.xmax AND l.pid IS DISTINCT FROM pg_backend_pid()
        LEFT JOIN pg_stat_activity a ON a.pid = l.pid)";
    std::map<std::size_t, Session> found;
    for (Row row : database.query(sql.c_str(), kinds, ids)) {
        const auto place = row.get<std::int64_t>();
        found.emplace(static_cast<std::size_t>(place - 1), read_session(row));
    }
    return found;
}

}  // namespace

std::string session_columns() {
    return "coalesce(l.pid, 0), coalesce(a.usename, ''), coalesce(a.application_name, ''), " +
           iso_time("a.xact_start");
}

Session read_session(Row& row) {
    Session session;
    row >> session.pid >> session.user >> session.application >> session.since;
    return session;
}

std::string Session::text() const {
    if (pid == 0) return "a prepared transaction";
    std::string out = fmt::format("the database session {}", pid);
    const std::string what = application.empty() ? "" : ", " + one_line(application);
    if (!user.empty()) out += fmt::format(" (user '{}'{})", one_line(user), what);
    return since.empty() ? out : out + " since " + since;
}

std::map<std::size_t, Session> row_holders(Database& database, const std::vector<HeldRow>& rows) {
    auto found = holders(database, rows, false);
    if (found.size() == rows.size()) return found;
    try {
        for (auto& [place, session] : holders(database, rows, true)) found.emplace(place, session);
    } catch (const StatementError&) {  // what looked like such a number was none
    }
    return found;
}

std::optional<TableLock> table_lock(Database& database) {
    static const std::string sql = "SELECT c.relname, l.granted, " + session_columns() + R"(
        FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
            LEFT JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'relation' AND c.relnamespace = current_schema()::regnamespace
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND l.pid IS DISTINCT FROM pg_backend_pid()
            AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
                'AccessExclusiveLock')
        ORDER BY l.granted DESC, a.xact_start LIMIT 1)";
    const Rows rows = database.query(sql.c_str());
    if (rows.empty()) return std::nullopt;
    TableLock lock;
    Row row = rows[0];
    row >> lock.table >> lock.granted;
    lock.session = read_session(row);
    return lock;
}

}  // namespace buildd::db
