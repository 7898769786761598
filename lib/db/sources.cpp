#include "db/sources.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "db/library.hpp"

namespace buildd::db {

SourcePlace find_source_place(Database& database, const std::string& archive,
                              const std::string& series, Pocket pocket) {
    const auto slash = archive.find('/');
    const std::string distribution = archive.substr(0, slash);
    const std::string name = slash == archive.npos ? "" : archive.substr(slash + 1);
    const Rows rows = database.query(R"(
        SELECT archive.id, archive.private, archive.purpose, distroseries.id,
            coalesce(distroseries.status, 'DEVELOPMENT') FROM archive
            JOIN distribution ON distribution.id = archive.distribution
            LEFT JOIN distroseries ON distroseries.distribution = distribution.id
                AND distroseries.name = $3
        WHERE distribution.name = $1 AND archive.name = $2)",
                                     distribution, name, series);
    if (rows.empty())
        throw Failure(
            ExitStatus::usage,
            fmt::format("there is no archive '{}': name it as DISTRO/NAME, or add it with "
                        "'buildd-master archive add'",
                        archive));
    SourcePlace place;
    std::optional<DistroSeriesId> found;
    Row row = rows[0];
    row >> place.archive >> place.is_private >> place.purpose >> found >> place.status;
    if (!found)
        throw Failure(ExitStatus::usage, fmt::format("{} has no series '{}': add it with "
                                                     "'buildd-master series add {}/{} --status S'",
                                                     distribution, series, distribution, series));
    place.series = *found;
    place.pocket = pocket;
    return place;
}

bool hold_privacy(Transaction& transaction, ArchiveId archive) {
    return transaction.query("SELECT private FROM archive WHERE id = $1 FOR SHARE", archive)[0]
        .get<bool>();
}

void lock_source_name(Transaction& transaction, const std::string& name) {
    transaction.execute("INSERT INTO sourcepackagename (name) VALUES ($1) ON CONFLICT DO NOTHING",
                        name);
    transaction.query("SELECT 1 FROM sourcepackagename WHERE name = $1 FOR NO KEY UPDATE", name);
}

std::optional<KnownSource> find_source(Database& database, const SourcePlace& place,
                                       const std::string& name, const std::string& version) {
    const Rows rows = database.query(R"(
        SELECT spr.id, lfc.sha256,
            coalesce(bool_or(published.id IS NOT NULL) FILTER (
                WHERE spph.distroseries = $4 AND spph.pocket = $5::packagepublishingpocket), false),
            coalesce(bool_or(spph.distroseries = $4 AND spph.pocket = $5::packagepublishingpocket),
                false)
        FROM sourcepackagerelease spr
            JOIN sourcepackagename spn ON spn.id = spr.sourcepackagename
            JOIN sourcepackagereleasefile file ON file.sourcepackagerelease = spr.id
            JOIN libraryfilealias lfa ON lfa.id = file.libraryfile
            JOIN libraryfilecontent lfc ON lfc.id = lfa.content
            JOIN sourcepackagepublishinghistory spph
                ON spph.sourcepackagerelease = spr.id AND spph.archive = $1
            LEFT JOIN published_source published ON published.id = spph.id
        WHERE spn.name = $2 AND spr.version = $3 AND lfa.filename LIKE '%.dsc'
        GROUP BY spr.id, lfc.sha256
        ORDER BY bool_or(published.id IS NOT NULL) DESC, spr.id DESC LIMIT 1)",
                                     place.archive, name, version, place.series, place.pocket);
    if (rows.empty()) return std::nullopt;
    KnownSource known;
    Row row = rows[0];
    row >> known.id >> known.dsc_sha256 >> known.published_here >> known.was_here;
    return known;
}

std::vector<std::string> clashing_source_files(Database& database, const SourcePlace& place,
                                               const std::string& name,
                                               const std::vector<NamedSum>& files) {
    std::vector<std::string> names, sums, clashing;
    for (const auto& file : files) {
        names.push_back(file.filename);
        sums.push_back(file.sha256);
    }
    for (Row row : database.query(R"(
             SELECT DISTINCT new.filename
             FROM unnest($3::text[], $4::text[]) AS new (filename, sha256)
                 JOIN libraryfilealias lfa ON lfa.filename = new.filename
                 JOIN libraryfilecontent lfc ON lfc.id = lfa.content AND lfc.sha256 <> new.sha256
                 JOIN sourcepackagereleasefile file ON file.libraryfile = lfa.id
                 JOIN sourcepackagerelease spr ON spr.id = file.sourcepackagerelease
                 JOIN sourcepackagename spn ON spn.id = spr.sourcepackagename
             WHERE spn.name = $2 AND EXISTS (
                 SELECT 1 FROM sourcepackagepublishinghistory spph
                 WHERE spph.sourcepackagerelease = spr.id AND spph.archive = $1)
             ORDER BY new.filename)",
                                  place.archive, name, names, sums))
        clashing.push_back(row.get<std::string>());
    return clashing;
}

std::vector<PublishedVersion> published_versions(Database& database, const SourcePlace& place,
                                                 const std::string& name) {
    std::vector<PublishedVersion> versions;
    for (Row row : database.query(R"(
             SELECT spph.id, spr.version FROM published_source spph
                 JOIN sourcepackagerelease spr ON spr.id = spph.sourcepackagerelease
                 JOIN sourcepackagename spn ON spn.id = spr.sourcepackagename
             WHERE spn.name = $4 AND spph.archive = $1 AND spph.distroseries = $2
                 AND spph.pocket = $3::packagepublishingpocket)",
                                  place.archive, place.series, place.pocket, name)) {
        PublishedVersion& one = versions.emplace_back();
        row >> one.publication >> one.version;
    }
    return versions;
}

std::vector<PlacedSource> placed_sources(Database& database, const SourcePlace& place,
                                         const std::string& name) {
    std::vector<PlacedSource> sources;
    for (Row row : database.query(R"(
             SELECT spr.id, spr.version, component.name, (
                 SELECT count(*) FROM build JOIN binarypackagerelease bpr ON bpr.build = build.id
                 WHERE build.sourcepackagerelease = spr.id AND build.archive = spph.archive
                     AND build.buildstate = 'FULLYBUILT')
             FROM published_source spph
                 JOIN sourcepackagerelease spr ON spr.id = spph.sourcepackagerelease
                 JOIN sourcepackagename spn ON spn.id = spr.sourcepackagename
                 JOIN component ON component.id = spph.component
             WHERE spn.name = $4 AND spph.archive = $1 AND spph.distroseries = $2
                 AND spph.pocket = $3::packagepublishingpocket
             ORDER BY spph.datecreated DESC, spph.id DESC)",
                                  place.archive, place.series, place.pocket, name)) {
        PlacedSource& one = sources.emplace_back();
        row >> one.id >> one.version >> one.component >> one.binaries;
    }
    return sources;
}

SourceId insert_source(Transaction& transaction, const NewSource& source) {
    transaction.execute("INSERT INTO component (name) VALUES ($1) ON CONFLICT DO NOTHING",
                        source.component);
    const Rows rows =
        transaction.query(R"(
        INSERT INTO sourcepackagerelease (sourcepackagename, version, component, creator, urgency,
            architecturehintlist, builddepends, builddependsindep, buildindeparchitecture)
        SELECT spn.id, $2, component.id, (SELECT id FROM person WHERE name = $4), $5, $6, $7, $8, $9
        FROM sourcepackagename spn, component WHERE spn.name = $1 AND component.name = $3
        RETURNING id)",
                          source.name, source.version, source.component, source.creator,
                          source.urgency, source.architecture_hints, source.build_depends,
                          source.build_depends_indep, source.indep_architecture);
    const auto id = rows[0].get<SourceId>();
    for (const auto& file : source.files) {
        insert_library_file(transaction, file);
        transaction.execute(
            "INSERT INTO sourcepackagereleasefile (sourcepackagerelease, libraryfile) "
            "VALUES ($1, $2)",
            id, file.id);
    }
    return id;
}

void insert_publication(Transaction& transaction, const SourcePlace& place, SourceId source,
                        const std::string& component) {
    transaction.execute("INSERT INTO component (name) VALUES ($1) ON CONFLICT DO NOTHING",
                        component);
    transaction.execute(R"(
        INSERT INTO sourcepackagepublishinghistory
            (sourcepackagerelease, distroseries, archive, pocket, component, status)
        SELECT $1, $2, $3, $4, id, 'PUBLISHED' FROM component WHERE name = $5)",
                        source, place.series, place.archive, place.pocket, component);
}

void supersede_publications(Transaction& transaction,
                            const std::vector<std::int64_t>& publications) {
    transaction.execute(
        "UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED' "
        "WHERE id = ANY ($1::bigint[]) AND status IN ('PENDING', 'PUBLISHED')",
        publications);
}

}  // namespace buildd::db
