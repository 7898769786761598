#include "db/waits.hpp"

#include "db/build_again.hpp"
#include "db/build_columns.hpp"
#include "db/made_by.hpp"

namespace buildd::db {

namespace {

// Binaries are wherever their source is published, whatever series and pocket they were built for.
// apt sees neither .udeb nor .ddeb. arch:all packages of a series serve all its architectures. A
// Provides is searched as words here and parsed by the caller; one that another version of the same
// package has counts, too.
constexpr const char* available_sql = R"(
WITH wanted AS (
    SELECT unnest($1::text[]) AS name
    UNION
    SELECT bpn.name FROM binarypackagerelease bpr
        JOIN binarypackagename bpn ON bpn.id = bpr.binarypackagename
    WHERE bpr.provides <> '' AND provided_names(bpr.provides) && $1::text[]
    UNION
    SELECT ab.name FROM archivebinary ab
    WHERE ab.provides <> '' AND provided_names(ab.provides) && $1::text[]
        AND ab.distroarchseries = ANY ($2::bigint[]))
SELECT das.id, archive.id, archive.purpose = 'PRIMARY', here.pocket, component.name,
    bpn.name, bpr.version, bpr.provides, coalesce(bpr.multiarch, '')
FROM wanted
    JOIN binarypackagename bpn ON bpn.name = wanted.name
    JOIN binarypackagerelease bpr ON bpr.binarypackagename = bpn.id AND bpr.filetype = 'deb'
    JOIN component ON component.id = bpr.component
    JOIN build ON build.id = bpr.build AND build.buildstate = 'FULLYBUILT'
    JOIN archive ON archive.id = build.archive
    JOIN distroarchseries built ON built.id = build.distroarchseries
    CROSS JOIN LATERAL (
        SELECT spph.distroseries AS series, spph.pocket, max(spph.datecreated) AS since
        FROM published_source spph
        WHERE spph.sourcepackagerelease = build.sourcepackagerelease
            AND spph.archive = build.archive
        GROUP BY 1, 2
        UNION
        SELECT built.distroseries, build.pocket, NULL WHERE NOT EXISTS (
            SELECT 1 FROM sourcepackagepublishinghistory spph
            WHERE spph.sourcepackagerelease = build.sourcepackagerelease
                AND spph.distroseries = built.distroseries AND spph.archive = build.archive)) here
    JOIN distroarchseries das ON das.distroseries = here.series
        AND (das.architecturetag = built.architecturetag OR bpr.architecture = 'all')
WHERE das.id = ANY ($2::bigint[]) AND NOT EXISTS (
    SELECT 1 FROM archiveindex listed
    WHERE listed.archive = archive.id AND listed.distroarchseries = das.id
        AND listed.pocket = here.pocket
        AND listed.refreshed > greatest(
            coalesce(bpr.datecreated, build.datebuilt, build.datecreated), here.since))
UNION ALL
SELECT ab.distroarchseries, ab.archive, archive.purpose = 'PRIMARY', ab.pocket, ab.component,
    ab.name, ab.version, ab.provides, coalesce(ab.multiarch, '')
FROM wanted JOIN archivebinary ab ON ab.name = wanted.name JOIN archive ON archive.id = ab.archive
WHERE ab.distroarchseries = ANY ($2::bigint[]))";

}  // namespace

std::vector<WaitingBuild> dependency_waits(Database& database, const std::optional<BuildId>& only) {
    static const std::string sql =
        "SELECT das.id, " + component_column +
        ", coalesce(build.dependencies, ''), concat_ws(', ', spr.builddepends, "
        "spr.builddependsindep), " +
        build_columns + " FROM build " + build_joins + R"(
        WHERE build.buildstate = 'MANUALDEPWAIT' AND archive.enabled AND das.enabled
            AND ($1::bigint IS NULL OR build.id = $1) AND )" +
        made_by + R"( IS NULL
        ORDER BY build.id)";
    std::vector<WaitingBuild> builds;
    for (Row row : database.query(sql.c_str(), only)) {
        WaitingBuild& one = builds.emplace_back();
        row >> one.arch >> one.component >> one.dependencies >> one.declared;
        one.build = read_build(row);
    }
    return builds;
}

std::vector<AvailableBinary> available_binaries(Database& database,
                                                const std::vector<std::string>& names,
                                                const std::vector<DistroArchSeriesId>& archs) {
    std::vector<AvailableBinary> binaries;
    if (names.empty()) return binaries;
    for (Row row : database.query(available_sql, names, archs)) {
        AvailableBinary& one = binaries.emplace_back();
        row >> one.arch >> one.place.archive >> one.place.primary >> one.place.pocket >>
            one.place.component >> one.name >> one.version >> one.provides >> one.multiarch;
    }
    return binaries;
}

std::map<BuildId, std::vector<DepfailRow>> depfail_answers(Database& database,
                                                           const std::vector<BuildId>& builds) {
    std::map<BuildId, std::vector<DepfailRow>> answers;
    if (builds.empty()) return answers;
    for (Row row : database.query(R"(
             SELECT a.build, a.dependencies, coalesce(a.index_seen, ''),
                 extract(epoch FROM now() - a.finished)::bigint
             FROM buildattempt a JOIN build ON build.id = a.build
             WHERE a.build = ANY ($1::bigint[]) AND a.outcome = 'DEPFAIL'
                 AND a.dependencies IS NOT NULL
                 AND (build.retried IS NULL OR a.finished > build.retried)
             ORDER BY a.id)",
                                  builds)) {
        DepfailRow& one = answers[row.get<BuildId>()].emplace_back();
        row >> one.dependencies >> one.index >> one.age;
    }
    return answers;
}

std::vector<ChrootWait> chroot_waits(Database& database, const std::optional<BuildId>& only) {
    static const std::string sql =
        "SELECT said.answers, extract(epoch FROM now() - coalesce(said.last, build.datebuilt, "
        "build.datecreated))::bigint, " +
        build_columns + " FROM build " + build_joins + R"(
            CROSS JOIN LATERAL (
                SELECT count(*) FILTER (WHERE )" +
        equal_chroot_answer + R"() AS answers, max(a.finished) AS last
                FROM buildattempt a WHERE a.build = build.id AND a.outcome = 'CHROOTFAIL') said
        WHERE build.buildstate = 'CHROOTWAIT' AND archive.enabled AND das.enabled
            AND ($1::bigint IS NULL OR build.id = $1)
            AND (build.retried IS NULL OR said.last > build.retried)
            AND )" +
        nothing_in_its_way + " AND " + still_wanted + " ORDER BY build.id";
    std::vector<ChrootWait> waits;
    for (Row row : database.query(sql.c_str(), only)) {
        ChrootWait& one = waits.emplace_back();
        row >> one.answers >> one.age;
        one.build = read_build(row);
    }
    return waits;
}

std::vector<BuildId> set_for_person(Database& database, const std::vector<BuildId>& waits,
                                    BuildState state, bool for_person) {
    std::vector<BuildId> changed;
    if (waits.empty()) return changed;
    for (Row row : database.change(R"(
             UPDATE build SET for_person = CASE WHEN $2 THEN now() END
             WHERE id IN (SELECT id FROM build WHERE id = ANY ($1::bigint[])
                 AND buildstate = $3::buildstate AND (for_person IS NOT NULL) <> $2::boolean
                 FOR UPDATE SKIP LOCKED)
             RETURNING id)",
                                   waits, for_person, state))
        changed.push_back(row.get<BuildId>());
    return changed;
}

}  // namespace buildd::db
