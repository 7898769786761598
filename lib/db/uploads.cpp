#include "db/uploads.hpp"

#include "base/text.hpp"
#include "db/build_columns.hpp"
#include "db/library.hpp"

namespace buildd::db {

std::vector<WaitingLeaf> waiting_leaves(Database& database) {
    std::vector<WaitingLeaf> leaves;
    for (Row row : database.query(
             "SELECT id, upload_leaf FROM build WHERE upload_leaf IS NOT NULL ORDER BY 2")) {
        WaitingLeaf& one = leaves.emplace_back();
        row >> one.build >> one.leaf;
    }
    return leaves;
}

std::vector<UploadingBuild> read_uploading(Database& database,
                                           const std::vector<WaitingLeaf>& leaves) {
    static const std::string sql = "SELECT build.upload_leaf, build.buildlog, " + build_columns +
                                   " FROM unnest($1::bigint[], $2::text[]) AS waiting (build, leaf)"
                                   " JOIN build ON build.id = waiting.build AND build.upload_leaf ="
                                   " waiting.leaf " +
                                   build_joins + " ORDER BY 1";
    std::vector<BuildId> builds;
    std::vector<std::string> names;
    for (const auto& [build, leaf] : leaves) {
        builds.push_back(build);
        names.push_back(leaf);
    }
    std::vector<UploadingBuild> uploading;
    for (Row row : database.query(sql.c_str(), builds, names)) {
        UploadingBuild& one = uploading.emplace_back();
        row >> one.leaf >> one.build_log;
        one.build = read_build(row);
    }
    return uploading;
}

bool settle(Transaction& transaction, const Settlement& settlement) {
    const auto& log = settlement.upload_log;
    if (log) insert_library_file(transaction, *log);
    const auto log_id = log ? std::optional(log->id) : std::nullopt;
    const bool moved = transaction.execute_one(R"(
            UPDATE build SET buildstate = $4::buildstate, upload_leaf = NULL,
                upload_log = coalesce($5, upload_log)
            WHERE id = $1 AND upload_leaf = $2 AND buildstate = $3::buildstate)",
                                               settlement.build, settlement.leaf, settlement.from,
                                               settlement.to, log_id);
    if (!moved) return false;
    transaction.execute(
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
