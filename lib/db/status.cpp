#include "db/status.hpp"

#include "db/build_columns.hpp"
#include "db/passes.hpp"
#include "db/times.hpp"

namespace buildd::db {

namespace {

constexpr int shown_results = 10;
constexpr int shown_left = 20;
constexpr int shown_sources = 10;
constexpr int builds_of_an_estimate = 1000;

void read_builders(Database& database, FarmStatus& status) {
    for (Row row : database.query(R"(
             SELECT processor.name,
                 count(*) FILTER (WHERE b.builderok AND NOT b.manual AND q.id IS NULL),
                 count(*) FILTER (WHERE b.builderok AND q.id IS NOT NULL),
                 count(*) FILTER (WHERE b.builderok AND b.manual AND q.id IS NULL),
                 count(*) FILTER (WHERE b.next_probe IS NOT NULL),
                 count(*) FILTER (WHERE b.disabled_by IS NOT NULL)
             FROM builder b JOIN processor ON processor.id = b.processor
                 LEFT JOIN buildqueue q ON q.builder = b.id
             GROUP BY processor.name ORDER BY processor.name)")) {
        auto& one = status.builders.emplace_back();
        row >> one.tag >> one.idle >> one.building >> one.manual >> one.failed >> one.disabled;
    }
    for (Row row :
         database.query("SELECT name, coalesce(failnotes, 'disabled by ' || disabled_by, '') "
                        "FROM builder WHERE NOT builderok ORDER BY name LIMIT 20")) {
        auto& one = status.troubles.emplace_back();
        row >> one.builder >> one.notes;
    }
}

void read_queue(Database& database, FarmStatus& status) {
    for (Row row : database.query(R"(
             WITH last AS (
                 SELECT distroarchseries, buildduration FROM build
                 WHERE datebuilt IS NOT NULL AND buildstate IN (
                     'FULLYBUILT', 'FAILEDTOBUILD', 'UPLOADING', 'FAILEDTOUPLOAD')
                 ORDER BY datebuilt DESC LIMIT $1),
             usual AS (
                 SELECT architecturetag, avg(buildduration) AS usual
                 FROM last JOIN distroarchseries ON distroarchseries.id = distroarchseries
                 GROUP BY 1),
             usable AS (
                 SELECT coalesce(b.architecturetag, processor.name) AS architecturetag, trusted,
                     count(*) AS builders
                 FROM builder b JOIN processor ON processor.id = b.processor
                 WHERE builderok AND NOT manual GROUP BY 1, 2),
             jobs AS (
                 SELECT architecturetag, trusted, count(*) FILTER (WHERE builder IS NULL) AS pending,
                     count(builder) AS running,
                     min(created) FILTER (WHERE builder IS NULL) AS oldest
                 FROM buildqueue GROUP BY 1, 2)
             SELECT architecturetag, trusted, pending, running,
                 extract(epoch FROM now() - oldest)::bigint, coalesce(builders, 0),
                 extract(epoch FROM usual)::bigint
             FROM jobs LEFT JOIN usable USING (architecturetag, trusted)
                 LEFT JOIN usual USING (architecturetag)
             ORDER BY architecturetag, trusted DESC)",
                                  builds_of_an_estimate)) {
        auto& one = status.queue.emplace_back();
        row >> one.tag >> one.trusted >> one.pending >> one.running >> one.oldest >> one.builders >>
            one.usual;
    }
}

void read_results(Database& database, FarmStatus& status) {
    static const std::string sql = "SELECT " + iso_time("build.datebuilt") +
                                   ", coalesce(builder.name, ''), " + build_columns +
                                   " FROM build " + build_joins + R"(
        LEFT JOIN builder ON builder.id = build.builder
        WHERE build.datebuilt IS NOT NULL
            AND build.buildstate NOT IN ('NEEDSBUILD', 'BUILDING', 'CANCELLING')
        ORDER BY build.datebuilt DESC LIMIT $1)";
    for (Row row : database.query(sql.c_str(), shown_results)) {
        auto& one = status.results.emplace_back();
        row >> one.finished >> one.builder;
        const BuildFacts build = read_build(row);
        one.build = build.id;
        one.state = build.state;
        one.title = build.title();
    }
}

void count_states(Database& database, const char* sql,
                  std::vector<FarmStatus::StateCount>& counts) {
    for (Row row : database.query(sql)) {
        auto& one = counts.emplace_back();
        row >> one.state >> one.builds;
    }
}

void read_state_counts(Database& database, FarmStatus& status) {
    count_states(database,
                 "SELECT buildstate, count(*) FROM build WHERE datebuilt > now() - interval "
                 "'1 hour' AND buildstate NOT IN ('NEEDSBUILD', 'BUILDING', 'CANCELLING') GROUP BY "
                 "1 ORDER BY 1",
                 status.last_hour);
    count_states(database, R"(
        SELECT buildstate, count(*)
        FROM (SELECT * FROM build WHERE buildstate IN ('CHROOTWAIT', 'FAILEDTOUPLOAD')
              UNION ALL
              SELECT * FROM build WHERE for_person IS NOT NULL) build
            JOIN distroarchseries das ON das.id = build.distroarchseries
        WHERE EXISTS (
            SELECT FROM sourcepackagepublishinghistory spph
            WHERE spph.sourcepackagerelease = build.sourcepackagerelease
                AND spph.distroseries = das.distroseries AND spph.archive = build.archive
                AND spph.status IN ('PENDING', 'PUBLISHED'))
        GROUP BY 1 ORDER BY 1)",
                 status.for_person);
}

// The rest of those for a person say by their state what is wrong; these do not.
void read_left(Database& database, FarmStatus& status) {
    static const std::string sql = "SELECT " + iso_time("build.for_person") + ", " + build_columns +
                                   " FROM build " + build_joins + R"(
        WHERE build.for_person IS NOT NULL AND current.id IS NOT NULL
        ORDER BY build.for_person, build.id LIMIT $1)";
    for (Row row : database.query(sql.c_str(), shown_left)) {
        auto& one = status.left.emplace_back();
        row >> one.since;
        const BuildFacts build = read_build(row);
        one.build = build.id;
        one.state = build.state;
        one.title = build.title();
    }
}

void read_rest(Database& database, FarmStatus& status) {
    Row counts = database.query(
        "SELECT (SELECT count(*) FROM build WHERE upload_leaf IS NOT NULL), "
        "(SELECT count(*) FROM mailqueue WHERE next_attempt IS NOT NULL)")[0];
    counts >> status.uploading >> status.unsent_mail;
    status.last_pass = last_pass(database);
    status.standing = standing_causes(database);
}

}  // namespace

FarmStatus read_status(Database& database) {
    FarmStatus status;
    read_builders(database, status);
    read_queue(database, status);
    read_results(database, status);
    read_state_counts(database, status);
    read_left(database, status);
    read_rest(database, status);
    status.never_built = read_never_built(database, shown_sources);
    return status;
}

}  // namespace buildd::db
