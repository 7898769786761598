// What was counted and decided by cases of a breaker is undone (breakers.hpp).
#include "base/text.hpp"
#include "db/breakers.hpp"
#include "db/build_again.hpp"
#include "model/edits.hpp"

namespace buildd::db {

namespace {

void uncount(Transaction& transaction, const std::vector<std::int64_t>& cases) {
    transaction.execute(R"(
        WITH back AS (
            UPDATE evidence SET taken_back = now()
            WHERE id = ANY ($1::bigint[]) AND taken_back IS NULL
            RETURNING build, counted_build)
        UPDATE build SET failure_count = greatest(build.failure_count - back.n, 0)
        FROM (SELECT build, count(*) AS n FROM back WHERE counted_build GROUP BY 1) back
        WHERE build.id = back.build)",
                        cases);
}

void tell_attempts(Transaction& transaction, const std::vector<std::int64_t>& cases,
                   const std::string& words) {
    transaction.execute(R"(
        UPDATE buildattempt SET taken_back = coalesce(taken_back, now()),
            detail = concat_ws('; ', nullif(detail, ''), $2::text)
        WHERE id IN (SELECT attempt FROM evidence WHERE id = ANY ($1::bigint[])))",
                        cases, mask_passwords(words));
}

// Out of use by nothing that still counts.
void use_again(Transaction& transaction, const std::vector<std::int64_t>& cases) {
    transaction.execute(R"(
        UPDATE builder SET builderok = true, disabled_by = NULL, next_probe = NULL,
            failnotes = NULL, faillogline = NULL, probe_failures = 0
        WHERE NOT builderok AND failure_count = 0 AND silent_since IS NULL
            AND (disabled_by IS NULL OR disabled_by = $2)
            AND id IN (SELECT builder FROM evidence WHERE id = ANY ($1::bigint[])))",
                        cases, given_up_by);
}

// As long in the queue as they were before.
const std::string back_sql = R"(
    WITH gone AS (
        SELECT build.id, last.queued
        FROM evidence last JOIN build ON build.id = last.build
        WHERE last.id = ANY ($1::bigint[]) AND build.buildstate IN ('CHROOTWAIT', 'FAILEDTOBUILD')
            AND last.id = (SELECT max(id) FROM evidence WHERE evidence.build = build.id)
            AND )" + nothing_in_its_way +
                             " AND " + still_wanted + R"(
        FOR UPDATE OF build SKIP LOCKED),
    moved AS (
        UPDATE build SET )" + built_anew +
                             R"( FROM gone WHERE build.id = gone.id RETURNING build.id, gone.queued)
    INSERT INTO buildqueue (build, created, not_before, held_by)
    SELECT id, coalesce(queued, now()), now() + $3::interval, $2 FROM moved
    ON CONFLICT (build) DO NOTHING RETURNING build)";

}  // namespace

std::vector<BuildId> take_back(Transaction& transaction, std::int64_t breaker,
                               const std::string& words, const std::vector<std::int64_t>& cases,
                               std::chrono::seconds not_before) {
    uncount(transaction, cases);
    tell_attempts(transaction, cases, words);
    use_again(transaction, cases);
    std::vector<BuildId> builds;
    for (Row row : transaction.change(back_sql.c_str(), cases, breaker, not_before))
        builds.push_back(row.get<BuildId>());
    if (!builds.empty())
        transaction.execute(
            "DELETE FROM mailqueue WHERE build = ANY ($1::bigint[]) AND datesent IS NULL "
            "AND attempts = 0 AND datecreated > now() - interval '15 minutes'",
            builds);
    return builds;
}

}  // namespace buildd::db
