#include "db/line_facts.hpp"

#include "db/build_columns.hpp"
#include "db/places.hpp"

namespace buildd::db {

namespace {

const std::string facts_sql = R"(
SELECT archive.id, main_archive.id, coalesce(main_archive.url, archive.url),
    coalesce(main_archive.signing_key, ''), )" +
                              primary_components + R"(, distroseries.id, distroseries.name,
    distroseries.status, coalesce((
        SELECT string_agg(component.name, ' ' ORDER BY component.id) FROM component
        WHERE EXISTS (SELECT 1 FROM published_source spph
            WHERE spph.archive = archive.id AND spph.distroseries = distroseries.id
                AND spph.component = component.id)), 'main')
FROM archive JOIN distribution ON distribution.id = archive.distribution
    JOIN distroseries ON distroseries.distribution = distribution.id)" +
                              primary_archive_joins + R"(
WHERE archive.id = ANY ($1::bigint[]))";

}  // namespace

std::map<ArchiveId, LineFacts> line_facts(Database& database,
                                          const std::vector<RefreshableArchive>& archives) {
    std::vector<ArchiveId> ids;
    for (const auto& archive : archives) ids.push_back(archive.id);
    const PlaceBook book(database, ids);
    std::map<ArchiveId, LineFacts> all;
    for (Row row : database.query(facts_sql.c_str(), ids)) {
        const auto id = row.get<ArchiveId>();
        LineFacts& one = all[id];
        std::string of_primary, series, components;
        DistroSeriesId series_id;
        SeriesStatus status = SeriesStatus::DEVELOPMENT;
        row >> one.primary >> one.primary_url >> one.primary_key >> of_primary >> series_id >>
            series >> status >> components;
        one.primary_components = split_words(of_primary);
        one.series[series_id] = {status, split_words(components), book.of(id, series),
                                 one.primary ? book.of(*one.primary, series) : PocketPlaces()};
    }
    return all;
}

}  // namespace buildd::db
