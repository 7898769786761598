#include "db/passes.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "db/times.hpp"

namespace buildd::db {

namespace {

constexpr int lock_space = 0x62756C64;  // "buld": our share of the advisory locks

// The row of pg_locks `l` is the lock's, of this database or another.
std::string is_lock(FarmLock lock) {
    return fmt::format(
        "l.locktype = 'advisory' AND l.granted AND l.classid = {} AND l.objid = {} AND l.objsubid "
        "= 2",
        lock_space, static_cast<int>(lock));
}

// A pooler, or whoever resets the session, takes the lock away without a word.
void guard_writes(Database& database, FarmLock lock) {
    database.guard_writes(
        "SELECT 1 / count(*) FROM pg_locks l WHERE l.pid = pg_backend_pid() AND " + is_lock(lock));
}

}  // namespace

bool try_lock(Database& database, FarmLock lock) {
    const bool taken = database
                           .query("SELECT pg_try_advisory_lock($1::integer, $2::integer)",
                                  lock_space, static_cast<int>(lock))[0]
                           .get<bool>();
    if (taken) guard_writes(database, lock);
    return taken;
}

void unlock(Database& database, FarmLock lock) {
    database.guard_writes("");
    database.query("SELECT pg_advisory_unlock($1::integer, $2::integer)", lock_space,
                   static_cast<int>(lock));
}

std::optional<PassStart> start_pass(Database& database, FarmLock lock, const std::string& command,
                                    const std::string& host, int pid) {
    const Rows rows = database.query(R"(
        WITH entry AS (
                INSERT INTO pass (command, host, pid, backend) SELECT $3, $4, $5, pg_backend_pid()
                WHERE pg_try_advisory_lock($1::integer, $2::integer) RETURNING id),
            free AS (
                DELETE FROM heldlock USING entry
                WHERE lock IN ($2::integer || '', $2::integer || ' ' || $4))
        SELECT id, EXISTS (
                SELECT FROM evidence WHERE to_judge AND at > now() - interval '15 minutes'),
            EXISTS (SELECT FROM breaker WHERE closed IS NULL)
        FROM entry)",
                                     lock_space, static_cast<int>(lock), command, host, pid);
    if (rows.empty()) return std::nullopt;
    guard_writes(database, lock);
    PassStart start;
    rows[0] >> start.id >> start.left_to_judge >> start.has_breakers;
    return start;
}

AfterPass finish_pass(Database& database, std::int64_t pass, int exit_status,
                      const std::string& summary) {
    const Rows rows = database.change(R"(
        WITH old AS (DELETE FROM pass WHERE id IN (
                SELECT id FROM pass WHERE started < now() - interval '7 days'
                FOR UPDATE SKIP LOCKED)),
            old_hours AS (DELETE FROM queuehour WHERE hour IN (
                SELECT hour FROM queuehour WHERE hour < now() - interval '7 days'
                FOR UPDATE SKIP LOCKED)),
            gone AS (DELETE FROM heldrow WHERE (kind, id) IN (
                SELECT kind, id FROM heldrow WHERE NOT EXISTS (
                    SELECT 1 FROM buildqueue WHERE kind = 'job' AND buildqueue.id = heldrow.id
                    UNION ALL SELECT 1 FROM builder
                    WHERE kind = 'builder' AND builder.id = heldrow.id)
                FOR UPDATE SKIP LOCKED)),
            this_hour AS (
                INSERT INTO queuehour (hour, pending, running)
                SELECT date_trunc('hour', now(), 'UTC'), pending, running FROM (
                    SELECT count(*) FILTER (WHERE q.builder IS NULL) AS pending,
                        count(q.builder) AS running
                    FROM buildqueue q JOIN build ON build.id = q.build
                        JOIN archive ON archive.id = build.archive AND NOT archive.private) counts
                WHERE NOT EXISTS (
                    SELECT 1 FROM queuehour WHERE hour = date_trunc('hour', now(), 'UTC'))
                ON CONFLICT DO NOTHING RETURNING hour),
            old_evidence AS (DELETE FROM evidence WHERE EXISTS (SELECT 1 FROM this_hour) AND id IN (
                SELECT id FROM evidence WHERE at < now() - interval '8 days'
                ORDER BY at LIMIT 100000 FOR UPDATE SKIP LOCKED)),
            old_breakers AS (DELETE FROM breaker WHERE EXISTS (SELECT 1 FROM this_hour) AND id IN (
                SELECT id FROM breaker WHERE closed < now() - interval '8 days'
                LIMIT 1000 FOR UPDATE SKIP LOCKED)),
            old_mails AS (DELETE FROM mailqueue WHERE EXISTS (SELECT 1 FROM this_hour) AND id IN (
                SELECT id FROM mailqueue
                WHERE next_attempt IS NULL
                    AND coalesce(datesent, datecreated) < now() - interval '30 days'
                ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED)),
            old_notices AS (DELETE FROM notice WHERE EXISTS (SELECT 1 FROM this_hour) AND cause IN (
                SELECT cause FROM notice WHERE logged < now() - interval '7 days'
                LIMIT 1000 FOR UPDATE SKIP LOCKED))
        UPDATE pass SET finished = now(), exit_status = $2, summary = $3 WHERE id = $1
        RETURNING EXISTS (SELECT 1 FROM build WHERE upload_leaf IS NOT NULL),
            EXISTS (SELECT 1 FROM mailqueue WHERE next_attempt <= now()),
            EXISTS (SELECT 1 FROM builder WHERE NOT trusted AND NOT manual AND CASE WHEN builderok
                THEN clean_status <> 'CLEAN' ELSE silent_probes > 1 AND disabled_by IS NULL END),
            EXISTS (SELECT 1 FROM librarymove))",
                                      pass, exit_status, summary);
    AfterPass after;
    if (!rows.empty()) rows[0] >> after.uploads >> after.mails >> after.resets >> after.moves;
    return after;
}

std::optional<LockSession> lock_session(Database& database, FarmLock lock) {
    static const std::string sql_before = "SELECT " + session_columns() + R"(,
            coalesce(pass.command, ''), coalesce(pass.host, ''), coalesce(pass.pid, 0),
            coalesce(extract(epoch FROM greatest(now() - pass.started,
                CASE WHEN a.state LIKE 'idle%' THEN now() - a.state_change END)), 0)::bigint
        FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
            LEFT JOIN LATERAL (
                SELECT * FROM pass WHERE pass.backend = l.pid AND pass.finished IS NULL
                    AND (a.backend_start IS NULL OR a.backend_start <= pass.started)
                ORDER BY pass.id DESC LIMIT 1) pass ON true
        WHERE )";
    const std::string sql =
        sql_before + is_lock(lock) +
        " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    const Rows rows = database.query(sql.c_str());
    if (rows.empty()) return std::nullopt;
    LockSession found;
    Row row = rows[0];
    found.session = read_session(row);
    row >> found.command >> found.host >> found.pid >> found.age;
    return found;
}

std::chrono::seconds seen_with(Database& database, FarmLock lock, const std::string& host,
                               const std::string& holder) {
    return database
        .change(R"(
        INSERT INTO heldlock (lock, holder)
        VALUES ($1::integer || CASE WHEN $2::text = '' THEN '' ELSE ' ' || $2 END, $3)
        ON CONFLICT (lock) DO UPDATE SET holder = excluded.holder,
            since = CASE WHEN heldlock.holder = excluded.holder THEN heldlock.since ELSE now() END
        RETURNING extract(epoch FROM now() - since)::bigint)",
                static_cast<int>(lock), host, holder)[0]
        .get<std::chrono::seconds>();
}

namespace {

std::optional<LastPass> last_of(Database& database, const std::string& condition) {
    const std::string sql =
        "SELECT command, host, exit_status, coalesce(summary, ''), "
        "extract(epoch FROM now() - coalesce(finished, started))::bigint, " +
        iso_time("started") + ", " + iso_time("finished") + " FROM pass WHERE " + condition +
        " ORDER BY id DESC LIMIT 1";
    const Rows rows = database.query(sql.c_str());
    if (rows.empty()) return std::nullopt;
    LastPass pass;
    Row row = rows[0];
    row >> pass.command >> pass.host >> pass.exit_status >> pass.summary >> pass.age >>
        pass.started >> pass.finished;
    return pass;
}

}  // namespace

std::optional<LastPass> last_pass(Database& database) {
    return last_of(database, "command <> 'queue build'");
}

std::optional<LastPass> last_dispatch(Database& database) {
    return last_of(database, "command IN ('cycle', 'dispatch')");
}

bool notice_due(Database& database, const Notice& notice) {
    return !notices_due(database, {notice}).empty();
}

// Somebody who holds a notice's row keeps it from being loud, not us from going on.
std::vector<std::string> notices_due(Database& database, const std::vector<Notice>& notices) {
    std::vector<std::string> causes, messages, due;
    for (const auto& notice : notices) {
        causes.push_back(notice.cause);
        messages.push_back(mask_passwords(notice.message));
    }
    for (Row row : database.change(R"(
        WITH wish AS (
                SELECT * FROM unnest($1::text[], $2::text[]) AS wish (cause, message)),
            free AS (
                SELECT notice.cause, wish.message, logged < now() - interval '1 hour' AS due
                FROM notice JOIN wish ON wish.cause = notice.cause
                FOR UPDATE OF notice SKIP LOCKED),
            again AS (
                UPDATE notice SET seen = now(), message = free.message,
                    logged = CASE WHEN free.due THEN now() ELSE logged END
                FROM free WHERE notice.cause = free.cause RETURNING notice.cause, free.due),
            first AS (
                INSERT INTO notice (cause, message) SELECT cause, message FROM wish
                WHERE NOT EXISTS (SELECT 1 FROM notice WHERE notice.cause = wish.cause)
                ON CONFLICT DO NOTHING RETURNING cause)
        SELECT cause FROM again WHERE due UNION ALL SELECT cause FROM first)",
                                   causes, messages))
        due.push_back(row.get<std::string>());
    return due;
}

std::vector<StandingCause> standing_causes(Database& database) {
    static const std::string sql = "SELECT " + iso_time("seen") +
                                   ", message FROM notice WHERE message IS NOT NULL AND seen > "
                                   "now() - interval '15 minutes' ORDER BY seen DESC, cause";
    std::vector<StandingCause> causes;
    for (Row row : database.query(sql.c_str())) {
        StandingCause& one = causes.emplace_back();
        row >> one.seen >> one.message;
    }
    return causes;
}

std::vector<CutBuilder> note_cut(Database& database, const std::string& command,
                                 const std::vector<std::string>& cut,
                                 const std::vector<std::string>& passed_over) {
    std::vector<CutBuilder> noted;
    for (Row row : database.change(R"(
        UPDATE builder SET
            cut_passes = CASE WHEN name = ANY ($2::text[])
                    THEN CASE WHEN cut_command = $1 THEN cut_passes ELSE 0 END + 1
                WHEN cut_command = $1 AND name <> ALL ($3::text[]) THEN 0
                ELSE cut_passes END,
            cut_command = CASE WHEN name = ANY ($2) THEN $1 ELSE cut_command END,
            passed_over = CASE WHEN name = ANY ($3) THEN passed_over + 1 ELSE 0 END
        WHERE id IN (SELECT id FROM builder
            WHERE name = ANY ($2) OR name = ANY ($3) OR passed_over > 0
                OR (cut_passes > 0 AND cut_command = $1)
            FOR UPDATE SKIP LOCKED)
        RETURNING name, CASE WHEN cut_command = $1 THEN cut_passes ELSE 0 END)",
                                   command, cut, passed_over)) {
        CutBuilder& one = noted.emplace_back();
        row >> one.name >> one.passes;
    }
    return noted;
}

}  // namespace buildd::db
