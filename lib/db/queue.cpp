#include "db/queue.hpp"

#include <map>

#include "db/build_columns.hpp"
#include "db/candidates.hpp"
#include "db/library.hpp"

namespace buildd::db {

namespace {

// Of a PendingJob; the query has `build` with its job's columns, and pending_joins.
const std::string pending_columns = R"(
build.job, build.attempts, build.lastscore, build.created, archive.debug_symbols,
)" + component_column + R"(, archive.url, coalesce(main_archive.url, archive.url),
)" + primary_components + R"(, coalesce(archive.external_lines, ''),
    archive.signing_key, main_archive.signing_key, chroot.id, binaries_made_by(build.id),
    array_to_string(build.tags, ' '), )" +
                                    build_columns;

const std::string pending_joins = build_joins + primary_archive_joins + R"(
    LEFT JOIN LATERAL (
        SELECT pc.chroot AS id FROM pocketchroot pc
        WHERE pc.distroarchseries = das.id AND pc.pocket IN (build.pocket, 'RELEASE')
        ORDER BY pc.pocket = build.pocket DESC LIMIT 1) chroot ON true)";

// As policy/fit.hpp has it, of one that has these `tags` and refuses sources of these LIKE patterns
// (null: none).
std::string is_fit_for(const std::string& tags, const std::string& refused) {
    return "q.tags <@ " + tags + " AND (" + refused + R"( IS NULL OR NOT EXISTS (
        SELECT FROM sourcepackagerelease spr
            JOIN sourcepackagename spn ON spn.id = spr.sourcepackagename
        WHERE spr.id = build.sourcepackagerelease AND spn.name LIKE ANY ()" +
           refused + ")))";
}

// The top of the jobs of a wish that are so.
std::string page_sql(const std::string& condition) {
    return R"((
        SELECT build.*, q.id AS job, q.attempts, q.lastscore, q.created, q.tags
        FROM buildqueue q
            JOIN build ON build.id = q.build
            JOIN archive ON archive.id = build.archive
            JOIN distroarchseries das ON das.id = build.distroarchseries
        WHERE q.builder IS NULL AND q.architecturetag = wish.tag AND q.trusted = wish.trusted
            AND (wish.after_id IS NULL OR q.lastscore < wish.after_score
                OR (q.lastscore = wish.after_score
                    AND (q.created, q.id) > (wish.after_created, wish.after_id)))
            AND )" +
           candidate_condition + " AND " + is_fit_for("wish.tags", "wish.refused") + " AND " +
           condition + R"(
        ORDER BY q.lastscore DESC, q.created, q.id
        LIMIT wish.n))";
}

// The lateral parts read the indexes pending_jobs and tagged_jobs from the top and stop after `n`
// jobs.
const std::string pending_sql = "SELECT wish.lane - 1, " + pending_columns + R"(
FROM (SELECT tag, trusted, n, after_score, after_created, after_id,
          string_to_array(tags, ' ') AS tags, reserved,
          refused_patterns(string_to_array(refuses, ' ')) AS refused, lane
      FROM unnest($1::text[], $2::boolean[], $3::bigint[], $4::integer[], $5::timestamptz[],
              $6::bigint[], $7::text[], $8::boolean[], $9::text[]) WITH ORDINALITY
          AS wish (tag, trusted, n, after_score, after_created, after_id, tags, reserved, refuses,
              lane)) wish
    CROSS JOIN LATERAL ()" + page_sql("NOT wish.reserved") +
                                " UNION ALL " + page_sql("wish.reserved AND q.tags <> '{}'") +
                                ") build" + pending_joins + R"(
ORDER BY build.lastscore DESC, build.created, build.job, wish.lane)";

const std::string claimed_sql = "SELECT " + pending_columns + R"(, archive.enabled, das.enabled
FROM (SELECT build.*, q.id AS job, q.attempts, q.lastscore, q.created, q.tags
      FROM buildqueue q JOIN build ON build.id = q.build
      WHERE q.id = ANY ($1::bigint[]) AND q.builder IS NOT NULL AND q.dispatched IS NULL) build)" +
                                pending_joins;

PendingJob read_pending_job(Row& row) {
    PendingJob job;
    std::string components, tags;
    std::optional<std::string> own_key, main_key;
    std::optional<LibraryFileId> chroot;
    row >> job.id >> job.attempts >> job.lastscore >> job.created >> job.debug_symbols >>
        job.component >> job.archive_url >> job.primary_url >> components >> job.external_lines >>
        own_key >> main_key >> chroot >> job.made_by >> tags;
    job.demands.tags = split_words(tags);
    job.build = read_build(row);
    job.primary_components = split_words(components);
    for (const auto& key : {own_key, main_key})
        if (key && (job.signing_keys.empty() || job.signing_keys[0] != *key))
            job.signing_keys.push_back(*key);
    if (chroot) job.chroot.emplace().id = *chroot;
    return job;
}

struct WishColumns {
    std::vector<std::string> groups, tags, refuses;
    std::vector<bool> trusted, reserved;
    std::vector<std::size_t> counts;
    std::vector<std::optional<int>> scores;
    std::vector<std::optional<std::string>> created;
    std::vector<std::optional<JobId>> ids;

    void add(const PageWish& wish) {
        groups.push_back(wish.group.architecture_tag);
        trusted.push_back(wish.group.trusted);
        tags.push_back(join(wish.purpose.tags, " "));
        reserved.push_back(wish.purpose.reserved);
        refuses.push_back(join(wish.purpose.refuses, " "));
        counts.push_back(wish.count);
        const auto& after = wish.after;
        scores.push_back(after ? std::optional(after->lastscore) : std::nullopt);
        created.push_back(after ? std::optional(after->created) : std::nullopt);
        ids.push_back(after ? std::optional(after->id) : std::nullopt);
    }
};

// The claims that are still possible, their rows locked.
struct LockedClaims {
    std::vector<JobId> jobs;
    std::vector<BuildId> builds;
    std::vector<BuilderId> builders;
};

LockedClaims lock_claims(Database& database, const std::vector<Claim>& claims, bool without_reset) {
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
        WHERE q.builder IS NULL AND build.buildstate = 'NEEDSBUILD'
            AND build.for_person IS NULL AND b.builderok AND NOT b.manual
            AND b.drained_by IS NULL
            AND q.trusted = b.trusted AND (b.trusted OR b.clean_status = 'CLEAN' OR $3)
            AND NOT EXISTS (SELECT 1 FROM buildqueue busy WHERE busy.builder = b.id)
            AND (NOT b.reserved OR q.tags <> '{}') AND )" +
                                   is_fit_for("b.tags", "refused_patterns(b.refuses)") +
                                   " FOR UPDATE OF q, build, b SKIP LOCKED";
    const Rows rows = database.query(sql.c_str(), jobs, builders, without_reset);
    LockedClaims locked;
    for (Row row : rows) {
        locked.jobs.push_back(row.get<JobId>());
        locked.builds.push_back(row.get<BuildId>());
        locked.builders.push_back(row.get<BuilderId>());
    }
    return locked;
}

std::vector<Claimed> take_jobs(Database& database, const LockedClaims& locked) {
    const Rows rows = database.query(R"(
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

std::vector<MetJob> read_pending(Database& database, const std::vector<PageWish>& wishes) {
    WishColumns columns;
    for (const auto& wish : wishes) columns.add(wish);
    std::vector<MetJob> jobs;
    for (Row row : database.query(pending_sql.c_str(), columns.groups, columns.trusted,
                                  columns.counts, columns.scores, columns.created, columns.ids,
                                  columns.tags, columns.reserved, columns.refuses)) {
        const auto wish = row.get<std::int64_t>();
        PendingJob job = read_pending_job(row);
        if (jobs.empty() || jobs.back().job.id != job.id) jobs.push_back({std::move(job), {}});
        jobs.back().wishes.push_back(static_cast<std::size_t>(wish));
    }
    return jobs;
}

void read_source_files(Database& database, std::vector<PendingJob*> jobs) {
    std::map<SourceId, std::vector<PendingJob*>> by_source;
    std::map<LibraryFileId, std::vector<PendingJob*>> by_chroot;
    std::vector<SourceId> sources;
    std::vector<LibraryFileId> chroots;
    for (PendingJob* job : jobs) {
        by_source[job->build.source.id].push_back(job);
        sources.push_back(job->build.source.id);
        if (!job->chroot) continue;
        by_chroot[job->chroot->id].push_back(job);
        chroots.push_back(job->chroot->id);
    }
    static const std::string sql =
        "SELECT file.source, " + std::string(library_columns) +
        R"( FROM (SELECT sourcepackagerelease AS source, libraryfile FROM sourcepackagereleasefile
                  WHERE sourcepackagerelease = ANY ($1::bigint[])
                  UNION SELECT NULL, unnest($2::bigint[])) file
            JOIN libraryfilealias lfa ON lfa.id = file.libraryfile
            JOIN libraryfilecontent lfc ON lfc.id = lfa.content)";
    for (Row row : database.query(sql.c_str(), sources, chroots)) {
        const auto source = row.get<std::optional<SourceId>>();
        const LibraryFile file = read_library_columns(row);
        if (source)
            for (PendingJob* job : by_source[*source]) job->files.push_back(file);
        else
            for (PendingJob* job : by_chroot[file.id]) job->chroot = file;
    }
}

std::vector<Claimed> claim(Database& database, const std::vector<Claim>& claims,
                           bool without_reset) {
    if (claims.empty()) return {};
    Transaction transaction(database);
    const LockedClaims locked = lock_claims(database, claims, without_reset);
    database.execute(
        "UPDATE build SET buildstate = 'BUILDING' "
        "WHERE id = ANY ($1::bigint[]) AND buildstate = 'NEEDSBUILD'",
        locked.builds);
    database.execute(
        "UPDATE builder SET clean_status = 'DIRTY' "
        "WHERE id = ANY ($1::bigint[]) AND NOT trusted",
        locked.builders);
    auto claimed = take_jobs(database, locked);
    transaction.commit();
    return claimed;
}

std::vector<ClaimedJob> read_claimed(Database& database, const std::vector<JobId>& jobs) {
    std::vector<ClaimedJob> claimed;
    for (Row row : database.query(claimed_sql.c_str(), jobs)) {
        ClaimedJob& one = claimed.emplace_back();
        one.job = read_pending_job(row);
        row >> one.archive_enabled >> one.architecture_enabled;
    }
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
    const bool moved = database.execute(R"(
            WITH free AS (
                SELECT q.id FROM buildqueue q JOIN build ON build.id = q.build
                WHERE q.id = $1 AND q.build = $2 AND q.builder IS NULL
                FOR UPDATE OF q, build SKIP LOCKED)
            DELETE FROM buildqueue USING free WHERE buildqueue.id = free.id)",
                                        job.id, job.build.id) == 1 &&
                       database.execute(
                           "UPDATE build SET buildstate = 'SUPERSEDED' "
                           "WHERE id = $1 AND buildstate = 'NEEDSBUILD'",
                           job.build.id) == 1;
    if (moved) transaction.commit();
    return moved;
}

}  // namespace buildd::db
