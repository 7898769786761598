#include "db/queued_times.hpp"

#include "db/candidates.hpp"

namespace buildd::db {

std::map<BuildId, QueuedTimes> read_queued_times(Database& database,
                                                 const std::vector<BuildId>& builds,
                                                 std::chrono::seconds assumed) {
    std::map<BuildId, QueuedTimes> times;
    if (builds.empty()) return times;
    static const std::string sql = R"(
             WITH asked AS (SELECT * FROM buildqueue WHERE build = ANY ($1::bigint[])),
             ahead AS (
                 SELECT id, sum(CASE WHEN parked_by IS NULL
                         THEN coalesce(expected_time, $2::bigint) ELSE 0 END) OVER (
                     PARTITION BY architecturetag, trusted
                     ORDER BY lastscore DESC, created, id
                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS time
                 FROM buildqueue
                 WHERE builder IS NULL AND (architecturetag, trusted) IN (
                     SELECT architecturetag, trusted FROM asked WHERE builder IS NULL)),
             running AS (
                 SELECT architecturetag, trusted, sum(greatest(0, coalesce(expected_time, $2)
                     - extract(epoch FROM now() - buildstart))) AS time
                 FROM buildqueue WHERE builder IS NOT NULL GROUP BY 1, 2),
             usable AS (
                 SELECT architecture AS architecturetag, trusted, count(*) AS builders
                 FROM builder_now WHERE in_use GROUP BY 1, 2),
             startable AS (
                 SELECT q.id FROM asked q JOIN build ON build.id = q.build
                     JOIN archive ON archive.id = build.archive
                     JOIN distroarchseries das ON das.id = build.distroarchseries
                 WHERE )" + candidate_condition +
                                   R"(
                     AND EXISTS (SELECT FROM pocketchroot WHERE distroarchseries = das.id
                         AND pocket IN (build.pocket, 'RELEASE'))
                     AND EXISTS (
                         SELECT FROM builder_now JOIN builder b USING (id)
                         WHERE in_use AND b.trusted = q.trusted AND architecture = q.architecturetag
                             AND (NOT b.reserved OR q.tags <> '{}') AND )" +
                                   is_fit_for("b.tags", "b.refuses") + R"())
             SELECT asked.build, coalesce(ahead.time, 0)::bigint, coalesce(running.time, 0)::bigint,
                 CASE WHEN startable.id IS NOT NULL THEN coalesce(usable.builders, 0) ELSE 0 END,
                 asked.expected_time,
                 extract(epoch FROM now() - asked.buildstart)::bigint
             FROM asked LEFT JOIN ahead USING (id) LEFT JOIN startable USING (id)
                 LEFT JOIN running USING (architecturetag, trusted)
                 LEFT JOIN usable USING (architecturetag, trusted))";
    for (Row row : database.query(sql.c_str(), builds, assumed.count())) {
        QueuedTimes& one = times[row.get<BuildId>()];
        row >> one.before >> one.running >> one.builders >> one.expected >> one.building;
    }
    return times;
}

}  // namespace buildd::db
