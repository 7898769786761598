#include "db/passes.hpp"

#include "db/times.hpp"

namespace buildd::db {

namespace {

constexpr int lock_space = 0x62756C64;  // "buld": our share of the advisory locks

}  // namespace

bool try_lock(Database& database, FarmLock lock) {
    return database
        .query("SELECT pg_try_advisory_lock($1::integer, $2::integer)", lock_space,
               static_cast<int>(lock))[0]
        .get<bool>();
}

void unlock(Database& database, FarmLock lock) {
    database.query("SELECT pg_advisory_unlock($1::integer, $2::integer)", lock_space,
                   static_cast<int>(lock));
}

std::optional<std::int64_t> start_pass(Database& database, FarmLock lock,
                                       const std::string& command, const std::string& host,
                                       int pid) {
    const Rows rows = database.query(R"(
        INSERT INTO pass (command, host, pid) SELECT $3, $4, $5
        WHERE pg_try_advisory_lock($1::integer, $2::integer) RETURNING id)",
                                     lock_space, static_cast<int>(lock), command, host, pid);
    if (rows.empty()) return std::nullopt;
    return rows[0].get<std::int64_t>();
}

AfterPass finish_pass(Database& database, std::int64_t pass, int exit_status,
                      const std::string& summary) {
    const Rows rows = database.query(R"(
        WITH old AS (DELETE FROM pass WHERE started < now() - interval '7 days'),
            old_hours AS (DELETE FROM queuehour WHERE hour < now() - interval '7 days'),
            this_hour AS (
                INSERT INTO queuehour (hour, pending, running)
                SELECT date_trunc('hour', now(), 'UTC'),
                    (SELECT count(*) FROM buildqueue WHERE builder IS NULL),
                    (SELECT count(*) FROM buildqueue WHERE builder IS NOT NULL)
                WHERE NOT EXISTS (
                    SELECT 1 FROM queuehour WHERE hour = date_trunc('hour', now(), 'UTC'))
                ON CONFLICT DO NOTHING)
        UPDATE pass SET finished = now(), exit_status = $2, summary = $3 WHERE id = $1
        RETURNING EXISTS (SELECT 1 FROM build WHERE upload_leaf IS NOT NULL),
            EXISTS (SELECT 1 FROM mailqueue WHERE next_attempt <= now()))",
                                     pass, exit_status, summary);
    AfterPass after;
    if (!rows.empty()) rows[0] >> after.uploads >> after.mails;
    return after;
}

std::optional<UnfinishedPass> unfinished_pass(Database& database, FarmLock lock) {
    const Rows rows = database.query(
        "SELECT command, host, pid, extract(epoch FROM now() - started)::bigint FROM pass "
        "WHERE finished IS NULL AND (command = 'queue build') = $1 ORDER BY id DESC LIMIT 1",
        lock == FarmLock::queue);
    if (rows.empty()) return std::nullopt;
    UnfinishedPass pass;
    Row row = rows[0];
    row >> pass.command >> pass.host >> pass.pid >> pass.age;
    return pass;
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

bool notice_due(Database& database, const std::string& cause) {
    return database.execute(R"(
        INSERT INTO notice (cause) VALUES ($1)
        ON CONFLICT (cause) DO UPDATE SET logged = now()
        WHERE notice.logged < now() - interval '1 hour')",
                            cause) == 1;
}

std::vector<std::string> notices_due(Database& database, const std::vector<std::string>& causes) {
    std::vector<std::string> due;
    for (Row row : database.query(R"(
        INSERT INTO notice (cause) SELECT unnest($1::text[])
        ON CONFLICT (cause) DO UPDATE SET logged = now()
        WHERE notice.logged < now() - interval '1 hour' RETURNING cause)",
                                  causes))
        due.push_back(row.get<std::string>());
    return due;
}

std::vector<CutBuilder> note_cut(Database& database, const std::string& command,
                                 const std::vector<std::string>& cut,
                                 const std::vector<std::string>& passed_over) {
    std::vector<CutBuilder> noted;
    for (Row row : database.query(R"(
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
