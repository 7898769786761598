#include "db/places.hpp"

namespace buildd::db {

namespace {

constexpr int lock_space = 0x62756C70;  // "bulp"; beside it the archive

}  // namespace

PlaceBook::PlaceBook(Database& database, const std::vector<ArchiveId>& archives) {
    for (Row row : database.query(R"(
             SELECT place.archive, archive.purpose = 'PRIMARY', distribution.name,
                 distroseries.name, place.pocket, coalesce(place.url, ''),
                 coalesce(place.suite, ''), coalesce(place.components, ''), place.absent,
                 place.left_out
             FROM archive_places($1::bigint[] || ARRAY(
                     SELECT main.id FROM archive main
                         JOIN archive one ON one.distribution = main.distribution
                     WHERE main.purpose = 'PRIMARY' AND one.id = ANY ($1::bigint[]))) place
                 JOIN archive ON archive.id = place.archive
                 JOIN distribution ON distribution.id = archive.distribution
                 JOIN distroseries ON distroseries.id = place.distroseries)",
                                  archives)) {
        ArchiveId archive;
        bool primary = false;
        std::string distribution, series, components;
        Pocket pocket = Pocket::RELEASE;
        PocketPlace place;
        row >> archive >> primary >> distribution >> series >> pocket >> place.url >> place.suite >>
            components >> place.absent >> place.left_out;
        place.components = split_words(components);
        if (primary) primaries_[distribution] = archive;
        places_[{archive, series}][pocket] = std::move(place);
    }
}

PocketPlaces PlaceBook::of(ArchiveId archive, const std::string& series) const {
    const auto found = places_.find({archive, series});
    return found == places_.end() ? PocketPlaces() : found->second;
}

BuildPlaces PlaceBook::of(const BuildFacts& build) const {
    const auto primary = primaries_.find(build.target.distribution);
    return {
        of(build.archive.id, build.target.series),
        primary == primaries_.end() ? PocketPlaces() : of(primary->second, build.target.series)};
}

void read_places(Database& database, const std::vector<PendingJob*>& jobs) {
    std::vector<ArchiveId> archives;
    for (const PendingJob* job : jobs) archives.push_back(job->build.archive.id);
    const PlaceBook book(database, archives);
    for (PendingJob* job : jobs) job->places = book.of(job->build);
}

void note_there(Database& database, const SoughtSuite& suite) {
    database.execute(
        "DELETE FROM archivemissing WHERE archive = $1 AND distroseries = $2 "
        "AND pocket = $3::packagepublishingpocket",
        suite.archive, suite.series, suite.pocket);
}

void hold_places(Transaction& transaction, ArchiveId archive) {
    transaction.query("SELECT pg_advisory_xact_lock($1::integer, $2::bigint::integer)", lock_space,
                      archive);
}

bool is_said_of_series(Database& database, ArchiveId archive, const std::string& series,
                       Pocket pocket) {
    return !database
                .query(R"(
        SELECT 1 FROM archivepocket said JOIN archive ON archive.id = said.archive
            JOIN distroseries ON distroseries.id = said.distroseries
                AND distroseries.distribution = archive.distribution
        WHERE archive.id = $1 AND distroseries.name = $2
            AND said.pocket = $3::packagepublishingpocket)",
                       archive, series, pocket)
                .empty();
}

// Locked by a lock of its own: one of the archive's row would need the right to change archives.
void note_missing(Database& database, const SoughtSuite& suite) {
    Transaction transaction(database);
    transaction.query("SELECT pg_advisory_xact_lock_shared($1::integer, $2::bigint::integer)",
                      lock_space, suite.archive);
    transaction.execute(R"(
        INSERT INTO archivemissing (archive, distroseries, pocket)
        SELECT $1, $2, $3::packagepublishingpocket
        FROM archive LEFT JOIN archive_places(ARRAY[$1::bigint]) place
            ON place.distroseries = $2 AND place.pocket = $3::packagepublishingpocket
        WHERE archive.id = $1 AND coalesce(place.url, archive.url) = $4
            AND coalesce(place.suite, '') = $5 AND place.absent IS NOT TRUE
            AND NOT EXISTS (SELECT FROM archivesuite known WHERE known.archive = $1
                AND known.distroseries = $2 AND known.pocket = $3::packagepublishingpocket)
        ON CONFLICT DO NOTHING)",
                        suite.archive, suite.series, suite.pocket, suite.url, suite.suite);
    transaction.commit();
}

}  // namespace buildd::db
