#include "db/why.hpp"

#include "db/build_columns.hpp"
#include "db/build_edits.hpp"
#include "db/candidates.hpp"
#include "db/made_by.hpp"

namespace buildd::db {

namespace {

// What QueuedJob says besides its build.
const std::string job_columns = R"(q.id IS NOT NULL, q.builder IS NOT NULL,
    archive.enabled, das.enabled, EXISTS (SELECT 1 FROM pocketchroot
        WHERE distroarchseries = das.id AND pocket IN (build.pocket, 'RELEASE')),
    )" + made_by + R"(, array_to_string(q.tags, ' '), )" +
                                failed_on_column + R"(,
    runlimit.archive_room, runlimit.owner_room, coalesce(q.parked_by, ''), coalesce(q.park_reason, ''),
    coalesce((SELECT words FROM breaker WHERE breaker.id = q.held_by), ''), coalesce()" +
                                candidate_condition + ", false)";

void read_job(Row& row, QueuedJob& job) {
    std::optional<std::string> tags, failed_on;
    row >> job.has_job >> job.claimed >> job.archive_enabled >> job.architecture_enabled >>
        job.has_chroot >> job.made_by >> tags >> failed_on >> job.limits.archive >>
        job.limits.owner >> job.parked_by >> job.park_reason >> job.cause >> job.candidate;
    job.demands = read_demands(tags.value_or(""), failed_on.value_or(""));
}

const std::string build_sql = "SELECT " + job_columns + R"(,
    CASE WHEN q.not_before > now() THEN ceil(extract(epoch FROM q.not_before - now())) END::bigint,
    EXISTS (SELECT 1 FROM sourcepackagereleasefile WHERE sourcepackagerelease = spr.id),
    coalesce(builder.name, ''), extract(epoch FROM now() - q.buildstart)::bigint,
    extract(epoch FROM now() - q.silent_since)::bigint, coalesce(build.dependencies, ''),
    coalesce(q.givenback, 0), coalesce(q.fetch_problem, ''), coalesce((SELECT detail
        FROM buildattempt WHERE buildattempt.build = build.id ORDER BY id DESC LIMIT 1), ''), )" +
                              build_columns + " FROM build " + build_joins + R"(
    LEFT JOIN buildqueue q ON q.build = build.id
    LEFT JOIN runlimit ON runlimit.archive = archive.id
    LEFT JOIN builder ON builder.id = q.builder
    WHERE build.id = $1)";

// Of each class one build. With $1, only jobs of its group that come before it.
const std::string classes_sql = R"(
SELECT class.tag, class.trusted, class.count, class.waits, )" +
                                job_columns + ", " + build_columns + R"(
FROM (SELECT q.architecturetag AS tag, q.trusted, count(*) AS count, min(q.build) AS build,
          coalesce(q.not_before > now(), false) AS waits
      FROM buildqueue q
          JOIN build ON build.id = q.build
          JOIN distroarchseries das ON das.id = build.distroarchseries
          LEFT JOIN buildqueue me ON me.build = $1
      WHERE q.builder IS NULL AND ($1::bigint IS NULL OR (
          q.architecturetag = me.architecturetag AND q.trusted = me.trusted
              AND (q.lastscore > me.lastscore OR (q.lastscore = me.lastscore
                  AND (q.created, q.id) < (me.created, me.id)))))
      GROUP BY q.architecturetag, q.trusted, 5, build.for_person IS NULL, build.buildstate,
          build.pocket, build.archive, build.distroarchseries, )" +
                                made_by + R"( IS NULL,
          q.tags, q.held_by, q.parked_by IS NULL, CASE WHEN EXISTS (SELECT FROM builder WHERE refuses <> '{}') THEN ARRAY(
              SELECT builder.id FROM builder, sourcepackagerelease spr
                  JOIN sourcepackagename spn ON spn.id = spr.sourcepackagename
              WHERE spr.id = build.sourcepackagerelease
                  AND spn.name LIKE ANY (refused_patterns(builder.refuses)) ORDER BY 1) END,
          EXISTS (SELECT 1 FROM published_source spph
              WHERE spph.sourcepackagerelease = build.sourcepackagerelease
                  AND spph.distroseries = das.distroseries AND spph.archive = build.archive)) class
    JOIN build ON build.id = class.build)" +
                                build_joins + R"(
    JOIN buildqueue q ON q.build = build.id
    LEFT JOIN runlimit ON runlimit.archive = archive.id
ORDER BY class.tag, class.trusted DESC)";

struct GroupedClass {
    std::string tag;
    bool trusted = true;
    JobClass jobs;
};

std::vector<GroupedClass> read_classes(Database& database, const std::optional<BuildId>& ahead_of) {
    std::vector<GroupedClass> classes;
    for (Row row : database.query(classes_sql.c_str(), ahead_of)) {
        GroupedClass& one = classes.emplace_back();
        bool waits = false;
        row >> one.tag >> one.trusted >> one.jobs.count >> waits;
        read_job(row, one.jobs.job);
        one.jobs.job.build = read_build(row);
        if (waits) one.jobs.job.waits.emplace();
    }
    return classes;
}

}  // namespace

std::optional<ExplainedBuild> explain_build(Database& database, BuildId id) {
    const Rows rows = database.query(build_sql.c_str(), id);
    if (rows.empty()) return std::nullopt;
    ExplainedBuild build;
    Row row = rows[0];
    read_job(row, build.job);
    row >> build.job.waits >> build.source_has_files >> build.builder >> build.building >>
        build.silent >> build.dependencies >> build.givenback >> build.fetch_problem >> build.why;
    build.job.build = read_build(row);
    build.clashes = read_clashes(database, id);
    if (build.job.has_job && !build.job.claimed)
        for (const auto& one : read_classes(database, id)) build.ahead.push_back(one.jobs);
    return build;
}

std::vector<QueuedGroup> queued_groups(Database& database) {
    std::vector<QueuedGroup> groups;
    for (Row row : database.query("SELECT architecturetag, trusted, count(builder) FROM buildqueue "
                                  "GROUP BY 1, 2 ORDER BY 1, 2 DESC")) {
        QueuedGroup& group = groups.emplace_back();
        row >> group.architecture_tag >> group.trusted >> group.running;
    }
    for (const auto& one : read_classes(database, std::nullopt))
        for (auto& group : groups)
            if (group.architecture_tag == one.tag && group.trusted == one.trusted)
                group.pending.push_back(one.jobs);
    return groups;
}

}  // namespace buildd::db
