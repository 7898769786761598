#include "db/published_sources.hpp"

#include <fmt/format.h>

namespace buildd::db {

namespace {

// Builds of another series count while their binaries are in the archive or may come to be there:
// it holds a name, version and architecture once. Those that have failed leave the way free.
const std::string sources_sql = R"(
WITH place AS (
    SELECT DISTINCT ON (sourcepackagerelease, distroseries, archive) *
    FROM published_source
    ORDER BY sourcepackagerelease, distroseries, archive, datecreated, id)
SELECT spr.id, spn.name, spr.version, distroseries.id, archive.id, distribution.name,
    distroseries.name, archive.name, archive.enabled, place.pocket, spr.architecturehintlist,
    spr.buildindeparchitecture, coalesce(array_to_string(taken.tags, ' '), ''),
    coalesce(taken.waiting, ''), coalesce(taken.indep, false)
FROM place
    JOIN archive ON archive.id = place.archive
    JOIN distroseries ON distroseries.id = place.distroseries
    JOIN distribution ON distribution.id = distroseries.distribution
    JOIN sourcepackagerelease spr ON spr.id = place.sourcepackagerelease
    JOIN sourcepackagename spn ON spn.id = spr.sourcepackagename
    LEFT JOIN (SELECT distroseries AS id, array_agg(architecturetag::text) AS tags
        FROM distroarchseries WHERE enabled GROUP BY 1) able ON able.id = place.distroseries
    LEFT JOIN LATERAL (
        SELECT array_agg(das.architecturetag::text) AS tags, bool_or(build.arch_indep) AS indep,
            string_agg(das.architecturetag, ' ') FILTER (WHERE build.buildstate = 'NEEDSBUILD'
                AND das.distroseries = place.distroseries) AS waiting
        FROM build JOIN distroarchseries das ON das.id = build.distroarchseries
        WHERE build.sourcepackagerelease = spr.id AND build.archive = archive.id
            AND (das.distroseries = place.distroseries
                OR (build.buildstate = 'NEEDSBUILD' AND das.enabled)
                OR build.buildstate IN ('BUILDING', 'UPLOADING', 'CANCELLING', 'FULLYBUILT',
                    'FAILEDTOUPLOAD'))
        ) taken ON true
WHERE CASE WHEN $1::text[] IS NOT NULL THEN spn.name = ANY ($1::text[])
    ELSE archive.enabled AND (taken.tags IS NULL
        OR (spr.architecturehintlist ~ '\mall\M' AND NOT taken.indep)
        OR (spr.architecturehintlist <> 'all' AND NOT able.tags <@ taken.tags)) END
ORDER BY place.datecreated, place.id)";

struct Columns {
    std::vector<SourceId> sources;
    std::vector<DistroSeriesId> series;
    std::vector<ArchiveId> archives;
    std::vector<std::string> reasons;
};

Columns columns_of(const std::vector<NeverBuilt>& found) {
    Columns columns;
    for (const auto& one : found) {
        columns.sources.push_back(one.source);
        columns.series.push_back(one.series);
        columns.archives.push_back(one.archive);
        columns.reasons.push_back(one.reason);
    }
    return columns;
}

// Of neverbuilt `never`, with its title.
const std::string never_columns = R"(never.sourcepackagerelease, never.distroseries, never.archive,
    format('%s %s in %s/%s, archive %s', spn.name, spr.version, distribution.name,
        distroseries.name, archive.name), never.reason)";
const std::string never_joins = R"(
    JOIN sourcepackagerelease spr ON spr.id = never.sourcepackagerelease
    JOIN sourcepackagename spn ON spn.id = spr.sourcepackagename
    JOIN distroseries ON distroseries.id = never.distroseries
    JOIN distribution ON distribution.id = distroseries.distribution
    JOIN archive ON archive.id = never.archive)";

std::vector<NeverBuilt> read_rows(const Rows& rows) {
    std::vector<NeverBuilt> read;
    for (Row row : rows) {
        NeverBuilt& one = read.emplace_back();
        row >> one.source >> one.series >> one.archive >> one.title >> one.reason;
    }
    return read;
}

void forget_others(Transaction& transaction, const Columns& found,
                   const std::optional<std::vector<std::string>>& names) {
    transaction.execute(R"(
        DELETE FROM neverbuilt never WHERE NOT EXISTS (
                SELECT FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
                    AS new (source, series, archive)
                WHERE new.source = never.sourcepackagerelease AND new.series = never.distroseries
                    AND new.archive = never.archive)
            AND ($4::text[] IS NULL OR EXISTS (
                SELECT FROM sourcepackagerelease spr
                    JOIN sourcepackagename spn ON spn.id = spr.sourcepackagename
                WHERE spr.id = never.sourcepackagerelease AND spn.name = ANY ($4::text[]))))",
                        found.sources, found.series, found.archives, names);
}

}  // namespace

std::map<DistroSeriesId, std::vector<SeriesArchitecture>> series_architectures(Database& database) {
    std::map<DistroSeriesId, std::vector<SeriesArchitecture>> series;
    for (Row row : database.query(R"(
             SELECT distroseries.id, das.id, das.architecturetag, das.enabled,
                 distroseries.nominatedarchindep IS NOT DISTINCT FROM das.id
             FROM distroarchseries das JOIN distroseries ON distroseries.id = das.distroseries
             ORDER BY das.architecturetag)")) {
        SeriesArchitecture& one = series[row.get<DistroSeriesId>()].emplace_back();
        row >> one.id >> one.tag >> one.enabled >> one.nominated;
    }
    return series;
}

std::vector<PublishedSource> published_sources(
    Database& database, const std::optional<std::vector<std::string>>& names) {
    std::vector<PublishedSource> sources;
    for (Row row : database.query(sources_sql.c_str(), names)) {
        PublishedSource& one = sources.emplace_back();
        std::string taken, waiting;
        row >> one.source >> one.name >> one.version >> one.series >> one.archive >>
            one.distribution >> one.series_name >> one.archive_name >> one.archive_enabled >>
            one.pocket >> one.hints >> one.indep_hints >> taken >> waiting >> one.indep_taken;
        one.taken = split_words(taken);
        one.waiting = split_words(waiting);
    }
    return sources;
}

std::vector<NeverBuilt> store_never_built(Database& database, const std::vector<NeverBuilt>& found,
                                          const std::optional<std::vector<std::string>>& names,
                                          bool telling) {
    const Columns columns = columns_of(found);
    Transaction transaction(database);
    forget_others(transaction, columns, names);
    transaction.execute(R"(
        INSERT INTO neverbuilt (sourcepackagerelease, distroseries, archive, reason)
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[])
        ON CONFLICT (sourcepackagerelease, distroseries, archive) DO UPDATE
            SET reason = excluded.reason, told = NULL WHERE neverbuilt.reason <> excluded.reason)",
                        columns.sources, columns.series, columns.archives, columns.reasons);
    std::vector<NeverBuilt> untold;
    if (telling) {
        static const std::string sql =
            "WITH never AS (UPDATE neverbuilt SET told = now() WHERE told IS NULL RETURNING *) "
            "SELECT " +
            never_columns + " FROM never" + never_joins + " ORDER BY spn.name, spr.id";
        untold = read_rows(transaction.change(sql.c_str()));
    }
    transaction.commit();
    return untold;
}

NeverBuiltList read_never_built(Database& database, int limit, bool private_too) {
    static const std::string rows =
        " FROM neverbuilt never" + never_joins + " WHERE $1::boolean OR NOT archive.private";
    static const std::string first =
        "SELECT " + never_columns + rows + " ORDER BY spn.name, spr.id LIMIT $2";
    static const std::string count = "SELECT count(*)" + rows;
    return {read_rows(database.query(first.c_str(), private_too, limit)),
            database.query(count.c_str(), private_too)[0].get<std::int64_t>()};
}

}  // namespace buildd::db
