#include "db/weights.hpp"

#include "db/bulk.hpp"

namespace buildd::db {

namespace {

const std::string jobs_of_owners = R"(buildqueue q JOIN build ON build.id = q.build
            JOIN archive ON archive.id = build.archive
            JOIN distroarchseries das ON das.id = build.distroarchseries)";

// Of a job of those: it has a builder, or will have one when nothing is before it.
const std::string takes_builders =
    "(q.builder IS NOT NULL OR (q.parked_by IS NULL AND build.for_person IS NULL "
    "AND archive.enabled AND das.enabled))";

}  // namespace

std::vector<UnweighedJob> jobs_to_weigh(Database& database,
                                        const std::optional<std::vector<BuildId>>& builds,
                                        JobId after) {
    static const std::string sql =
        "SELECT q.id, archive.owner, q.architecturetag, q.expected_time, " + takes_builders +
        R"(, q.fairness,
            coalesce(extract(epoch FROM clock.at - q.created)::bigint, 0)
        FROM )" +
        jobs_of_owners + R"(
            LEFT JOIN waitingclock clock ON clock.architecturetag = q.architecturetag
                AND clock.trusted = q.trusted
        WHERE q.builder IS NULL AND (q.fairness IS NULL OR q.weigh_again) AND NOT q.trusted
            AND archive.owner IS NOT NULL AND NOT archive.rebuild
            AND ($1::bigint[] IS NULL OR q.build = ANY ($1::bigint[])) AND q.id > $2
        ORDER BY q.id LIMIT $3)";
    std::vector<UnweighedJob> jobs;
    for (Row row : database.query(sql.c_str(), builds, after, batch_size)) {
        UnweighedJob& one = jobs.emplace_back();
        row >> one.id >> one.owner >> one.architecture_tag >> one.expected >> one.takes_builders >>
            one.fairness >> one.waited;
    }
    return jobs;
}

void weigh_owners_again(Database& database, const std::vector<BuildId>& builds) {
    database.execute(R"(
        UPDATE buildqueue SET weigh_again = true WHERE id IN (
            SELECT q.id
            FROM buildqueue q JOIN build ON build.id = q.build
                JOIN archive ON archive.id = build.archive
            WHERE q.builder IS NULL AND NOT q.trusted AND q.fairness IS NOT NULL
                AND NOT q.weigh_again AND (archive.owner, q.architecturetag) IN (
                    SELECT its.owner, das.architecturetag
                    FROM build gone JOIN archive its ON its.id = gone.archive
                        JOIN distroarchseries das ON das.id = gone.distroarchseries
                    WHERE gone.id = ANY ($1::bigint[]))
            FOR NO KEY UPDATE OF q SKIP LOCKED))",
                     builds);
}

std::vector<OwnerNeed> owners_needs(Database& database, std::chrono::seconds assumed) {
    static const std::string sql = R"(
             SELECT archive.owner, q.architecturetag, sum(greatest(0,
                 coalesce(q.expected_time, $1::bigint)
                     - greatest(0, extract(epoch FROM now() - q.buildstart))))::bigint
             FROM )" + jobs_of_owners +
                                   R"(
             WHERE NOT q.trusted AND q.fairness IS NOT NULL AND archive.owner IS NOT NULL
                 AND NOT archive.rebuild AND NOT (q.weigh_again AND q.builder IS NULL)
                 AND )" + takes_builders +
                                   " GROUP BY 1, 2";
    std::vector<OwnerNeed> needs;
    for (Row row : database.query(sql.c_str(), assumed.count())) {
        OwnerNeed& one = needs.emplace_back();
        row >> one.owner >> one.architecture_tag >> one.time;
    }
    return needs;
}

std::vector<UsableBuilders> untrusted_builders(Database& database) {
    std::vector<UsableBuilders> usable;
    for (Row row : database.query(R"(
             SELECT architecture, count(*) FROM builder_now
             WHERE in_service AND NOT trusted GROUP BY 1)")) {
        UsableBuilders& one = usable.emplace_back();
        row >> one.architecture_tag >> one.builders;
    }
    return usable;
}

void store_weights(Database& database, const std::vector<NewWeight>& weights) {
    if (weights.empty()) return;
    std::vector<JobId> jobs;
    std::vector<int> values;
    for (const auto& one : weights) {
        jobs.push_back(one.job);
        values.push_back(one.fairness);
    }
    database.execute(R"(
        WITH free AS (
            SELECT q.id, new.fairness
            FROM unnest($1::bigint[], $2::integer[]) AS new (job, fairness)
                JOIN buildqueue q ON q.id = new.job
            WHERE q.fairness IS NULL OR q.weigh_again FOR NO KEY UPDATE OF q SKIP LOCKED)
        UPDATE buildqueue SET fairness = free.fairness, weigh_again = false FROM free WHERE buildqueue.id = free.id)",
                     jobs, values);
}

}  // namespace buildd::db
