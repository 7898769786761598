#include "db/setup.hpp"

#include <fmt/format.h>

#include "db/known.hpp"
#include "db/library.hpp"

namespace buildd::db {

namespace {

// Locked: it stays so until the end of the caller's transaction.
Values values_of(Transaction& transaction, const SeriesWish& wish) {
    const Rows rows = transaction.query(
        "SELECT status, version FROM distroseries WHERE id = $1 FOR NO KEY UPDATE",
        series_id(transaction, wish.distribution, wish.series));
    std::string status, version;
    rows[0] >> status >> version;
    std::optional<std::string> wanted;
    if (wish.status) wanted = label(*wish.status);
    return {{"status", status, wanted}, {"version", version, wish.version}};
}

}  // namespace

Change add_series(Database& database, const SeriesWish& wish) {
    Transaction transaction(database);
    transaction.execute(
        "INSERT INTO distribution (name, displayname) VALUES ($1::text, initcap($1::text)) "
        "ON CONFLICT DO NOTHING",
        wish.distribution);
    const auto created =
        transaction.execute(R"(
        INSERT INTO distroseries (distribution, name, displayname, status, version)
        SELECT id, $2::text, initcap($2::text), coalesce($3::distroseriesstatus, 'DEVELOPMENT'),
            coalesce($4::text, '') FROM distribution WHERE name = $1
        ON CONFLICT DO NOTHING)",
                            wish.distribution, wish.series, wish.status, wish.version);
    const std::string name = wish.distribution + "/" + wish.series;
    if (created == 0)
        refuse_to_change("series " + name, values_of(transaction, wish),
                         "buildd-master series set " + name);
    transaction.commit();
    return created > 0 ? Change::created : Change::unchanged;
}

Values set_series(Database& database, const SeriesWish& wish) {
    Transaction transaction(database);
    auto changed = differing(values_of(transaction, wish));
    transaction.execute(
        "UPDATE distroseries SET status = coalesce($2::distroseriesstatus, status), "
        "version = coalesce($3, version) WHERE id = $1",
        series_id(transaction, wish.distribution, wish.series), wish.status, wish.version);
    transaction.commit();
    return changed;
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

void set_chroot(Transaction& transaction, DistroArchSeriesId arch, Pocket pocket,
                const LibraryFile& chroot) {
    insert_library_file(transaction, chroot);
    transaction.execute(
        "INSERT INTO pocketchroot (distroarchseries, pocket, chroot) VALUES ($1, $2, $3) "
        "ON CONFLICT (distroarchseries, pocket) DO UPDATE SET chroot = excluded.chroot",
        arch, pocket, chroot.id);
}

}  // namespace buildd::db
