// What was counted and decided by cases of a breaker is undone (breakers.hpp).
#include "base/text.hpp"
#include "db/breakers.hpp"
#include "model/edits.hpp"

namespace buildd::db {

namespace {

void uncount(Database& database, const std::vector<std::int64_t>& cases) {
    database.execute(R"(
        WITH back AS (
            UPDATE evidence SET taken_back = now()
            WHERE id = ANY ($1::bigint[]) AND taken_back IS NULL
            RETURNING build, builder, counted_build, counted_builder, weight),
        builds AS (
            UPDATE build SET failure_count = greatest(build.failure_count - back.n, 0)
            FROM (SELECT build, count(*) AS n FROM back WHERE counted_build GROUP BY 1) back
            WHERE build.id = back.build)
        UPDATE builder SET failure_count = greatest(builder.failure_count - back.n, 0),
            suspicion = greatest(builder.suspicion - back.weight, 0)
        FROM (SELECT builder, count(*) FILTER (WHERE counted_builder) AS n, sum(weight) AS weight
            FROM back GROUP BY 1) back
        WHERE builder.id = back.builder)",
                     cases);
}

void tell_attempts(Database& database, const std::vector<std::int64_t>& cases,
                   const std::string& words) {
    database.execute(R"(
        UPDATE buildattempt SET detail = concat_ws('; ', nullif(detail, ''), $2::text)
        WHERE id IN (SELECT attempt FROM evidence WHERE id = ANY ($1::bigint[])))",
                     cases, mask_passwords(words));
}

// Out of use by nothing that still counts.
void use_again(Database& database, const std::vector<std::int64_t>& cases) {
    database.execute(R"(
        UPDATE builder SET builderok = true, disabled_by = NULL, next_probe = NULL,
            failnotes = NULL, faillogline = NULL, probe_failures = 0
        WHERE NOT builderok AND failure_count = 0 AND silent_since IS NULL
            AND (disabled_by IS NULL OR disabled_by = $2)
            AND id IN (SELECT builder FROM evidence
                WHERE id = ANY ($1::bigint[]) AND counted_builder))",
                     cases, given_up_by);
    database.execute(R"(
        UPDATE builder SET quarantined_until = NULL, quarantined_since = NULL,
            quarantine_reason = NULL, quarantines = greatest(quarantines - 1, 0)
        WHERE quarantined_until IS NOT NULL AND failure_count = 0 AND suspicion < ln(20)
            AND id IN (SELECT builder FROM evidence WHERE id = ANY ($1::bigint[])))",
                     cases);
}

// As `build retry` has it, but that a person has done nothing.
constexpr const char* back_sql = R"(
    WITH gone AS (
        SELECT build.id FROM build JOIN distroarchseries das ON das.id = build.distroarchseries
        WHERE build.buildstate IN ('CHROOTWAIT', 'FAILEDTOBUILD') AND build.upload_leaf IS NULL
            AND (SELECT max(id) FROM evidence WHERE evidence.build = build.id)
                = ANY ($1::bigint[])
            AND build.id IN (SELECT evidence.build FROM evidence WHERE id = ANY ($1::bigint[]))
            AND NOT EXISTS (SELECT FROM binaryclaim WHERE binaryclaim.build = build.id)
            AND binaries_made_by(build.id) IS NULL
            AND EXISTS (SELECT FROM sourcepackagepublishinghistory spph
                WHERE spph.sourcepackagerelease = build.sourcepackagerelease
                    AND spph.distroseries = das.distroseries AND spph.archive = build.archive
                    AND spph.status IN ('PENDING', 'PUBLISHED'))
            AND NOT EXISTS (SELECT FROM build other
                WHERE other.sourcepackagerelease = build.sourcepackagerelease
                    AND other.distroarchseries = build.distroarchseries
                    AND other.archive = build.archive AND other.pocket = build.pocket
                    AND other.id > build.id)
        FOR UPDATE OF build SKIP LOCKED),
    moved AS (
        UPDATE build SET buildstate = 'NEEDSBUILD', datebuilt = NULL, buildduration = NULL,
            builder = NULL, buildlog = NULL, upload_log = NULL, dependencies = NULL
        FROM gone WHERE build.id = gone.id RETURNING build.id)
    INSERT INTO buildqueue (build, not_before, held_by)
    SELECT id, now() + $3::interval, $2 FROM moved
    ON CONFLICT (build) DO NOTHING RETURNING build)";

}  // namespace

std::vector<BuildId> take_back(Database& database, std::int64_t breaker, const std::string& words,
                               const std::vector<std::int64_t>& cases,
                               std::chrono::seconds not_before) {
    uncount(database, cases);
    tell_attempts(database, cases, words);
    use_again(database, cases);
    std::vector<BuildId> builds;
    for (Row row : database.change(back_sql, cases, breaker, not_before))
        builds.push_back(row.get<BuildId>());
    if (!builds.empty())
        database.execute(
            "DELETE FROM mailqueue WHERE build = ANY ($1::bigint[]) AND datesent IS NULL "
            "AND attempts = 0 AND datecreated > now() - interval '15 minutes'",
            builds);
    return builds;
}

}  // namespace buildd::db
