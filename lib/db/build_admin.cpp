#include "db/build_admin.hpp"

#include "db/build_columns.hpp"
#include "db/library.hpp"

namespace buildd::db {

std::vector<BuildRow> list_builds(Database& database, const BuildFilter& filter) {
    static const std::string sql =
        "SELECT coalesce(to_char(build.datebuilt, 'YYYY-MM-DD HH24:MI'), ''), "
        "coalesce(builder.name, ''), " +
        build_columns + " FROM build " + build_joins + R"(
        LEFT JOIN buildqueue job ON job.build = build.id
        LEFT JOIN builder ON builder.id = coalesce(job.builder, build.builder)
        WHERE $1::buildstate IS NULL OR build.buildstate = $1::buildstate
        ORDER BY build.id DESC LIMIT $2)";
    std::vector<BuildRow> builds;
    for (Row row : database.query(sql.c_str(), filter.state, filter.limit)) {
        BuildRow& one = builds.emplace_back();
        row >> one.finished >> one.builder;
        const BuildFacts build = read_build(row);
        one.id = std::to_string(build.id.value);
        one.state = label(build.state);
        one.title = build.title();
    }
    return builds;
}

BuildLog find_log(Database& database, BuildId build) {
    const Rows rows = database.query(
        "SELECT build.buildlog, job.logtail FROM build "
        "LEFT JOIN buildqueue job ON job.build = build.id AND job.builder IS NOT NULL "
        "WHERE build.id = $1",
        build);
    BuildLog log;
    if (rows.empty()) return log;
    log.exists = true;
    std::optional<LibraryFileId> file;
    Row row = rows[0];
    row >> file >> log.tail;
    if (file && !log.tail) log.file = read_library_file(database, *file);
    return log;
}

}  // namespace buildd::db
