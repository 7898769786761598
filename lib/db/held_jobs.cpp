#include "db/held_jobs.hpp"

#include "db/pending_columns.hpp"

namespace buildd::db {

std::vector<AlikeJobs> read_alike_jobs(Database& database) {
    static const std::string sql = "SELECT " + pending_columns + R"(, build.held_by
        FROM (SELECT build.*, q.id AS job, q.attempts, q.lastscore, q.created, q.tags, q.held_by
              FROM buildqueue q JOIN build ON build.id = q.build
              WHERE q.id IN (
                  SELECT min(q.id) FROM buildqueue q JOIN build ON build.id = q.build
                  WHERE q.builder IS NULL AND NOT EXISTS (
                      SELECT FROM breaker WHERE probe_job = q.id AND closed IS NULL)
                  GROUP BY build.archive, build.distroarchseries, build.pocket, q.held_by)) build)" +
                                   pending_joins;
    std::vector<AlikeJobs> jobs;
    for (Row row : database.query(sql.c_str())) {
        AlikeJobs& one = jobs.emplace_back();
        one.example = read_pending_job(row);
        row >> one.held_by;
    }
    return jobs;
}

void hold_like(Database& database, const std::vector<JobId>& jobs,
               const std::vector<std::optional<std::int64_t>>& breakers) {
    database.execute(R"(
        UPDATE buildqueue SET held_by = free.breaker
        FROM (SELECT q.id, wish.breaker
              FROM unnest($1::bigint[], $2::bigint[]) AS wish (job, breaker)
                  JOIN buildqueue example ON example.id = wish.job
                  JOIN build alike ON alike.id = example.build
                  JOIN build ON build.archive = alike.archive AND build.pocket = alike.pocket
                      AND build.distroarchseries = alike.distroarchseries
                      AND build.buildstate = 'NEEDSBUILD'
                  JOIN buildqueue q ON q.build = build.id
              WHERE q.builder IS NULL AND q.held_by IS NOT DISTINCT FROM example.held_by
                  AND NOT EXISTS (SELECT FROM breaker WHERE probe_job = q.id AND closed IS NULL)
              FOR NO KEY UPDATE OF q SKIP LOCKED) free
        WHERE buildqueue.id = free.id)",
                     jobs, breakers);
}

void hold_of_file(Database& database, std::int64_t breaker, LibraryFileId file, bool trusted) {
    static const std::string needs_it = R"((
        EXISTS (SELECT FROM sourcepackagereleasefile of
            WHERE of.sourcepackagerelease = build.sourcepackagerelease AND of.libraryfile = $2)
        OR coalesce($2 = (SELECT pc.chroot FROM pocketchroot pc
            WHERE pc.distroarchseries = build.distroarchseries
                AND pc.pocket IN (build.pocket, 'RELEASE')
            ORDER BY pc.pocket = build.pocket DESC LIMIT 1), false)))";
    static const std::string sql = R"(
        UPDATE buildqueue SET held_by = CASE WHEN held_by IS NULL THEN $1 END WHERE id IN (
            SELECT q.id FROM buildqueue q JOIN build ON build.id = q.build
            WHERE q.builder IS NULL AND (q.held_by = $1 AND NOT )" +
                                   needs_it +
                                   R"(
                OR q.held_by IS NULL AND ($3 OR NOT q.trusted)
                    AND NOT EXISTS (SELECT FROM breaker WHERE probe_job = q.id AND closed IS NULL)
                    AND )" + needs_it +
                                   ") FOR NO KEY UPDATE OF q SKIP LOCKED)";
    database.execute(sql.c_str(), breaker, file, trusted);
}

namespace {

// The builders in use, by what they may be given.
const std::string kinds_sql = R"(
    SELECT b.architecturetag AS tag, b.trusted, b.tags, b.reserved, b.refuses,
        bool_or(NOT EXISTS (SELECT FROM buildqueue busy WHERE busy.builder = b.id)) AS idle
    FROM builder b WHERE )" + may_be_given_a_job +
                              R"(
    GROUP BY b.architecturetag, b.trusted, b.tags, b.reserved, b.refuses)";

const std::string tried_sql = R"(
    SELECT p.build, p.at, das.architecturetag AS tag, is_trusted(archive.purpose) AS trusted,
        CASE WHEN archive.purpose = 'PPA' THEN coalesce(archive.owner, -archive.id) END AS owner
    FROM breakerprobe p JOIN build ON build.id = p.build
        JOIN distroarchseries das ON das.id = build.distroarchseries
        JOIN archive ON archive.id = build.archive
    WHERE p.breaker = $1)";

std::string best_sql() {
    return R"(
    SELECT DISTINCT ON (build.archive, build.distroarchseries, build.pocket)
        q.id, fit.idle, itself.at AS tried,
        CASE WHEN q.trusted THEN NULL ELSE coalesce(archive.owner, -archive.id) END AS owner
    FROM buildqueue q JOIN build ON build.id = q.build
        JOIN archive ON archive.id = build.archive
        JOIN distroarchseries das ON das.id = build.distroarchseries
        JOIN LATERAL (SELECT bool_or(kind.idle) AS idle FROM kind
            WHERE kind.tag = q.architecturetag AND kind.trusted = q.trusted
                AND (NOT kind.reserved OR q.tags <> '{}') AND )" +
           is_fit_for("kind.tags", "kind.refuses") + R"() fit ON fit.idle IS NOT NULL
        LEFT JOIN tried itself ON itself.build = build.id
    WHERE q.held_by = $1 AND )" +
           could_start + R"( AND build.for_person IS NULL
        AND q.archive NOT IN (
            SELECT archive FROM runlimit WHERE least(archive_room, owner_room) <= 0)
        AND EXISTS (SELECT FROM published_source spph
            WHERE spph.sourcepackagerelease = build.sourcepackagerelease
                AND spph.distroseries = das.distroseries AND spph.archive = build.archive)
    ORDER BY build.archive, build.distroarchseries, build.pocket, fit.idle DESC,
        itself.at NULLS FIRST, q.lastscore DESC, q.created, q.id)";
}

std::string held_best_sql() {
    return "WITH kind AS MATERIALIZED (" + kinds_sql + "), tried AS MATERIALIZED (" + tried_sql +
           "), best AS MATERIALIZED (" + best_sql() + R"()
SELECT build.idle, (SELECT extract(epoch FROM max(at))::bigint FROM tried
        WHERE tried.trusted = build.trusted AND tried.owner IS NOT DISTINCT FROM build.owner),
    (SELECT extract(epoch FROM max(at))::bigint FROM tried
        WHERE tried.trusted = build.trusted AND tried.tag = build.tag),
    extract(epoch FROM build.tried)::bigint, )" +
           pending_columns + R"(
FROM (SELECT build.*, q.id AS job, q.attempts, q.lastscore, q.created, q.tags, q.trusted,
          q.architecturetag AS tag, best.idle, best.owner, best.tried
      FROM best JOIN buildqueue q ON q.id = best.id JOIN build ON build.id = q.build) build)" +
           pending_joins;
}

}  // namespace

std::vector<HeldBest> read_held_best(Database& database, std::int64_t breaker) {
    static const std::string sql = held_best_sql();
    std::vector<HeldBest> jobs;
    for (Row row : database.query(sql.c_str(), breaker)) {
        HeldBest& one = jobs.emplace_back();
        row >> one.idle >> one.owner_tried >> one.group_tried >> one.tried;
        one.job = read_pending_job(row);
    }
    return jobs;
}

bool let_probe_go(Database& database, std::int64_t breaker, JobId job, std::chrono::seconds next_in,
                  bool counts) {
    return database.execute_one(R"(
        WITH free AS (
            UPDATE buildqueue SET held_by = NULL
            WHERE id = $2 AND held_by = $1 AND builder IS NULL RETURNING id, build),
        tried AS (
            INSERT INTO breakerprobe (breaker, build) SELECT $1, build FROM free
            ON CONFLICT (breaker, build) DO UPDATE SET at = now())
        UPDATE breaker SET probe_job = free.id, probes = probes + CASE WHEN $4 THEN 1 ELSE 0 END,
            probe_at = greatest(probe_at, now() + $3::interval)
        FROM free WHERE breaker.id = $1 AND closed IS NULL)",
                                breaker, job, next_in, counts);
}

void hold_probe_again(Database& database, std::int64_t breaker) {
    database.execute(R"(
        WITH last AS (
            UPDATE breaker SET probe_job = NULL FROM breaker before
            WHERE breaker.id = $1 AND before.id = $1 AND breaker.closed IS NULL
            RETURNING before.probe_job)
        UPDATE buildqueue SET held_by = $1 FROM last
        WHERE buildqueue.id = last.probe_job AND builder IS NULL AND held_by IS NULL)",
                     breaker);
}

void probe_now(Database& database, std::int64_t breaker) {
    database.execute(
        "UPDATE breaker SET probe_at = least(probe_at, now()), asked = NULL "
        "WHERE id = $1 AND closed IS NULL",
        breaker);
}

}  // namespace buildd::db
