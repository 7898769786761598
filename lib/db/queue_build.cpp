#include "db/queue_build.hpp"

#include "db/build_again.hpp"
#include "db/build_columns.hpp"
#include "db/bulk.hpp"
#include "db/made_by.hpp"

namespace buildd::db {

namespace {

bool retry(Transaction& transaction, BuildId build, BuildState from, bool by_itself) {
    static const std::string sql = "UPDATE build SET " + built_anew + R"(,
            failure_count = 0, retried = CASE WHEN $3::boolean THEN retried ELSE now() END,
            tried_again = CASE WHEN $3 THEN now() END
        WHERE id = $1 AND buildstate = $2::buildstate
            AND (NOT $3 OR EXISTS (
                SELECT 1 FROM build free WHERE free.id = $1 FOR UPDATE SKIP LOCKED))
            AND )" + nothing_in_its_way;
    if (!transaction.execute_one(sql.c_str(), build, from, by_itself)) return false;
    transaction.execute("INSERT INTO buildqueue (build) VALUES ($1) ON CONFLICT (build) DO NOTHING",
                        build);
    return true;
}

// `note`: UPDATE of its attempts that tells so.
template <class... Args>
bool retry_and_note(Database& database, BuildId build, BuildState from, const char* note,
                    const Args&... args) {
    try {
        Transaction transaction(database);
        if (!retry(transaction, build, from, true)) return false;
        transaction.execute(note, build, args...);
        transaction.commit();
        return true;
    } catch (const StatementError& error) {
        if (error.is_taken()) return false;  // another became active meanwhile
        throw;
    }
}

struct MissingColumns {
    std::vector<SourceId> sources;
    std::vector<DistroArchSeriesId> archs;
    std::vector<ArchiveId> archives;
    std::vector<Pocket> pockets;
    std::vector<bool> indep;

    explicit MissingColumns(const std::vector<MissingBuild>& builds) {
        for (const auto& one : builds) {
            sources.push_back(one.source);
            archs.push_back(one.arch);
            archives.push_back(one.archive);
            pockets.push_back(one.pocket);
            indep.push_back(one.arch_indep);
        }
    }
};

}  // namespace

std::int64_t create_builds(Database& database, const std::vector<MissingBuild>& wanted) {
    if (wanted.empty()) return 0;
    const MissingColumns columns(wanted);
    return database.execute(R"(
        INSERT INTO build (sourcepackagerelease, distroarchseries, archive, pocket, arch_indep,
            processor)
        SELECT new.source, new.arch, new.archive, new.pocket, new.arch_indep, coalesce(
            (SELECT id FROM processor WHERE family = das.processorfamily
                AND name = das.architecturetag),
            (SELECT min(id) FROM processor WHERE family = das.processorfamily))
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::packagepublishingpocket[],
                $5::boolean[]) AS new (source, arch, archive, pocket, arch_indep)
            JOIN distroarchseries das ON das.id = new.arch
        ON CONFLICT (sourcepackagerelease, distroarchseries, archive, pocket)
            WHERE buildstate IN ('NEEDSBUILD', 'BUILDING', 'UPLOADING', 'CANCELLING')
            DO NOTHING)",
                            columns.sources, columns.archs, columns.archives, columns.pockets,
                            columns.indep);
}

std::int64_t adopt_indep(Database& database, const std::vector<MissingBuild>& wanted) {
    if (wanted.empty()) return 0;
    const MissingColumns columns(wanted);
    return database.execute(R"(
        UPDATE build SET arch_indep = true WHERE id IN (
            SELECT build.id
            FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS new (source, arch, archive)
                JOIN build ON build.sourcepackagerelease = new.source
                    AND build.distroarchseries = new.arch AND build.archive = new.archive
            WHERE build.buildstate = 'NEEDSBUILD' AND NOT build.arch_indep
            FOR UPDATE OF build SKIP LOCKED))",
                            columns.sources, columns.archs, columns.archives);
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

std::vector<PendingJob> parked_jobs(Database& database) {
    static const std::string sql = "SELECT q.id, " + made_by + ", " + build_columns +
                                   " FROM build " + build_joins +
                                   R"( JOIN buildqueue q ON q.build = build.id
        WHERE q.parked_by IS NOT NULL AND build.buildstate = 'NEEDSBUILD')";
    std::vector<PendingJob> jobs;
    for (Row row : database.query(sql.c_str())) {
        PendingJob& job = jobs.emplace_back();
        row >> job.id >> job.made_by;
        job.build = read_build(row);
    }
    return jobs;
}

bool retry_build(Transaction& transaction, BuildId build, BuildState from) {
    return retry(transaction, build, from, false);
}

bool retry_by_itself(Database& database, BuildId build, const std::string& index) {
    return retry_and_note(
        database, build, BuildState::MANUALDEPWAIT,
        "UPDATE buildattempt SET index_seen = $2 WHERE id = (SELECT max(id) FROM buildattempt "
        "WHERE build = $1 AND outcome = 'DEPFAIL')",
        index);
}

bool retry_chroot_by_itself(Database& database, BuildId build) {
    return retry_and_note(
        database, build, BuildState::CHROOTWAIT,
        "UPDATE buildattempt SET detail = concat_ws('; ', nullif(detail, ''), 'Then tried again by "
        "itself') WHERE id = (SELECT max(id) FROM buildattempt WHERE build = $1)");
}

// The job first, as everywhere.
bool let_go_again(Transaction& transaction, BuildId build) {
    transaction.execute(
        "UPDATE buildqueue SET givenback = 0, not_before = NULL WHERE build = $1 "
        "AND builder IS NULL",
        build);
    return transaction.execute_one(
        "UPDATE build SET for_person = NULL, retried = now() WHERE id = $1 "
        "AND buildstate = 'NEEDSBUILD' AND for_person IS NOT NULL",
        build);
}

std::vector<UnscoredJob> jobs_to_score(Database& database,
                                       const std::optional<std::vector<BuildId>>& builds,
                                       JobId after) {
    static const std::string sql =
        "SELECT job.id, job.lastscore, job.manual, job.given_score, "
        "coalesce(job.fairness, 0), CASE WHEN job.expected_known THEN job.expected_time END, "
        "coalesce(extract(epoch FROM clock.at - CASE WHEN job.manual THEN job.given_at "
        "ELSE job.created END)::bigint, 0), archive.rebuild, archive.score, spr.urgency, " +
        component_column + ", " + build_columns +
        " FROM buildqueue job JOIN build ON build.id = job.build " + build_joins +
        R"(
            LEFT JOIN waitingclock clock ON clock.architecturetag = job.architecturetag
                AND clock.trusted = job.trusted
        WHERE job.builder IS NULL AND build.for_person IS NULL
            AND (job.not_before IS NULL OR job.not_before <= now())
            AND ($1::bigint[] IS NULL OR job.build = ANY ($1::bigint[])) AND job.id > $2
        ORDER BY job.id LIMIT $3)";
    std::vector<UnscoredJob> jobs;
    for (Row row : database.query(sql.c_str(), builds, after, batch_size)) {
        UnscoredJob& one = jobs.emplace_back();
        row >> one.id >> one.lastscore >> one.manual >> one.given_score >> one.fairness >>
            one.expected >> one.waited >> one.rebuild >> one.archive_points >> one.urgency >>
            one.component;
        one.build = read_build(row);
    }
    return jobs;
}

void store_scores(Database& database, const std::vector<NewScore>& scores) {
    if (scores.empty()) return;
    std::vector<JobId> jobs;
    std::vector<int> before, values;
    std::vector<bool> manual;
    for (const auto& one : scores) {
        jobs.push_back(one.job);
        before.push_back(one.before);
        manual.push_back(one.manual);
        values.push_back(one.score);
    }
    database.execute(R"(
        WITH free AS (
            SELECT q.id, new.score
            FROM unnest($1::bigint[], $2::integer[], $3::boolean[], $4::integer[])
                    AS new (job, before, manual, score)
                JOIN buildqueue q ON q.id = new.job
            WHERE q.builder IS NULL AND q.lastscore = new.before AND q.manual = new.manual
            FOR NO KEY UPDATE OF q SKIP LOCKED)
        UPDATE buildqueue SET lastscore = free.score FROM free WHERE buildqueue.id = free.id)",
                     jobs, before, manual, values);
}

}  // namespace buildd::db
