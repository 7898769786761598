#include "db/uploads.hpp"

#include "base/text.hpp"
#include "db/build_columns.hpp"
#include "db/library.hpp"

namespace buildd::db {

namespace {

const std::string uploading_sql =
    "SELECT build.upload_leaf, build.buildlog, " + build_columns + " FROM build " + build_joins;

UploadingBuild read_one(Database& database, Row row) {
    UploadingBuild uploading;
    std::optional<LibraryFileId> log;
    row >> uploading.leaf >> log;
    uploading.build = read_build(row);
    if (log) uploading.build_log = read_library_file(database, *log);
    return uploading;
}

}  // namespace

std::vector<WaitingLeaf> waiting_leaves(Database& database) {
    std::vector<WaitingLeaf> leaves;
    for (Row row : database.query(
             "SELECT id, upload_leaf FROM build WHERE upload_leaf IS NOT NULL ORDER BY 2")) {
        WaitingLeaf& one = leaves.emplace_back();
        row >> one.build >> one.leaf;
    }
    return leaves;
}

std::optional<UploadingBuild> read_uploading(Database& database, BuildId build,
                                             const std::string& leaf) {
    const std::string sql = uploading_sql + " WHERE build.id = $1 AND build.upload_leaf = $2";
    const Rows rows = database.query(sql.c_str(), build, leaf);
    if (rows.empty()) return std::nullopt;
    return read_one(database, rows[0]);
}

bool settle(Database& database, const Settlement& settlement) {
    const auto& log = settlement.upload_log;
    if (log) insert_library_file(database, *log);
    const auto log_id = log ? std::optional(log->id) : std::nullopt;
    const bool moved = database.execute(R"(
            UPDATE build SET buildstate = $4::buildstate, upload_leaf = NULL,
                upload_log = coalesce($5, upload_log)
            WHERE id = $1 AND upload_leaf = $2 AND buildstate = $3::buildstate)",
                                        settlement.build, settlement.leaf, settlement.from,
                                        settlement.to, log_id) == 1;
    if (!moved) return false;
    database.execute(
        "UPDATE buildattempt SET upload_log = $3, detail = coalesce(nullif($4, ''), detail) "
        "WHERE build = $1 AND leaf = $2",
        settlement.build, settlement.leaf, log_id, mask_passwords(settlement.detail));
    return true;
}

std::vector<Cookie> live_cookies(Database& database, const std::vector<Cookie>& cookies) {
    std::vector<BuildId> builds;
    std::vector<JobId> jobs;
    for (const auto& cookie : cookies) {
        builds.push_back(cookie.build);
        jobs.push_back(cookie.job);
    }
    std::vector<Cookie> live;
    for (Row row : database.query(R"(
             SELECT q.build, q.id FROM unnest($1::bigint[], $2::bigint[]) AS c (build, job)
                 JOIN buildqueue q ON q.id = c.job AND q.build = c.build)",
                                  builds, jobs))
        live.push_back({row.get<BuildId>(), row.get<JobId>()});
    return live;
}

std::vector<std::string> named_leaves(Database& database, const std::vector<std::string>& leaves) {
    std::vector<std::string> named;
    for (Row row : database.query(
             "SELECT upload_leaf FROM build WHERE upload_leaf = ANY ($1::text[])", leaves))
        named.push_back(row.get<std::string>());
    return named;
}

}  // namespace buildd::db
