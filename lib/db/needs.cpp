#include "db/needs.hpp"

namespace buildd::db {

Change add_need(Database& database, const Need& need) {
    const auto added = database.execute(
        "INSERT INTO need (source, series, architecture, tag) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT DO NOTHING",
        need.source, need.series, need.architecture, need.tag);
    return added > 0 ? Change::created : Change::unchanged;
}

bool remove_need(Database& database, const Need& need) {
    return database.execute(
               "DELETE FROM need WHERE (source, series, architecture, tag) = ($1, $2, $3, $4)",
               need.source, need.series, need.architecture, need.tag) > 0;
}

std::vector<NeedRow> list_needs(Database& database) {
    static const std::string sql = R"(
        SELECT need.source, need.series, need.architecture, need.tag,
            (SELECT count(*) FROM buildqueue q
                 JOIN build ON build.id = q.build
                 JOIN distroarchseries das ON das.id = build.distroarchseries
                 JOIN distroseries ON distroseries.id = das.distroseries
                 JOIN distribution ON distribution.id = distroseries.distribution
                 JOIN sourcepackagerelease spr ON spr.id = build.sourcepackagerelease
                 JOIN sourcepackagename spn ON spn.id = spr.sourcepackagename
             WHERE q.builder IS NULL AND q.tags <> '{}' AND need.tag = ANY (q.tags)
                 AND spn.name LIKE glob_pattern(need.source)
                 AND distribution.name || '/' || distroseries.name LIKE glob_pattern(need.series)
                 AND das.architecturetag LIKE glob_pattern(need.architecture)),
            (SELECT count(*) FROM builder JOIN builder_now USING (id)
             WHERE need.tag = ANY (builder.tags) AND in_service
                 AND builder_now.architecture LIKE glob_pattern(need.architecture))
        FROM need ORDER BY 1, 2, 3, 4)";
    std::vector<NeedRow> rows;
    for (Row row : database.query(sql.c_str())) {
        NeedRow& one = rows.emplace_back();
        row >> one.need.source >> one.need.series >> one.need.architecture >> one.need.tag >>
            one.jobs >> one.builders;
    }
    return rows;
}

std::vector<std::string> unmet_architectures(Database& database, const Need& need) {
    static const std::string sql = R"(
        SELECT DISTINCT das.architecturetag
        FROM distroarchseries das
            JOIN distroseries ON distroseries.id = das.distroseries
            JOIN distribution ON distribution.id = distroseries.distribution
        WHERE das.enabled AND das.architecturetag LIKE glob_pattern($2)
            AND distribution.name || '/' || distroseries.name LIKE glob_pattern($1)
            AND NOT EXISTS (
                SELECT FROM builder b JOIN builder_now USING (id)
                WHERE $3 = ANY (b.tags) AND in_service AND architecture = das.architecturetag)
        ORDER BY 1)";
    std::vector<std::string> tags;
    for (Row row : database.query(sql.c_str(), need.series, need.architecture, need.tag))
        tags.push_back(row.get<std::string>());
    return tags;
}

}  // namespace buildd::db
