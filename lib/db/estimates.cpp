#include "db/estimates.hpp"

#include "db/bulk.hpp"

namespace buildd::db {

namespace {

constexpr int good_builds = 5, builds_that_tell = 5000;

// $1: how many.
const std::string last_builds = R"(
    WITH last AS (
        SELECT build.sourcepackagerelease AS source, das.architecturetag AS tag,
            extract(epoch FROM build.buildduration) AS time
        FROM (SELECT * FROM build WHERE datebuilt IS NOT NULL AND buildstate = 'FULLYBUILT'
              ORDER BY datebuilt DESC LIMIT $1) build
            JOIN distroarchseries das ON das.id = build.distroarchseries
        WHERE build.buildduration > '0'))";

}  // namespace

std::vector<UnestimatedJob> jobs_to_estimate(Database& database,
                                             const std::optional<std::vector<BuildId>>& builds,
                                             JobId after) {
    std::vector<UnestimatedJob> jobs;
    for (Row row : database.query(R"(
             SELECT q.id, spr.sourcepackagename, q.architecturetag, coalesce((
                 SELECT sum(lfc.filesize)
                 FROM sourcepackagereleasefile file
                     JOIN libraryfilealias lfa ON lfa.id = file.libraryfile
                     JOIN libraryfilecontent lfc ON lfc.id = lfa.content
                 WHERE file.sourcepackagerelease = spr.id), 0)::bigint
             FROM buildqueue q JOIN build ON build.id = q.build
                 JOIN sourcepackagerelease spr ON spr.id = build.sourcepackagerelease
             WHERE q.builder IS NULL AND q.expected_time IS NULL AND q.id > $1
                 AND ($3::bigint[] IS NULL OR q.build = ANY ($3::bigint[]))
             ORDER BY q.id LIMIT $2)",
                                  after, batch_size, builds)) {
        UnestimatedJob& one = jobs.emplace_back();
        std::int64_t size = 0;
        row >> one.id >> one.source >> one.architecture_tag >> size;
        one.size = static_cast<std::uint64_t>(size);
    }
    return jobs;
}

std::vector<GoodBuild> last_good_builds(Database& database,
                                        const std::vector<std::int64_t>& sources) {
    std::vector<GoodBuild> builds;
    for (Row row : database.query(R"(
             SELECT source, tag, time FROM (
                 SELECT wanted.source, das.architecturetag AS tag,
                     extract(epoch FROM build.buildduration)::bigint AS time, row_number() OVER (
                         PARTITION BY wanted.source, das.architecturetag
                         ORDER BY build.datebuilt DESC) AS place
                 FROM (SELECT DISTINCT unnest($1::bigint[]) AS source) wanted
                     JOIN sourcepackagerelease spr ON spr.sourcepackagename = wanted.source
                     JOIN build ON build.sourcepackagerelease = spr.id
                         AND build.buildstate = 'FULLYBUILT' AND build.buildduration > '0'
                     JOIN distroarchseries das ON das.id = build.distroarchseries) good
             WHERE place <= $2 ORDER BY source, tag, place)",
                                  sources, good_builds)) {
        GoodBuild& one = builds.emplace_back();
        row >> one.source >> one.architecture_tag >> one.time;
    }
    return builds;
}

std::vector<UsualBuild> usual_builds(Database& database) {
    const std::string sql = last_builds + R"(
        SELECT tag, avg(time)::bigint, coalesce(avg(size), 0)::bigint
        FROM last LEFT JOIN LATERAL (
            SELECT sum(lfc.filesize) AS size
            FROM sourcepackagereleasefile file
                JOIN libraryfilealias lfa ON lfa.id = file.libraryfile
                JOIN libraryfilecontent lfc ON lfc.id = lfa.content
            WHERE file.sourcepackagerelease = last.source) files ON true
        GROUP BY tag ORDER BY tag)";
    std::vector<UsualBuild> usual;
    for (Row row : database.query(sql.c_str(), builds_that_tell)) {
        UsualBuild& one = usual.emplace_back();
        std::int64_t size = 0;
        row >> one.architecture_tag >> one.time >> size;
        one.size = static_cast<std::uint64_t>(size);
    }
    return usual;
}

std::vector<ComparedBuilds> compared_builds(Database& database) {
    const std::string sql = last_builds + R"(,
        each AS (SELECT source, tag, avg(time) AS time FROM last GROUP BY source, tag)
        SELECT here.tag, there.tag, count(*), sum(here.time)::bigint, sum(there.time)::bigint
        FROM each here JOIN each there ON there.source = here.source AND there.tag <> here.tag
        GROUP BY 1, 2 ORDER BY 1, 2)";
    std::vector<ComparedBuilds> compared;
    for (Row row : database.query(sql.c_str(), builds_that_tell)) {
        ComparedBuilds& one = compared.emplace_back();
        row >> one.here >> one.there >> one.sources >> one.time_here >> one.time_there;
    }
    return compared;
}

void store_estimates(Database& database, const std::vector<NewEstimate>& estimates) {
    if (estimates.empty()) return;
    std::vector<JobId> jobs;
    std::vector<std::int64_t> times;
    std::vector<bool> known;
    for (const auto& one : estimates) {
        jobs.push_back(one.job);
        times.push_back(one.time.count());
        known.push_back(one.known);
    }
    database.execute(R"(
        WITH free AS (
            SELECT q.id, new.time, new.known
            FROM unnest($1::bigint[], $2::bigint[], $3::boolean[]) AS new (job, time, known)
                JOIN buildqueue q ON q.id = new.job
            WHERE q.expected_time IS NULL FOR NO KEY UPDATE OF q SKIP LOCKED)
        UPDATE buildqueue SET expected_time = free.time, expected_known = free.known
        FROM free WHERE buildqueue.id = free.id)",
                     jobs, times, known);
}

}  // namespace buildd::db
