#include "db/archive_suites.hpp"

namespace buildd::db {

namespace {

constexpr int lock_space = 0x62756C72;  // "bulr"; beside it the archive

std::vector<DistroArchSeriesId> ids_of(const RefreshableArchive::Series& series) {
    std::vector<DistroArchSeriesId> ids;
    for (const auto& architecture : series.architectures) ids.push_back(architecture.id);
    return ids;
}

}  // namespace

bool begin_refresh(Database& database, ArchiveId archive) {
    return database
        .query("SELECT pg_try_advisory_lock($1::integer, $2::bigint::integer)", lock_space,
               archive)[0]
        .get<bool>();
}

void end_refresh(Database& database, ArchiveId archive) {
    database.query("SELECT pg_advisory_unlock($1::integer, $2::bigint::integer)", lock_space,
                   archive);
}

std::optional<KnownSuite> known_suite(Database& database, ArchiveId archive,
                                      const RefreshableArchive::Series& series, Pocket pocket,
                                      const std::string& source) {
    const Rows rows = database.query(R"(
        SELECT source, file, etag, modified FROM archivesuite
        WHERE archive = $1 AND distroseries = $2 AND pocket = $3::packagepublishingpocket
            AND source = $4 AND NOT EXISTS (SELECT FROM unnest($5::bigint[]) AS wanted (arch)
                WHERE NOT EXISTS (SELECT FROM archiveindex listed
                    WHERE listed.archive = $1 AND listed.distroarchseries = wanted.arch
                        AND listed.pocket = $3::packagepublishingpocket)))",
                                     archive, series.id, pocket, source, ids_of(series));
    if (rows.empty()) return std::nullopt;
    KnownSuite known;
    Row row = rows[0];
    row >> known.source >> known.file >> known.etag >> known.modified;
    return known;
}

void forget_suite(Database& database, ArchiveId archive, DistroSeriesId series, Pocket pocket) {
    database.execute(
        "DELETE FROM archivesuite WHERE archive = $1 AND distroseries = $2 "
        "AND pocket = $3::packagepublishingpocket",
        archive, series, pocket);
}

void note_suite(Transaction& transaction, ArchiveId archive,
                const RefreshableArchive::Series& series, Pocket pocket, const KnownSuite& suite) {
    transaction.execute(R"(
        INSERT INTO archivesuite (archive, distroseries, pocket, source, file, etag, modified)
        VALUES ($1, $2, $3::packagepublishingpocket, $4, $5, $6, $7)
        ON CONFLICT (archive, distroseries, pocket) DO UPDATE SET source = excluded.source,
            file = excluded.file, etag = excluded.etag, modified = excluded.modified)",
                        archive, series.id, pocket, suite.source, suite.file, suite.etag,
                        suite.modified);
    // One that is enabled later was not read of this Release.
    transaction.execute(R"(
        DELETE FROM archiveindex USING distroarchseries das
        WHERE das.id = distroarchseries AND das.distroseries = $2 AND archive = $1
            AND pocket = $3::packagepublishingpocket AND das.id <> ALL ($4::bigint[]))",
                        archive, series.id, pocket, ids_of(series));
}

std::map<std::string, std::string> known_components(Database& database, const BinaryPlace& place) {
    std::map<std::string, std::string> known;
    for (Row row : database.query(R"(
             SELECT component, digest FROM archivecomponent
             WHERE archive = $1 AND distroarchseries = $2 AND pocket = $3::packagepublishingpocket)",
                                  place.archive, place.arch, place.pocket)) {
        std::string component, digest;
        row >> component >> digest;
        known[component] = digest;
    }
    return known;
}

void note_refresh(Database& database, const BinaryPlace& place, AskedAt asked) {
    const auto age = std::chrono::ceil<std::chrono::seconds>(AskedAt::clock::now() - asked);
    database.execute(R"(
        INSERT INTO archiveindex (archive, distroarchseries, pocket, refreshed)
        VALUES ($1, $2, $3::packagepublishingpocket, clock_timestamp() - make_interval(secs => $4::bigint))
        ON CONFLICT (archive, distroarchseries, pocket)
            DO UPDATE SET refreshed = excluded.refreshed)",
                     place.archive, place.arch, place.pocket, age.count());
}

}  // namespace buildd::db
