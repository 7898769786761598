#include "db/metrics.hpp"

namespace buildd::db {

std::vector<MetricSample> read_metrics(Database& database) {
    std::vector<MetricSample> samples;
    for (Row row : database.query(R"(
             WITH builders AS (
                 SELECT architecture AS arch, trusted,
                     count(*) FILTER (WHERE state IN ('IDLE', 'CANARY')) AS idle,
                     count(*) FILTER (WHERE state = 'QUARANTINED') AS quarantined,
                     count(*) FILTER (WHERE state = 'CUTOFF') AS cut_off,
                     count(*) FILTER (WHERE state = 'BUILDING') AS building,
                     count(*) FILTER (WHERE state = 'MANUAL') AS manual,
                     count(*) FILTER (WHERE state = 'FAILED') AS failed,
                     count(*) FILTER (WHERE state = 'DISABLED') AS disabled
                 FROM builder_now GROUP BY 1, 2),
             jobs AS (
                 SELECT architecturetag AS arch, trusted,
                     count(*) FILTER (WHERE builder IS NULL) AS pending,
                     count(builder) AS running,
                     extract(epoch FROM now() - min(created) FILTER (WHERE builder IS NULL))::bigint
                         AS oldest
                 FROM buildqueue GROUP BY 1, 2),
             passes AS (
                 SELECT DISTINCT ON (command) command, started, finished, exit_status FROM pass
                 WHERE finished IS NOT NULL AND exit_status IS NOT NULL
                 ORDER BY command, id DESC)
             SELECT 'buildd_builders', arch, trusted::text, state, NULL, number::text
             FROM builders CROSS JOIN LATERAL (VALUES ('idle', idle), ('building', building),
                 ('manual', manual), ('failed', failed), ('disabled', disabled),
                 ('quarantined', quarantined), ('cut_off', cut_off)) v (state, number)
             UNION ALL
             SELECT 'buildd_queue_' || name, arch, trusted::text, NULL, NULL,
                 coalesce(number, 0)::text
             FROM builders FULL JOIN jobs USING (arch, trusted)
                 CROSS JOIN LATERAL (VALUES ('pending', pending), ('running', running),
                     ('oldest_seconds', oldest)) v (name, number)
             UNION ALL
             SELECT 'buildd_last_pass_' || name, NULL, NULL, NULL, command, number::text
             FROM passes CROSS JOIN LATERAL (VALUES
                 ('timestamp_seconds', round(extract(epoch FROM finished)::numeric, 3)),
                 ('duration_seconds', round(extract(epoch FROM finished - started)::numeric, 3)),
                 ('exit_status', exit_status)) v (name, number)
             UNION ALL
             SELECT 'buildd_uploads_pending', NULL, NULL, NULL, NULL,
                 (SELECT count(*) FROM build WHERE upload_leaf IS NOT NULL)::text
             UNION ALL
             SELECT 'buildd_breakers_open', NULL, NULL, NULL, NULL,
                 (SELECT count(*) FROM breaker WHERE closed IS NULL)::text
             UNION ALL
             SELECT 'buildd_mail_unsent', NULL, NULL, NULL, NULL,
                 (SELECT count(*) FROM mailqueue WHERE next_attempt IS NOT NULL)::text
             ORDER BY 1, 2, 3, 4, 5)")) {
        MetricSample& one = samples.emplace_back();
        row >> one.metric >> one.arch >> one.trusted >> one.state >> one.command >> one.value;
    }
    return samples;
}

}  // namespace buildd::db
