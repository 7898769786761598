#include "db/queue.hpp"

#include "db/candidates.hpp"
#include "db/weights.hpp"

namespace buildd::db {

namespace {

// The claims that are still possible, their rows locked.
struct LockedClaims {
    std::vector<JobId> jobs;
    std::vector<BuildId> builds;
    std::vector<BuilderId> builders;
};

LockedClaims lock_claims(Transaction& transaction, const std::vector<Claim>& claims,
                         bool without_reset) {
    std::vector<JobId> jobs;
    std::vector<BuilderId> builders;
    for (const auto& claim : claims) {
        jobs.push_back(claim.job);
        builders.push_back(claim.builder);
    }
    static const std::string sql = R"(
        SELECT q.id, q.build, b.id
        FROM unnest($1::bigint[], $2::bigint[]) AS wish (job, builder)
            JOIN buildqueue q ON q.id = wish.job
            JOIN build ON build.id = q.build
            JOIN builder b ON b.id = wish.builder
        WHERE q.builder IS NULL AND q.parked_by IS NULL AND build.buildstate = 'NEEDSBUILD'
            AND build.for_person IS NULL AND )" +
                                   may_be_given_a_job + R"(
            AND q.trusted = b.trusted AND (b.trusted OR b.clean_status = 'CLEAN' OR $3)
            AND NOT EXISTS (SELECT 1 FROM buildqueue busy WHERE busy.builder = b.id)
            AND (NOT b.reserved OR q.tags <> '{}')
            AND q.held_by IS NULL AND )" +
                                   is_fit_for("b.tags", "b.refuses") +
                                   " FOR UPDATE OF q, build, b SKIP LOCKED";
    const Rows rows = transaction.query(sql.c_str(), jobs, builders, without_reset);
    LockedClaims locked;
    for (Row row : rows) {
        locked.jobs.push_back(row.get<JobId>());
        locked.builds.push_back(row.get<BuildId>());
        locked.builders.push_back(row.get<BuilderId>());
    }
    return locked;
}

std::vector<Claimed> take_jobs(Transaction& transaction, const LockedClaims& locked) {
    const Rows rows = transaction.query(R"(
        UPDATE buildqueue q SET builder = taken.builder, buildstart = now(), logtail = NULL,
            logtail_changed = NULL, silent_since = NULL, abort_requested = NULL, dispatched = NULL,
            start_file = NULL, watched = now(),
            id = CASE WHEN q.attempts = 0 THEN q.id
                ELSE nextval(pg_get_serial_sequence('buildqueue', 'id')) END
        FROM unnest($1::bigint[], $2::bigint[]) AS taken (job, builder)
        WHERE q.id = taken.job AND q.builder IS NULL
        RETURNING taken.job, q.id, q.builder)",
                                        locked.jobs, locked.builders);
    std::vector<Claimed> claimed;
    for (Row row : rows) {
        Claimed& one = claimed.emplace_back();
        row >> one.old_id >> one.job >> one.builder;
    }
    return claimed;
}

}  // namespace

std::vector<Claimed> claim(Database& database, const std::vector<Claim>& claims,
                           bool without_reset) {
    if (claims.empty()) return {};
    Transaction transaction(database);
    const LockedClaims locked = lock_claims(transaction, claims, without_reset);
    transaction.execute(
        "UPDATE build SET buildstate = 'BUILDING' "
        "WHERE id = ANY ($1::bigint[]) AND buildstate = 'NEEDSBUILD'",
        locked.builds);
    transaction.execute(
        "UPDATE builder SET clean_status = 'DIRTY' "
        "WHERE id = ANY ($1::bigint[]) AND NOT trusted",
        locked.builders);
    auto claimed = take_jobs(transaction, locked);
    transaction.commit();
    return claimed;
}

void go_on_with_starts(Database& database, const std::vector<JobId>& jobs) {
    database.execute(R"(
        UPDATE buildqueue SET buildstart = coalesce(watched_since(buildstart, watched), now()),
            watched = now()
        WHERE id IN (SELECT id FROM buildqueue WHERE id = ANY ($1::bigint[])
            AND builder IS NOT NULL AND dispatched IS NULL FOR UPDATE SKIP LOCKED))",
                     jobs);
}

bool supersede(Database& database, const PendingJob& job) {
    Transaction transaction(database);
    const bool moved = transaction.execute_one(R"(
            WITH free AS (
                SELECT q.id FROM buildqueue q JOIN build ON build.id = q.build
                WHERE q.id = $1 AND q.build = $2 AND q.builder IS NULL
                FOR UPDATE OF q, build SKIP LOCKED)
            DELETE FROM buildqueue USING free WHERE buildqueue.id = free.id)",
                                               job.id, job.build.id) &&
                       transaction.execute_one(
                           "UPDATE build SET buildstate = 'SUPERSEDED' "
                           "WHERE id = $1 AND buildstate = 'NEEDSBUILD'",
                           job.build.id);
    if (!moved) return false;
    if (!job.build.trusted()) weigh_owners_again(transaction, {job.build.id});
    transaction.commit();
    return true;
}

}  // namespace buildd::db
