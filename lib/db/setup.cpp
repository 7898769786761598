#include "db/setup.hpp"

#include <fmt/format.h>

#include "db/library.hpp"

namespace buildd::db {

namespace {

Failure missing(const std::string& what, const std::string& how) {
    return {ExitStatus::usage, fmt::format("there is no {}: {}", what, how)};
}

Change change_of(std::int64_t created, std::int64_t changed) {
    if (created > 0) return Change::created;
    return changed > 0 ? Change::changed : Change::unchanged;
}

std::int64_t person_id(Database& database, const std::string& name) {
    const Rows rows = database.query("SELECT id FROM person WHERE name = $1", name);
    if (rows.empty())
        throw missing(fmt::format("person '{}'", name),
                      fmt::format("add it with 'buildd-master person add {}'", name));
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

std::int64_t distribution_id(Database& database, const std::string& name) {
    const Rows rows = database.query("SELECT id FROM distribution WHERE name = $1", name);
    if (rows.empty())
        throw missing(
            fmt::format("distribution '{}'", name),
            fmt::format("'buildd-master series add {}/SERIES --status S' makes it", name));
    return rows[0].get<std::int64_t>();
}

std::int64_t processor_for(Database& database, const ArchitectureWish& wish) {
    database.execute(
        "INSERT INTO processorfamily (name, title) VALUES ($1::text, $1::text) ON CONFLICT DO "
        "NOTHING",
        wish.family);
    database.execute(
        "INSERT INTO processor (family, name, title) "
        "SELECT id, $2::text, $2::text FROM processorfamily WHERE name = $1 ON CONFLICT DO NOTHING",
        wish.family, wish.tag);
    return database.query("SELECT id FROM processorfamily WHERE name = $1", wish.family)[0]
        .get<std::int64_t>();
}

}  // namespace

Change add_person(Database& database, const PersonWish& wish) {
    Transaction transaction(database);
    const auto created = database.execute(
        "INSERT INTO person (name, displayname, email, is_team) VALUES ($1::text, $1::text, $2, "
        "$3) "
        "ON CONFLICT (name) DO NOTHING",
        wish.name, wish.email, wish.team);
    auto changed = database.execute(
        "UPDATE person SET email = coalesce($2::text, email), is_team = is_team OR $3 WHERE name = "
        "$1 "
        "AND (email IS DISTINCT FROM coalesce($2::text, email) OR ($3 AND NOT is_team))",
        wish.name, wish.email, wish.team);
    const auto team = person_id(database, wish.name);
    for (const auto& member : wish.members)
        changed += database.execute(
            "INSERT INTO teammembership (team, member) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            team, person_id(database, member));
    transaction.commit();
    return change_of(created, changed);
}

void require_person(Database& database, const std::string& name) {
    person_id(database, name);
}

Change add_series(Database& database, const SeriesWish& wish) {
    Transaction transaction(database);
    database.execute(
        "INSERT INTO distribution (name, displayname) VALUES ($1::text, initcap($1::text)) "
        "ON CONFLICT DO NOTHING",
        wish.distribution);
    const auto created =
        database.execute(R"(
        INSERT INTO distroseries (distribution, name, displayname, status, version)
        SELECT id, $2::text, initcap($2::text), coalesce($3::distroseriesstatus, 'DEVELOPMENT'),
            coalesce($4::text, '') FROM distribution WHERE name = $1
        ON CONFLICT DO NOTHING)",
                         wish.distribution, wish.series, wish.status, wish.version);
    const auto changed = database.execute(
        "UPDATE distroseries SET status = coalesce($2::distroseriesstatus, status), "
        "version = coalesce($3, version) WHERE id = $1 AND (status, version) IS DISTINCT FROM "
        "(coalesce($2::distroseriesstatus, status), coalesce($3, version))",
        series_id(database, wish.distribution, wish.series), wish.status, wish.version);
    transaction.commit();
    return change_of(created, changed);
}

Change add_architecture(Database& database, const ArchitectureWish& wish) {
    Transaction transaction(database);
    const auto series = series_id(database, wish.distribution, wish.series);
    const auto family = processor_for(database, wish);
    const auto created = database.execute(
        "INSERT INTO distroarchseries (distroseries, processorfamily, architecturetag) "
        "VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        series, family, wish.tag);
    auto changed = database.execute(
        "UPDATE distroarchseries SET processorfamily = $2 "
        "WHERE distroseries = $1 AND architecturetag = $3 AND processorfamily <> $2",
        series, family, wish.tag);
    if (wish.nominated)
        changed += database.execute(
            "UPDATE distroseries SET nominatedarchindep = das.id FROM distroarchseries das "
            "WHERE distroseries.id = $1 AND das.distroseries = $1 AND das.architecturetag = $2 "
            "AND nominatedarchindep IS DISTINCT FROM das.id",
            series, wish.tag);
    transaction.commit();
    return change_of(created, changed);
}

Change add_archive(Database& database, const ArchiveWish& wish) {
    Transaction transaction(database);
    const auto distribution = distribution_id(database, wish.distribution);
    const auto owner = wish.owner ? std::optional(person_id(database, *wish.owner)) : std::nullopt;
    const auto created = wish.url
                             ? database.execute(R"(
        INSERT INTO archive (distribution, name, purpose, url, owner, signing_key, external_lines,
            components, private)
        VALUES ($1, $2, coalesce($3::archivepurpose, 'PRIMARY'), $4, $5, $6, $7, $8,
            coalesce($9::boolean, false))
        ON CONFLICT (distribution, name) DO NOTHING)",
                                                distribution, wish.name, wish.purpose, wish.url,
                                                owner, wish.signing_key, wish.external_lines,
                                                wish.components, wish.is_private)
                             : 0;
    const auto changed =
        database.execute(R"(
        UPDATE archive SET purpose = new.purpose, url = new.url, owner = new.owner,
            signing_key = new.signing_key, external_lines = new.external_lines,
            components = new.components, private = new.private
        FROM (SELECT id, coalesce($3::archivepurpose, purpose) AS purpose, coalesce($4, url) AS url,
                coalesce($5, owner) AS owner, coalesce($6, signing_key) AS signing_key,
                coalesce($7, external_lines) AS external_lines,
                coalesce($8, components) AS components, coalesce($9, private) AS private
            FROM archive WHERE distribution = $1 AND name = $2) new
        WHERE archive.id = new.id
            AND (archive.purpose, archive.url, archive.owner, archive.signing_key,
                archive.external_lines, archive.components, archive.private)
            IS DISTINCT FROM (new.purpose, new.url, new.owner, new.signing_key,
                new.external_lines, new.components, new.private))",
                         distribution, wish.name, wish.purpose, wish.url, owner, wish.signing_key,
                         wish.external_lines, wish.components, wish.is_private);
    const bool there = !database
                            .query("SELECT 1 FROM archive WHERE distribution = $1 AND name = $2",
                                   distribution, wish.name)
                            .empty();
    if (!there)
        throw Failure(ExitStatus::usage, fmt::format("the archive {}/{} is new: it needs --url",
                                                     wish.distribution, wish.name));
    transaction.commit();
    return change_of(created, changed);
}

Change set_debug_symbols(Database& database, const std::string& distribution,
                         const std::string& name, bool wanted) {
    const auto of = distribution_id(database, distribution);
    if (database.query("SELECT 1 FROM archive WHERE distribution = $1 AND name = $2", of, name)
            .empty())
        throw missing(fmt::format("archive '{}/{}'", distribution, name),
                      fmt::format("add it with 'buildd-master archive add {} {} --purpose P'",
                                  distribution, name));
    return change_of(0, database.execute("UPDATE archive SET debug_symbols = $3 WHERE distribution "
                                         "= $1 AND name = $2 AND debug_symbols <> $3",
                                         of, name, wanted));
}

DistroArchSeriesId find_architecture(Database& database, const std::string& distribution,
                                     const std::string& series, const std::string& tag) {
    const Rows rows = database.query(
        "SELECT id FROM distroarchseries WHERE distroseries = $1 AND architecturetag = $2",
        series_id(database, distribution, series), tag);
    if (rows.empty())
        throw missing(fmt::format("architecture '{}/{}/{}'", distribution, series, tag),
                      fmt::format("add it with 'buildd-master arch add {}/{}/{} --family F'",
                                  distribution, series, tag));
    return rows[0].get<DistroArchSeriesId>();
}

std::optional<LibraryFile> read_chroot(Database& database, DistroArchSeriesId arch, Pocket pocket) {
    const Rows rows = database.query(
        "SELECT chroot FROM pocketchroot WHERE distroarchseries = $1 "
        "AND pocket = $2::packagepublishingpocket",
        arch, pocket);
    if (rows.empty()) return std::nullopt;
    return read_library_file(database, rows[0].get<LibraryFileId>());
}

void set_chroot(Database& database, DistroArchSeriesId arch, Pocket pocket,
                const LibraryFile& chroot) {
    insert_library_file(database, chroot);
    database.execute(
        "INSERT INTO pocketchroot (distroarchseries, pocket, chroot) VALUES ($1, $2, $3) "
        "ON CONFLICT (distroarchseries, pocket) DO UPDATE SET chroot = excluded.chroot",
        arch, pocket, chroot.id);
}

}  // namespace buildd::db
