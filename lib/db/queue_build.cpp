#include "db/queue_build.hpp"

#include "db/build_columns.hpp"
#include "db/bulk.hpp"
#include "db/times.hpp"

namespace buildd::db {

std::vector<MissingBuild> missing_builds(Database& database) {
    // A plain `all` needs its nominated architecture only, so that it costs nothing elsewhere.
    const Rows rows = database.query(R"(
        SELECT DISTINCT ON (spr.id, das.id, archive.id) spr.id, das.id, archive.id, spph.pocket,
            spr.architecturehintlist, das.architecturetag,
            distroseries.nominatedarchindep IS NOT DISTINCT FROM das.id
        FROM sourcepackagepublishinghistory spph
            JOIN archive ON archive.id = spph.archive AND archive.enabled
            JOIN distroseries ON distroseries.id = spph.distroseries
            JOIN distroarchseries das ON das.distroseries = distroseries.id AND das.enabled
            JOIN sourcepackagerelease spr ON spr.id = spph.sourcepackagerelease
        WHERE spph.status IN ('PENDING', 'PUBLISHED')
            AND (spr.architecturehintlist <> 'all' OR distroseries.nominatedarchindep = das.id)
            AND NOT EXISTS (SELECT 1 FROM build WHERE build.sourcepackagerelease = spr.id
                AND build.distroarchseries = das.id AND build.archive = archive.id)
        ORDER BY spr.id, das.id, archive.id, spph.datecreated, spph.id)");
    std::vector<MissingBuild> missing;
    for (Row row : rows) {
        MissingBuild& one = missing.emplace_back();
        row >> one.source >> one.arch >> one.archive >> one.pocket >> one.hints >>
            one.architecture_tag >> one.nominated;
    }
    return missing;
}

std::int64_t create_builds(Database& database, const std::vector<MissingBuild>& wanted) {
    if (wanted.empty()) return 0;
    std::vector<SourceId> sources;
    std::vector<DistroArchSeriesId> archs;
    std::vector<ArchiveId> archives;
    std::vector<Pocket> pockets;
    for (const auto& one : wanted) {
        sources.push_back(one.source);
        archs.push_back(one.arch);
        archives.push_back(one.archive);
        pockets.push_back(one.pocket);
    }
    return database.execute(R"(
        INSERT INTO build (sourcepackagerelease, distroarchseries, archive, pocket, processor)
        SELECT new.source, new.arch, new.archive, new.pocket, coalesce(
            (SELECT id FROM processor WHERE family = das.processorfamily
                AND name = das.architecturetag),
            (SELECT min(id) FROM processor WHERE family = das.processorfamily))
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::packagepublishingpocket[])
                AS new (source, arch, archive, pocket)
            JOIN distroarchseries das ON das.id = new.arch
        ON CONFLICT (sourcepackagerelease, distroarchseries, archive, pocket)
            WHERE buildstate IN ('NEEDSBUILD', 'BUILDING', 'UPLOADING', 'CANCELLING')
            DO NOTHING)",
                            sources, archs, archives, pockets);
}

std::vector<BuildId> builds_without_job(Database& database) {
    std::vector<BuildId> builds;
    for (Row row : database.query(R"(
             SELECT build.id FROM build
             WHERE build.buildstate = 'NEEDSBUILD'
                 AND NOT EXISTS (SELECT 1 FROM buildqueue WHERE buildqueue.build = build.id)
                 AND EXISTS (SELECT 1 FROM sourcepackagereleasefile file
                     WHERE file.sourcepackagerelease = build.sourcepackagerelease)
             ORDER BY build.id)"))
        builds.push_back(row.get<BuildId>());
    return builds;
}

std::int64_t create_jobs(Database& database, const std::vector<BuildId>& builds) {
    return database.execute(R"(
        INSERT INTO buildqueue (build)
        SELECT build.id FROM unnest($1::bigint[]) AS wanted (id) JOIN build USING (id)
        WHERE build.buildstate = 'NEEDSBUILD'
        ON CONFLICT (build) DO NOTHING)",
                            builds);
}

std::vector<std::string> remove_fileless_jobs(Database& database) {
    static const std::string sql = "SELECT " + build_columns + " FROM build " + build_joins + R"(
        WHERE build.id = ANY ($1::bigint[]))";
    std::vector<BuildId> removed;
    for (Row row : database.change(R"(
             DELETE FROM buildqueue WHERE id IN (
                 SELECT q.id FROM buildqueue q JOIN build ON build.id = q.build
                 WHERE q.builder IS NULL AND NOT EXISTS (
                     SELECT 1 FROM sourcepackagereleasefile file
                     WHERE file.sourcepackagerelease = build.sourcepackagerelease)
                 FOR UPDATE OF q SKIP LOCKED)
             RETURNING build)"))
        removed.push_back(row.get<BuildId>());
    std::vector<std::string> titles;
    if (removed.empty()) return titles;
    for (Row row : database.query(sql.c_str(), removed)) titles.push_back(read_build(row).title());
    return titles;
}

std::vector<WaitingBuild> dependency_waits(Database& database) {
    static const std::string sql = "SELECT das.id, " + component_column +
                                   ", coalesce(build.dependencies, ''), " + build_columns +
                                   " FROM build " + build_joins + R"(
        WHERE build.buildstate = 'MANUALDEPWAIT' AND archive.enabled AND das.enabled
        ORDER BY build.id)";
    std::vector<WaitingBuild> builds;
    for (Row row : database.query(sql.c_str())) {
        WaitingBuild& one = builds.emplace_back();
        row >> one.arch >> one.component >> one.dependencies;
        one.build = read_build(row);
    }
    return builds;
}

std::vector<AvailableBinary> available_binaries(Database& database,
                                                const std::vector<std::string>& names,
                                                const std::vector<DistroArchSeriesId>& archs) {
    std::vector<AvailableBinary> binaries;
    if (names.empty()) return binaries;
    // arch:all packages of a series serve all its architectures. A Provides is searched as words
    // here and parsed by the caller.
    for (Row row : database.query(R"(
             WITH ours AS (
                 SELECT bpr.* FROM binarypackagename bpn
                     JOIN binarypackagerelease bpr ON bpr.binarypackagename = bpn.id
                 WHERE bpn.name = ANY ($1::text[])
                 UNION
                 SELECT * FROM binarypackagerelease
                 WHERE provides <> '' AND provided_names(provides) && $1::text[])
             SELECT das.id, archive.id, archive.purpose = 'PRIMARY', build.pocket, component.name,
                 bpn.name, ours.version, ours.provides
             FROM ours
                 JOIN binarypackagename bpn ON bpn.id = ours.binarypackagename
                 JOIN component ON component.id = ours.component
                 JOIN build ON build.id = ours.build AND build.buildstate = 'FULLYBUILT'
                 JOIN archive ON archive.id = build.archive
                 JOIN distroarchseries built ON built.id = build.distroarchseries
                 JOIN distroarchseries das ON das.distroseries = built.distroseries
                     AND (das.id = built.id OR ours.architecture = 'all')
             WHERE das.id = ANY ($2::bigint[]) AND NOT EXISTS (
                 SELECT 1 FROM binarypackagerelease later JOIN build again ON again.id = later.build
                 WHERE later.archive = ours.archive AND later.id > ours.id
                     AND later.binarypackagename = ours.binarypackagename
                     AND later.architecture = ours.architecture AND again.pocket = build.pocket
                     AND again.distroarchseries = build.distroarchseries
                     AND again.buildstate = 'FULLYBUILT')
             UNION ALL
             SELECT ab.distroarchseries, ab.archive, archive.purpose = 'PRIMARY', ab.pocket,
                 ab.component, ab.name, ab.version, ab.provides
             FROM archivebinary ab JOIN archive ON archive.id = ab.archive
             WHERE ab.distroarchseries = ANY ($2::bigint[]) AND (ab.name = ANY ($1::text[])
                 OR (ab.provides <> '' AND provided_names(ab.provides) && $1::text[])))",
                                  names, archs)) {
        AvailableBinary& one = binaries.emplace_back();
        row >> one.arch >> one.place.archive >> one.place.primary >> one.place.pocket >>
            one.place.component >> one.name >> one.version >> one.provides;
    }
    return binaries;
}

bool retry_build(Database& database, BuildId build, BuildState from, bool leave_held) {
    Transaction transaction(database);
    const bool moved = database.execute(R"(
        UPDATE build SET buildstate = 'NEEDSBUILD', datebuilt = NULL, buildduration = NULL,
            builder = NULL, buildlog = NULL, upload_log = NULL, dependencies = NULL,
            failure_count = 0
        WHERE id = $1 AND buildstate = $2::buildstate AND upload_leaf IS NULL
            AND NOT EXISTS (SELECT 1 FROM binaryclaim claim WHERE claim.build = build.id)
            AND (NOT $3::boolean OR EXISTS (
                SELECT 1 FROM build free WHERE free.id = $1 FOR UPDATE SKIP LOCKED))
            AND NOT EXISTS (SELECT 1 FROM build other
                WHERE other.sourcepackagerelease = build.sourcepackagerelease
                    AND other.distroarchseries = build.distroarchseries
                    AND other.archive = build.archive AND other.pocket = build.pocket
                    AND other.buildstate IN ('NEEDSBUILD', 'BUILDING', 'UPLOADING', 'CANCELLING')))",
                                        build, from, leave_held) == 1;
    if (!moved) return false;
    database.execute("INSERT INTO buildqueue (build) VALUES ($1) ON CONFLICT (build) DO NOTHING",
                     build);
    transaction.commit();
    return true;
}

std::vector<UnscoredJob> jobs_to_score(Database& database,
                                       const std::optional<std::vector<BuildId>>& builds,
                                       JobId after) {
    static const std::string sql =
        "SELECT job.id, job.lastscore, extract(epoch FROM now() - job.created)::bigint, "
        "spr.urgency, " +
        component_column + ", " + build_columns +
        " FROM buildqueue job JOIN build ON build.id = job.build " + build_joins +
        R"(
        WHERE job.builder IS NULL AND NOT job.manual
            AND (job.not_before IS NULL OR job.not_before <= now())
            AND ($1::bigint[] IS NULL OR job.build = ANY ($1::bigint[])) AND job.id > $2
        ORDER BY job.id LIMIT $3)";
    std::vector<UnscoredJob> jobs;
    for (Row row : database.query(sql.c_str(), builds, after, batch_size)) {
        UnscoredJob& one = jobs.emplace_back();
        row >> one.id >> one.lastscore >> one.age >> one.urgency >> one.component;
        one.build = read_build(row);
    }
    return jobs;
}

void store_scores(Database& database, const std::vector<NewScore>& scores) {
    if (scores.empty()) return;
    std::vector<JobId> jobs;
    std::vector<int> values;
    for (const auto& one : scores) {
        jobs.push_back(one.job);
        values.push_back(one.score);
    }
    database.execute(R"(
        WITH free AS (
            SELECT q.id, new.score
            FROM unnest($1::bigint[], $2::integer[]) AS new (job, score)
                JOIN buildqueue q ON q.id = new.job
            WHERE q.builder IS NULL AND NOT q.manual FOR NO KEY UPDATE OF q SKIP LOCKED)
        UPDATE buildqueue SET lastscore = free.score FROM free WHERE buildqueue.id = free.id)",
                     jobs, values);
}

std::vector<QueueRow> list_queue(Database& database, int limit) {
    static const std::string sql = "SELECT job.lastscore, " + iso_time("job.created") +
                                   ", coalesce(builder.name, ''), " + build_columns +
                                   " FROM buildqueue job JOIN build ON build.id = job.build " +
                                   build_joins + R"(
            LEFT JOIN builder ON builder.id = job.builder
        ORDER BY job.builder IS NULL, job.lastscore DESC, job.created, job.id LIMIT $1)";
    std::vector<QueueRow> queue;
    for (Row row : database.query(sql.c_str(), limit)) {
        QueueRow& one = queue.emplace_back();
        row >> one.score >> one.created >> one.builder;
        const BuildFacts build = read_build(row);
        one.build = build.id;
        one.state = build.state;
        one.title = build.title();
    }
    return queue;
}

}  // namespace buildd::db
