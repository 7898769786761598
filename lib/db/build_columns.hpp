// The columns of BuildFacts, and the joins they need. Private to lib/db.
//
// The query has `build` in scope; the joins add das, distroseries, distribution, spr, spn, archive,
// archive_owner, own_component and current: the component of the source's newest publication in
// this series and archive, if it is published there.
#pragma once

#include <string>

#include "db/rows.hpp"
#include "model/build.hpp"

namespace buildd::db {

inline const std::string build_columns = R"(
    build.id, build.buildstate, build.failure_count,
    distribution.name, distroseries.name, das.architecturetag, distroseries.status, build.pocket,
    coalesce((SELECT said.suite FROM archivepocket said
        WHERE said.archive = build.archive AND said.pocket = build.pocket
            AND (said.distroseries IS NULL OR said.distroseries = distroseries.id)
        ORDER BY said.distroseries NULLS LAST LIMIT 1), ''),
    spr.id, spn.name, spr.version,
    archive.id, archive.name, archive.purpose, archive_owner.name, archive.private,
    current.id IS NOT NULL,
    EXISTS (SELECT 1 FROM binarypackagerelease bpr WHERE bpr.build = build.id),
    build.for_person IS NOT NULL, build.arch_indep)";

inline const std::string build_joins = R"(
    JOIN distroarchseries das ON das.id = build.distroarchseries
    JOIN distroseries ON distroseries.id = das.distroseries
    JOIN distribution ON distribution.id = distroseries.distribution
    JOIN sourcepackagerelease spr ON spr.id = build.sourcepackagerelease
    JOIN sourcepackagename spn ON spn.id = spr.sourcepackagename
    JOIN archive ON archive.id = build.archive
    LEFT JOIN person archive_owner ON archive_owner.id = archive.owner
    JOIN component own_component ON own_component.id = spr.component
    LEFT JOIN LATERAL (
        SELECT component.id, component.name FROM published_source spph
            JOIN component ON component.id = spph.component
        WHERE spph.sourcepackagerelease = spr.id AND spph.distroseries = distroseries.id
            AND spph.archive = archive.id
        ORDER BY spph.datecreated DESC, spph.id DESC LIMIT 1) current ON true)";

// The source's current component, else its own (spec: behaviour §7). For queries with build_joins.
inline const std::string component_column = "coalesce(current.name, own_component.name)";

// For queries with archive and distribution: main_archive, the distribution's PRIMARY archive, and
// its components as builds of other archives see them.
inline const std::string primary_archive_joins = R"(
    LEFT JOIN archive main_archive ON main_archive.distribution = distribution.id
        AND main_archive.purpose = 'PRIMARY'
    LEFT JOIN LATERAL (
        SELECT string_agg(component.name, ' ' ORDER BY component.id) AS names FROM component
        WHERE archive.purpose <> 'PRIMARY' AND EXISTS (
            SELECT 1 FROM published_source spph
            WHERE spph.archive = main_archive.id AND spph.component = component.id)) published ON true)";
inline const std::string primary_components =
    "coalesce(main_archive.components, published.names, 'main')";

BuildFacts read_build(Row& row);

}  // namespace buildd::db
