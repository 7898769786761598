#include "db/attempts.hpp"

#include "base/text.hpp"
#include "db/builders.hpp"
#include "db/library.hpp"
#include "db/suspicion.hpp"

namespace buildd::db {

namespace {

struct TailArrays {
    std::vector<JobId> jobs;
    std::vector<BuildId> builds;
    std::vector<BuilderId> builders;
    std::vector<std::string> tails;
};

TailArrays arrays_of(const std::vector<TailEdit>& edits) {
    TailArrays arrays;
    for (const auto& edit : edits) {
        arrays.jobs.push_back(edit.cookie.job);
        arrays.builds.push_back(edit.cookie.build);
        arrays.builders.push_back(edit.builder);
        arrays.tails.push_back(edit.logtail);
    }
    return arrays;
}

// What the job's row says as its attempt ends; locked until the transaction does.
struct EndingJob {
    std::string buildstart, created;
    int lastscore = 0;
    bool dispatched = false;
    std::optional<LibraryFileId> chroot;
    std::optional<std::string> archive_lines;
};

std::optional<EndingJob> lock_job(Transaction& transaction, const AttemptEnd& end) {
    const Rows rows = transaction.query(
        "SELECT buildstart, created, lastscore, dispatched IS NOT NULL, chroot, archive_lines "
        "FROM buildqueue "
        "WHERE id = $1 AND build = $2 AND builder = $3 FOR UPDATE",
        end.cookie.job, end.cookie.build, end.builder);
    if (rows.empty()) return std::nullopt;
    EndingJob job;
    Row row = rows[0];
    row >> job.buildstart >> job.created >> job.lastscore >> job.dispatched >> job.chroot >>
        job.archive_lines;
    return job;
}

bool move_build(Transaction& transaction, const AttemptEnd& end, const EndingJob& job) {
    const auto log = end.log ? std::optional(end.log->id) : std::nullopt;
    const auto leaf = end.leaf.empty() ? std::nullopt : std::optional(end.leaf);
    const auto dependencies =
        end.dependencies.empty() ? std::nullopt : std::optional(mask_passwords(end.dependencies));
    return transaction.execute_one(R"(
        UPDATE build SET buildstate = $3::buildstate, failure_count = $5,
            datebuilt = CASE WHEN $6::boolean THEN now() ELSE datebuilt END,
            buildduration = CASE WHEN $6 THEN greatest('0', now() - $7::timestamptz)
                ELSE buildduration END,
            builder = CASE WHEN $6 THEN $8::bigint ELSE builder END,
            buildlog = CASE WHEN $6 THEN $9::bigint ELSE buildlog END,
            dependencies = CASE WHEN $6 THEN $10::text ELSE dependencies END,
            upload_leaf = coalesce($11, upload_leaf),
            for_person = CASE WHEN $12::boolean THEN now() ELSE for_person END,
            asked_again = CASE WHEN $13::boolean THEN now() ELSE asked_again END
        WHERE id = $1 AND buildstate = $2::buildstate AND failure_count = $4)",
                                   end.cookie.build, end.from, end.to, end.build_failures_before,
                                   end.build_failures, end.store_info, job.buildstart, end.builder,
                                   log, dependencies, leaf, end.for_person, end.ask_again);
}

std::optional<std::int64_t> minutes(const std::optional<std::chrono::minutes>& time) {
    return time ? std::optional<std::int64_t>(time->count()) : std::nullopt;
}

void release_job(Transaction& transaction, const AttemptEnd& end) {
    if (end.to != BuildState::NEEDSBUILD) {
        static const std::string sql =
            single_sql("job", "buildqueue", "DELETE FROM buildqueue WHERE id = $1");
        transaction.change(sql.c_str(), end.cookie.job);
        return;
    }
    static const std::string sql = single_sql("job", "buildqueue", R"(
        UPDATE buildqueue SET builder = NULL, buildstart = NULL, dispatched = NULL, logtail = NULL,
            logtail_changed = NULL, silent_since = NULL, abort_requested = NULL, start_file = NULL,
            watched = NULL, fetch_time = '0', fetch_problem = NULL, chroot = NULL, archive_lines = NULL,
            failed_starts = failed_starts + CASE WHEN $3::integer IS NULL THEN 0 ELSE 1 END,
            lastscore = CASE WHEN $2::integer IS NULL THEN lastscore ELSE 0 END,
            manual = manual AND $2 IS NULL,
            retries = retries + CASE WHEN $4::boolean THEN 1 ELSE 0 END,
            givenback = givenback + CASE WHEN $2 IS NULL THEN 0 ELSE 1 END,
            not_before = coalesce(now() + make_interval(mins => coalesce($2, $3, $5)), not_before)
        WHERE id = $1)");
    transaction.change(sql.c_str(), end.cookie.job, minutes(end.give_back_for),
                       minutes(end.start_again_in), end.retry, minutes(end.rest_for));
}

// An attempt that its builder never heard of is none, for its cookie is used again; but for the
// last one, which tells why the build was given up.
bool is_attempt(const AttemptEnd& end, const EndingJob& job) {
    return job.dispatched ||
           (end.outcome == Outcome::UNSTARTED && end.to != BuildState::NEEDSBUILD);
}

bool is_evidence(const AttemptEnd& end, const EndingJob& job) {
    if (end.counted_build || end.counted_builder || end.file) return true;
    return job.dispatched && end.outcome != Outcome::SUPERSEDED &&
           end.outcome != Outcome::CANCELLED && end.outcome != Outcome::DISABLED;
}

void record_attempt(Transaction& transaction, const AttemptEnd& end, const EndingJob& job) {
    if (!is_attempt(end, job) && !is_evidence(end, job)) return;
    const auto log = end.log ? std::optional(end.log->id) : std::nullopt;
    const auto leaf = end.leaf.empty() ? std::nullopt : std::optional(end.leaf);
    transaction.execute(
        R"(
        WITH attempt AS (
            INSERT INTO buildattempt (build, builder, cookie, started, outcome, detail, buildlog,
                leaf, dependencies, chroot, archive_lines)
            SELECT $1, $2, $3, $4, $5, nullif($6, ''), $7, $8,
                CASE WHEN $5::attemptoutcome = 'DEPFAIL' THEN nullif($9, '') END, $10, $11
            WHERE $12::boolean RETURNING id)
        INSERT INTO evidence (build, builder, outcome, attempt, file, url, on_fetch, counted_build,
            counted_builder, weight, queued, score, heard, to_judge)
        SELECT $1, $2, $5, (SELECT id FROM attempt), $14, nullif($15, ''), $16, $17, $18, $19, $20,
            $21, $22, $23
        WHERE $13::boolean)",
        end.cookie.build, end.builder, end.cookie.text(), job.buildstart, end.outcome,
        mask_passwords(end.detail), log, leaf, mask_passwords(end.dependencies), job.chroot,
        job.archive_lines, is_attempt(end, job), is_evidence(end, job), end.file,
        mask_passwords(end.url), end.on_fetch, end.counted_build, end.counted_builder, end.weight,
        job.created, job.lastscore, end.heard, end.to_judge);
    if (end.papers.empty()) return;
    std::vector<LibraryFileId> papers;
    for (const auto& paper : end.papers) papers.push_back(paper.id);
    transaction.execute(
        "INSERT INTO buildattemptfile SELECT id, unnest($2::bigint[]) FROM buildattempt "
        "WHERE cookie = $1",
        end.cookie.text(), papers);
}

bool count_builder(Transaction& transaction, const AttemptEnd& end) {
    if (end.failure && !fail_builder(transaction, *end.failure, end.builder_failures_before))
        return false;
    if (end.builder_failures == end.builder_failures_before && !end.suspicion.changes())
        return true;
    return write_suspicion(transaction, end.builder, end.builder_failures_before,
                           end.builder_failures, end.suspicion);
}

}  // namespace

std::vector<HeldRow> store_tails(Database& database, const std::vector<TailEdit>& tails) {
    if (tails.empty()) return {};
    static const std::string sql = batch_sql(
        {"job", "buildqueue",
         "unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[]) "
         "AS edit (id, build, builder, tail)",
         "t.build = edit.build AND t.builder = edit.builder",
         "silent_since = NULL, logtail = edit.tail, "
         "logtail_changed = CASE WHEN held OR t.logtail IS DISTINCT FROM edit.tail THEN now() "
         "ELSE coalesce(watched_since(t.logtail_changed, t.watched), now()) END, "
         "abort_requested = CASE WHEN NOT held THEN watched_since(t.abort_requested, t.watched) "
         "END, "
         "watched = now()"});
    const TailArrays arrays = arrays_of(tails);
    return read_held_rows(
        database.change(sql.c_str(), arrays.jobs, arrays.builds, arrays.builders, arrays.tails));
}

std::vector<HeldRow> mark_silent(Database& database, const std::vector<TailEdit>& jobs) {
    if (jobs.empty()) return {};
    static const std::string sql =
        batch_sql({"job", "buildqueue",
                   "unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS edit (id, build, builder)",
                   "t.build = edit.build AND t.builder = edit.builder",
                   "silent_since = coalesce(CASE WHEN NOT held "
                   "THEN watched_since(t.silent_since, t.watched) END, now()), "
                   "logtail_changed = CASE WHEN NOT held "
                   "THEN watched_since(t.logtail_changed, t.watched) END, "
                   "abort_requested = CASE WHEN NOT held "
                   "THEN watched_since(t.abort_requested, t.watched) END, watched = now()"});
    const TailArrays arrays = arrays_of(jobs);
    return read_held_rows(
        database.change(sql.c_str(), arrays.jobs, arrays.builds, arrays.builders));
}

std::vector<HeldRow> note_start_files(Database& database, const std::vector<TailEdit>& starts) {
    if (starts.empty()) return {};
    static const std::string sql =
        batch_sql({"job", "buildqueue",
                   "unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[]) "
                   "AS edit (id, build, builder, file)",
                   "t.build = edit.build AND t.builder = edit.builder AND t.dispatched IS NULL",
                   "start_file = edit.file"});
    const TailArrays arrays = arrays_of(starts);
    return read_held_rows(
        database.change(sql.c_str(), arrays.jobs, arrays.builds, arrays.builders, arrays.tails));
}

std::vector<HeldRow> add_fetch_time(Database& database, const std::vector<FetchEdit>& fetches) {
    if (fetches.empty()) return {};
    static const std::string sql =
        batch_sql({"job", "buildqueue",
                   "unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[]) "
                   "AS edit (id, build, builder, seconds, problem)",
                   "t.build = edit.build AND t.builder = edit.builder",
                   "fetch_time = t.fetch_time + make_interval(secs => edit.seconds), "
                   "fetch_problem = edit.problem, "
                   "silent_since = CASE WHEN NOT held THEN t.silent_since END, "
                   "logtail_changed = CASE WHEN NOT held THEN t.logtail_changed END, "
                   "abort_requested = CASE WHEN NOT held THEN t.abort_requested END"});
    std::vector<JobId> jobs;
    std::vector<BuildId> builds;
    std::vector<BuilderId> builders;
    std::vector<std::int64_t> seconds;
    std::vector<std::string> problems;
    for (const auto& fetch : fetches) {
        jobs.push_back(fetch.cookie.job);
        builds.push_back(fetch.cookie.build);
        builders.push_back(fetch.builder);
        seconds.push_back(fetch.spent.count());
        problems.push_back(mask_passwords(fetch.problem));
    }
    return read_held_rows(database.change(sql.c_str(), jobs, builds, builders, seconds, problems));
}

bool mark_abort_requested(Database& database, const Cookie& cookie, BuilderId builder) {
    static const std::string clock =
        std::string("CASE WHEN NOT ") + held_job + " THEN watched_since(";
    static const std::string sql = single_sql(
        "job", "buildqueue",
        "UPDATE buildqueue SET watched = now(), silent_since = NULL, abort_requested = coalesce(" +
            clock + "abort_requested, watched) END, now()), logtail_changed = " + clock +
            "logtail_changed, watched) END WHERE id = $1 AND build = $2 AND builder = $3");
    return database.change(sql.c_str(), cookie.job, cookie.build, builder).size() == 1;
}

bool mark_dispatched(Database& database, const Cookie& cookie, BuilderId builder,
                     const Given& given) {
    return database.execute_one(R"(
        UPDATE buildqueue SET dispatched = now(), attempts = attempts + 1, failed_starts = 0,
            start_file = NULL, watched = now(), chroot = $4, archive_lines = $5
        FROM build WHERE build.id = buildqueue.build AND build.buildstate = 'BUILDING'
            AND buildqueue.id = $1 AND buildqueue.build = $2 AND buildqueue.builder = $3
            AND dispatched IS NULL AND build.arch_indep = $6)",
                                cookie.job, cookie.build, builder, given.chroot,
                                mask_passwords(join(given.archive_lines, "\n")), given.arch_indep);
}

bool repair_build_state(Database& database, const Cookie& cookie) {
    return database.execute_one(
        "UPDATE build SET buildstate = 'BUILDING' "
        "WHERE id = $1 AND buildstate = 'NEEDSBUILD' AND EXISTS (SELECT 1 FROM buildqueue "
        "WHERE buildqueue.id = $2 AND build = $1 AND builder IS NOT NULL)",
        cookie.build, cookie.job);
}

std::optional<std::chrono::seconds> longest_good_build(Database& database, BuildId build) {
    return database
        .query(R"(
            SELECT extract(epoch FROM max(good.buildduration))::bigint
            FROM build JOIN sourcepackagerelease spr ON spr.id = build.sourcepackagerelease
                JOIN distroarchseries das ON das.id = build.distroarchseries
                JOIN sourcepackagerelease any_spr
                    ON any_spr.sourcepackagename = spr.sourcepackagename
                JOIN build good ON good.sourcepackagerelease = any_spr.id
                    AND good.buildstate = 'FULLYBUILT' AND good.buildduration > '0'
                JOIN distroarchseries good_das ON good_das.id = good.distroarchseries
                    AND good_das.architecturetag = das.architecturetag
            WHERE build.id = $1)",
               build)[0]
        .get<std::optional<std::chrono::seconds>>();
}

bool end_attempt(Transaction& transaction, const AttemptEnd& end) {
    const auto job = lock_job(transaction, end);
    if (!job) return false;
    auto files = end.papers;
    if (end.log) files.push_back(*end.log);
    insert_library_files(transaction, files);
    if (!move_build(transaction, end, *job) || !count_builder(transaction, end)) return false;
    record_attempt(transaction, end, *job);
    release_job(transaction, end);
    return true;
}

CookieFacts look_up_cookie(Database& database, const Cookie& cookie, BuilderId builder) {
    const Rows rows = database.query(R"(
        SELECT EXISTS (SELECT 1 FROM build WHERE id = $1),
            EXISTS (SELECT 1 FROM buildqueue WHERE id = $2),
            EXISTS (SELECT 1 FROM buildqueue WHERE id = $2 AND build = $1),
            EXISTS (SELECT 1 FROM buildqueue WHERE id = $2 AND build = $1 AND builder = $3))",
                                     cookie.build, cookie.job, builder);
    CookieFacts facts;
    Row row = rows[0];
    row >> facts.build_exists >> facts.job_exists >> facts.belong_together >> facts.assigned_here;
    return facts;
}

}  // namespace buildd::db
