#include "db/status.hpp"

#include "db/build_columns.hpp"
#include "db/passes.hpp"
#include "db/times.hpp"
#include "model/edits.hpp"

namespace buildd::db {

namespace {

constexpr int shown_results = 10;
constexpr int shown_left = 20;
constexpr int shown_sources = 10;
constexpr int builds_of_an_estimate = 1000;

// Of `build`: whether its archive is private, and the readers are not to know of it.
std::string is_hidden(Readers readers, const std::string& build) {
    if (readers == Readers::admins) return "false";
    return "EXISTS (SELECT FROM build hidden JOIN archive ON archive.id = hidden.archive WHERE "
           "hidden.id = " +
           build + " AND archive.private)";
}

// For whom they are at work is not told: the sums agree for all readers.
void read_builders(Database& database, FarmStatus& status) {
    for (Row row : database.query(R"(
             SELECT architecture, count(*) FILTER (WHERE state IN ('IDLE', 'CANARY')),
                 count(*) FILTER (WHERE state = 'BUILDING'),
                 count(*) FILTER (WHERE state = 'MANUAL'),
                 count(*) FILTER (WHERE state IN ('FAILED', 'QUARANTINED', 'CUTOFF')),
                 count(*) FILTER (WHERE state = 'DISABLED'),
                 count(*) FILTER (WHERE state = 'QUARANTINED')
             FROM builder_now GROUP BY 1 ORDER BY 1)")) {
        auto& one = status.builders.emplace_back();
        row >> one.tag >> one.idle >> one.building >> one.manual >> one.failed >> one.disabled >>
            one.quarantined;
    }
}

// Why a builder failed may name what it was given at last.
void read_troubles(Database& database, Readers readers, FarmStatus& status) {
    const std::string last =
        "(SELECT build FROM buildattempt WHERE buildattempt.builder = builder.id ORDER BY id DESC "
        "LIMIT 1)";
    // A start that failed is no attempt, and may have been of a private archive, too.
    const std::string sql =
        "SELECT name, CASE WHEN " + is_hidden(readers, last) +
        " THEN '' WHEN disabled_by = $1 AND $2 THEN 'each job that it was given to try failed' "
        "ELSE coalesce(failnotes, 'disabled by ' || disabled_by, '') "
        "END, builderok, coalesce(to_char(quarantined_until, 'HH24:MI:SS'), '') "
        "FROM builder WHERE NOT builderok OR quarantined_until > now() "
        "ORDER BY name LIMIT 20";
    for (Row row : database.query(sql.c_str(), given_up_by, readers == Readers::everybody)) {
        auto& one = status.troubles.emplace_back();
        bool rests = false;
        std::string until;
        row >> one.builder >> one.notes >> rests >> until;
        if (rests) one.notes = "in quarantine until " + until + ", then given one job to try it";
    }
}

void read_queue(Database& database, Readers readers, FarmStatus& status) {
    const std::string sql = R"(
             WITH last AS (
                 SELECT distroarchseries, buildduration FROM build
                 WHERE datebuilt IS NOT NULL AND buildduration > '0' AND buildstate IN (
                     'FULLYBUILT', 'FAILEDTOBUILD', 'UPLOADING', 'FAILEDTOUPLOAD')
                     AND NOT )" +
                            is_hidden(readers, "build.id") + R"(
                 ORDER BY datebuilt DESC LIMIT $1),
             usual AS (
                 SELECT architecturetag, avg(buildduration) AS usual
                 FROM last JOIN distroarchseries ON distroarchseries.id = distroarchseries
                 GROUP BY 1),
             usable AS (
                 SELECT architecture AS architecturetag, trusted, count(*) AS builders
                 FROM builder_now WHERE in_use GROUP BY 1, 2),
             jobs AS (
                 SELECT architecturetag, trusted, count(*) FILTER (WHERE builder IS NULL) AS pending,
                     count(builder) AS running,
                     min(created) FILTER (WHERE builder IS NULL) AS oldest,
                     avg(expected_time) FILTER (WHERE builder IS NULL) AS expected,
                     min(greatest(0, expected_time - extract(epoch FROM now() - buildstart)))
                         FILTER (WHERE builder IS NOT NULL) AS first_done
                 FROM buildqueue WHERE NOT )" +
                            is_hidden(readers, "buildqueue.build") + R"( GROUP BY 1, 2)
             SELECT architecturetag, trusted, pending, running,
                 extract(epoch FROM now() - oldest)::bigint, coalesce(builders, 0),
                 coalesce(expected, extract(epoch FROM usual))::bigint, first_done::bigint
             FROM jobs LEFT JOIN usable USING (architecturetag, trusted)
                 LEFT JOIN usual USING (architecturetag)
             ORDER BY architecturetag, trusted DESC)";
    for (Row row : database.query(sql.c_str(), builds_of_an_estimate)) {
        auto& one = status.queue.emplace_back();
        row >> one.tag >> one.trusted >> one.pending >> one.running >> one.oldest >> one.builders >>
            one.usual >> one.first_done;
    }
}

void read_results(Database& database, Readers readers, FarmStatus& status) {
    const std::string sql = "SELECT " + iso_time("build.datebuilt") +
                            ", coalesce(builder.name, ''), " + build_columns + " FROM build " +
                            build_joins + R"(
        LEFT JOIN builder ON builder.id = build.builder
        WHERE build.datebuilt IS NOT NULL
            AND build.buildstate NOT IN ('NEEDSBUILD', 'BUILDING', 'CANCELLING')
            AND NOT )" + is_hidden(readers, "build.id") +
                            R"(
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

void count_states(Database& database, const std::string& sql,
                  std::vector<FarmStatus::StateCount>& counts) {
    for (Row row : database.query(sql.c_str())) {
        auto& one = counts.emplace_back();
        row >> one.state >> one.builds;
    }
}

void read_state_counts(Database& database, Readers readers, FarmStatus& status) {
    const std::string shown = "NOT " + is_hidden(readers, "build.id") + " GROUP BY 1 ORDER BY 1";
    count_states(database,
                 "SELECT buildstate, count(*) FROM build WHERE datebuilt > now() - interval "
                 "'1 hour' AND buildstate NOT IN ('NEEDSBUILD', 'BUILDING', 'CANCELLING') AND " +
                     shown,
                 status.last_hour);
    count_states(database,
                 R"(
        SELECT buildstate, count(*)
        FROM (SELECT * FROM build WHERE buildstate = 'FAILEDTOUPLOAD'
              UNION ALL
              SELECT * FROM build WHERE for_person IS NOT NULL) build
            JOIN distroarchseries das ON das.id = build.distroarchseries
        WHERE EXISTS (
            SELECT FROM published_source spph
            WHERE spph.sourcepackagerelease = build.sourcepackagerelease
                AND spph.distroseries = das.distroseries AND spph.archive = build.archive) AND )" +
                     shown,
                 status.for_person);
}

// FAILEDTOUPLOAD says what is wrong; these do not.
void read_left(Database& database, Readers readers, FarmStatus& status) {
    const std::string sql = "SELECT " + iso_time("build.for_person") + ", " + build_columns +
                            " FROM build " + build_joins + R"(
        WHERE build.for_person IS NOT NULL AND current.id IS NOT NULL
            AND NOT )" + is_hidden(readers, "build.id") +
                            R"(
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

void read_rest(Database& database, Readers readers, FarmStatus& status) {
    const std::string sql =
        "SELECT (SELECT count(*) FROM build WHERE upload_leaf IS NOT NULL AND NOT " +
        is_hidden(readers, "build.id") +
        "), (SELECT count(*) FROM mailqueue WHERE next_attempt IS NOT NULL AND NOT " +
        is_hidden(readers, "mailqueue.build") + ")";
    database.query(sql.c_str())[0] >> status.uploading >> status.unsent_mail;
    status.last_pass = last_pass(database);
    if (readers == Readers::admins)
        status.standing = standing_causes(database);
    else if (status.last_pass)
        status.last_pass->summary.clear();
}

}  // namespace

FarmStatus read_status(Database& database, Readers readers) {
    FarmStatus status;
    read_builders(database, status);
    read_troubles(database, readers, status);
    read_queue(database, readers, status);
    read_results(database, readers, status);
    read_state_counts(database, readers, status);
    read_left(database, readers, status);
    read_rest(database, readers, status);
    status.never_built = read_never_built(database, shown_sources, readers == Readers::admins);
    return status;
}

}  // namespace buildd::db
