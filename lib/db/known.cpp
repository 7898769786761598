#include "db/known.hpp"

#include <fmt/format.h>

namespace buildd::db {

Failure missing(const std::string& what, const std::string& how) {
    return {ExitStatus::usage, fmt::format("there is no {}: {}", what, how)};
}

std::int64_t person_id(Database& database, const std::string& name) {
    const Rows rows = database.query("SELECT id FROM person WHERE name = $1", name);
    if (rows.empty())
        throw missing(fmt::format("person '{}'", name),
                      fmt::format("add it with 'buildd-master person add {}'", name));
    return rows[0].get<std::int64_t>();
}

std::int64_t distribution_id(Database& database, const std::string& name) {
    const Rows rows = database.query("SELECT id FROM distribution WHERE name = $1", name);
    if (rows.empty())
        throw missing(
            fmt::format("distribution '{}'", name),
            fmt::format("'buildd-master series add {}/SERIES --status S' makes it", name));
    return rows[0].get<std::int64_t>();
}

std::int64_t series_id(Database& database, const std::string& distribution,
                       const std::string& series) {
    const Rows rows = database.query(
        "SELECT distroseries.id FROM distroseries JOIN distribution "
        "ON distribution.id = distroseries.distribution "
        "WHERE distribution.name = $1 AND distroseries.name = $2",
        distribution, series);
    if (rows.empty())
        throw missing(fmt::format("series '{}/{}'", distribution, series),
                      fmt::format("add it with 'buildd-master series add {}/{} --status S'",
                                  distribution, series));
    return rows[0].get<std::int64_t>();
}

}  // namespace buildd::db
