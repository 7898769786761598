#include "db/build_admin.hpp"

#include <fmt/format.h>

#include "db/build_columns.hpp"
#include "db/library.hpp"
#include "db/times.hpp"

namespace buildd::db {

namespace {

const std::string conditions = R"(
        ($1::buildstate IS NULL OR build.buildstate = $1::buildstate)
        AND ($2::text IS NULL OR (distribution.name = $2 AND distroseries.name = $3))
        AND ($4::text IS NULL OR (distribution.name = $4 AND archive.name = $5))
        AND ($6::text IS NULL OR das.architecturetag = $6)
        AND ($7::text IS NULL OR builder.name = $7)
        AND ($8::text IS NULL OR spn.name = $8))";

const std::string list_sql = "SELECT " + iso_time("build.datebuilt") +
                             ", coalesce(builder.name, ''), " + build_columns + " FROM build " +
                             build_joins + R"(
    LEFT JOIN buildqueue job ON job.build = build.id
    LEFT JOIN builder ON builder.id = coalesce(job.builder, build.builder)
    WHERE )" + conditions + R"(
        AND (NOT $9::boolean OR ((build.buildstate IN ('FAILEDTOBUILD', 'MANUALDEPWAIT',
                'CHROOTWAIT', 'FAILEDTOUPLOAD', 'CANCELLED', 'SUPERSEDED')
                OR (build.buildstate = 'NEEDSBUILD' AND build.for_person IS NOT NULL))
            AND EXISTS (SELECT 1 FROM published_source spph
                WHERE spph.sourcepackagerelease = spr.id AND spph.archive = archive.id
                    AND spph.distroseries = distroseries.id)
            AND NOT EXISTS (SELECT 1 FROM build later
                WHERE later.sourcepackagerelease = build.sourcepackagerelease
                    AND later.distroarchseries = build.distroarchseries
                    AND later.archive = build.archive AND later.pocket = build.pocket
                    AND later.id > build.id)))
        AND ($10::interval IS NULL OR build.datebuilt >= now() - $10::interval)
    ORDER BY build.id DESC LIMIT $11)";

const std::string queue_sql = "SELECT count(*) OVER (), job.lastscore, " + iso_time("job.created") +
                              ", coalesce(builder.name, ''), coalesce(job.parked_by, ''), " +
                              build_columns +
                              " FROM buildqueue job JOIN build ON build.id = job.build " +
                              build_joins + R"(
    LEFT JOIN builder ON builder.id = job.builder
    WHERE )" + conditions + R"(
    ORDER BY job.builder IS NULL, job.lastscore DESC, job.created, job.id LIMIT $9)";

void require_names(Database& database, const BuildFilter& filter) {
    const auto require = [](const Rows& found, const char* what, const std::string& name) {
        if (found.empty())
            throw Failure(ExitStatus::usage, fmt::format("there is no {} '{}'", what, name));
    };
    const auto slashed = [](const TwoNames& names) { return names.first + "/" + names.second; };
    if (const auto& names = filter.series)
        require(database.query("SELECT 1 FROM distroseries s JOIN distribution d "
                               "ON d.id = s.distribution WHERE d.name = $1 AND s.name = $2",
                               names->first, names->second),
                "series", slashed(*names));
    if (const auto& names = filter.archive)
        require(database.query("SELECT 1 FROM archive a JOIN distribution d "
                               "ON d.id = a.distribution WHERE d.name = $1 AND a.name = $2",
                               names->first, names->second),
                "archive", slashed(*names));
    if (const auto& tag = filter.architecture_tag)
        require(database.query("SELECT 1 FROM distroarchseries WHERE architecturetag = $1", *tag),
                "architecture", *tag);
    if (const auto& name = filter.builder)
        require(database.query("SELECT 1 FROM builder WHERE name = $1", *name), "builder", *name);
    if (const auto& name = filter.source)
        if (!has_source(database, *name))
            throw Failure(ExitStatus::usage, fmt::format("there is no source package '{}'", *name));
}

std::optional<std::string> first(const std::optional<TwoNames>& names) {
    return names ? std::optional(names->first) : std::nullopt;
}

std::optional<std::string> second(const std::optional<TwoNames>& names) {
    return names ? std::optional(names->second) : std::nullopt;
}

}  // namespace

bool has_source(Database& database, const std::string& name) {
    return !database.query("SELECT 1 FROM sourcepackagename WHERE name = $1", name).empty();
}

std::vector<BuildRow> list_builds(Database& database, const BuildFilter& filter) {
    require_names(database, filter);
    std::vector<BuildRow> builds;
    for (Row row : database.query(
             list_sql.c_str(), filter.state, first(filter.series), second(filter.series),
             first(filter.archive), second(filter.archive), filter.architecture_tag, filter.builder,
             filter.source, filter.worth_a_retry, filter.since, filter.limit)) {
        BuildRow& one = builds.emplace_back();
        row >> one.finished >> one.builder;
        const BuildFacts build = read_build(row);
        one.id = build.id;
        one.state = build.state;
        one.title = build.title();
    }
    return builds;
}

QueueList list_queue(Database& database, const BuildFilter& filter) {
    require_names(database, filter);
    QueueList queue;
    for (Row row :
         database.query(queue_sql.c_str(), filter.state, first(filter.series),
                        second(filter.series), first(filter.archive), second(filter.archive),
                        filter.architecture_tag, filter.builder, filter.source, filter.limit)) {
        QueueRow& one = queue.rows.emplace_back();
        row >> queue.total >> one.score >> one.created >> one.builder >> one.parked_by;
        const BuildFacts build = read_build(row);
        one.build = build.id;
        one.state = build.state;
        one.title = build.title();
    }
    return queue;
}

BuildLog find_log(Database& database, BuildId build) {
    const Rows rows = database.query(
        "SELECT build.buildlog, job.id IS NOT NULL, job.logtail FROM build "
        "LEFT JOIN buildqueue job ON job.build = build.id AND job.builder IS NOT NULL "
        "WHERE build.id = $1",
        build);
    BuildLog log;
    if (rows.empty()) return log;
    log.exists = true;
    std::optional<LibraryFileId> file;
    Row row = rows[0];
    row >> file >> log.running >> log.tail;
    if (file && !log.running) log.file = read_library_file(database, *file);
    return log;
}

}  // namespace buildd::db
