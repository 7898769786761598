#include "db/build_details.hpp"

#include "db/build_columns.hpp"
#include "db/library.hpp"
#include "db/times.hpp"

namespace buildd::db {

namespace {

const std::string details_sql =
    "SELECT " + component_column + ", coalesce(builder.name, ''), " +
    iso_time("build.datecreated") + ", " +
    iso_time("coalesce(q.buildstart, build.datebuilt - build.buildduration)") + ", " +
    iso_time("build.datebuilt") + ", " + iso_time("q.not_before") +
    ", extract(epoch FROM build.buildduration)::bigint, coalesce(build.dependencies, ''), "
    "coalesce(build.upload_leaf, ''), q.lastscore, coalesce(q.manual, false), "
    "coalesce(q.attempts, 0), build.buildlog, build.upload_log, "
    "CASE WHEN q.dispatched IS NULL THEN '' ELSE build.id || '-' || q.id END, "
    "q.chroot, coalesce(q.archive_lines, ''), " +
    build_columns + " FROM build " + build_joins + R"(
    LEFT JOIN buildqueue q ON q.build = build.id
    LEFT JOIN builder ON builder.id = coalesce(q.builder, build.builder)
    WHERE build.id = $1)";

std::optional<LibraryFile> file_of(Database& database, const std::optional<LibraryFileId>& id) {
    return id ? read_library_file(database, *id) : std::nullopt;
}

}  // namespace

std::optional<BuildDetails> read_build_details(Database& database, BuildId id) {
    const Rows rows = database.query(details_sql.c_str(), id);
    if (rows.empty()) return std::nullopt;
    BuildDetails details;
    std::optional<LibraryFileId> log, upload_log, chroot;
    Row row = rows[0];
    row >> details.component >> details.builder >> details.created >> details.started >>
        details.finished >> details.not_before >> details.duration >> details.dependencies >>
        details.leaf >> details.score >> details.manual_score >> details.attempts >> log >>
        upload_log >> details.cookie >> chroot >> details.given.archive_lines;
    details.build = read_build(row);
    details.log = file_of(database, log);
    details.upload_log = file_of(database, upload_log);
    details.given.chroot = file_of(database, chroot);
    return details;
}

std::vector<AttemptRow> read_attempts(Database& database, BuildId build) {
    static const std::string sql =
        "SELECT a.cookie, coalesce(builder.name, ''), " + iso_time("a.started") + ", " +
        iso_time("a.finished") +
        ", a.outcome::text, coalesce(a.detail, a.dependencies, ''), coalesce(a.leaf, ''), "
        "a.buildlog, a.chroot, coalesce(a.archive_lines, '') "
        "FROM buildattempt a LEFT JOIN builder ON builder.id = a.builder "
        "WHERE a.build = $1 ORDER BY a.id";
    std::vector<AttemptRow> attempts;
    for (Row row : database.query(sql.c_str(), build)) {
        AttemptRow& one = attempts.emplace_back();
        std::optional<LibraryFileId> log, chroot;
        row >> one.cookie >> one.builder >> one.started >> one.finished >> one.outcome >>
            one.detail >> one.leaf >> log >> chroot >> one.given.archive_lines;
        one.log = file_of(database, log);
        one.given.chroot = file_of(database, chroot);
    }
    return attempts;
}

std::vector<PaperRow> read_papers(Database& database, BuildId build) {
    static const std::string sql =
        std::string("SELECT a.cookie, ") + library_columns +
        " FROM buildattempt a JOIN buildattemptfile f ON f.buildattempt = a.id "
        "JOIN libraryfilealias lfa ON lfa.id = f.libraryfile "
        "JOIN libraryfilecontent lfc ON lfc.id = lfa.content "
        "WHERE a.build = $1 ORDER BY a.id, lfa.filename";
    std::vector<PaperRow> papers;
    for (Row row : database.query(sql.c_str(), build)) {
        PaperRow& one = papers.emplace_back();
        row >> one.cookie;
        one.file = read_library_columns(row);
    }
    return papers;
}

}  // namespace buildd::db
