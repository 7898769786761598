// Reading the queue (queue.hpp).
#include <algorithm>
#include <map>

#include "db/candidates.hpp"
#include "db/library.hpp"
#include "db/pending_columns.hpp"
#include "db/places.hpp"
#include "db/queue.hpp"

namespace buildd::db {

namespace {

// Of the job's row alone: however many wait of an archive at its limit, nothing is joined for them.
const std::string is_within_limits =
    "CASE WHEN q.archive = ANY ($10::bigint[] || ARRAY(SELECT archive FROM room WHERE "
    "least(archive_room, owner_room) <= 0)) THEN false ELSE true END";

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
           candidate_condition + " AND " + is_within_limits + " AND " +
           is_fit_for("wish.tags", "wish.refuses") + " AND " + condition + R"(
        ORDER BY q.lastscore DESC, q.created, q.id
        LIMIT wish.n))";
}

// The lateral part reads an index from the top and stops after `n` jobs of each wish.
std::string pending_sql(const std::string& pages) {
    return "WITH room AS MATERIALIZED (SELECT * FROM runlimit) SELECT wish.lane - 1, "
           "room.archive_room, room.owner_room, " +
           pending_columns + R"(
FROM (SELECT tag, trusted, n, after_score, after_created, after_id,
          string_to_array(tags, ' ') AS tags, reserved,
          string_to_array(refuses, ' ') AS refuses, lane
      FROM unnest($1::text[], $2::boolean[], $3::bigint[], $4::integer[], $5::timestamptz[],
              $6::bigint[], $7::text[], $8::boolean[], $9::text[]) WITH ORDINALITY
          AS wish (tag, trusted, n, after_score, after_created, after_id, tags, reserved, refuses,
              lane)) wish
    CROSS JOIN LATERAL ()" +
           pages + ") build" + pending_joins + R"(
    LEFT JOIN room ON room.archive = archive.id
ORDER BY build.lastscore DESC, build.created, build.job, wish.lane)";
}

// The index pending_jobs is enough where nobody is reserved; else also tagged_jobs.
const char* pending_sql_for(const std::vector<bool>& reserved) {
    static const std::string usual = pending_sql(page_sql("NOT wish.reserved"));
    static const std::string with_reserved =
        pending_sql(page_sql("NOT wish.reserved") + " UNION ALL " +
                    page_sql("wish.reserved AND q.tags <> '{}'"));
    const bool any = std::find(reserved.begin(), reserved.end(), true) != reserved.end();
    return (any ? with_reserved : usual).c_str();
}

const std::string claimed_sql = "SELECT " + pending_columns + R"(, archive.enabled, das.enabled
FROM (SELECT build.*, q.id AS job, q.attempts, q.lastscore, q.created, q.tags
      FROM buildqueue q JOIN build ON build.id = q.build
      WHERE q.id = ANY ($1::bigint[]) AND q.builder IS NOT NULL AND q.dispatched IS NULL) build)" +
                                pending_joins;

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

}  // namespace

std::vector<MetJob> read_pending(Database& database, const std::vector<PageWish>& wishes,
                                 const std::vector<ArchiveId>& full) {
    WishColumns columns;
    for (const auto& wish : wishes) columns.add(wish);
    std::vector<MetJob> jobs;
    for (Row row :
         database.query(pending_sql_for(columns.reserved), columns.groups, columns.trusted,
                        columns.counts, columns.scores, columns.created, columns.ids, columns.tags,
                        columns.reserved, columns.refuses, full)) {
        std::int64_t wish = 0;
        RunLimits limits;
        row >> wish >> limits.archive >> limits.owner;
        PendingJob job = read_pending_job(row);
        if (jobs.empty() || jobs.back().job.id != job.id)
            jobs.push_back({std::move(job), limits, {}});
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

std::vector<PendingJob> read_as_pending(Database& database, const std::vector<BuildId>& builds) {
    static const std::string sql = "SELECT " + pending_columns + R"(
        FROM (SELECT build.*, 0::bigint AS job, 0 AS attempts, 0 AS lastscore,
                  build.datecreated AS created, '{}'::text[] AS tags
              FROM build WHERE id = ANY ($1::bigint[])) build)" +
                                   pending_joins;
    std::vector<PendingJob> jobs;
    for (Row row : database.query(sql.c_str(), builds)) jobs.push_back(read_pending_job(row));
    std::vector<PendingJob*> all;
    for (auto& job : jobs) all.push_back(&job);
    read_places(database, all);
    read_source_files(database, all);
    return jobs;
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

}  // namespace buildd::db
