#include "db/archive_binaries.hpp"

#include <fmt/format.h>

#include "db/bulk.hpp"
#include "db/places.hpp"

namespace buildd::db {

namespace {

constexpr std::size_t batch = 2000;

void require_archives(Database& database, const std::vector<std::string>& names) {
    for (Row row : database.query(R"(
             SELECT wanted FROM unnest($1::text[]) AS wanted WHERE NOT EXISTS (
                 SELECT 1 FROM archive JOIN distribution ON distribution.id = archive.distribution
                 WHERE wanted IN (distribution.name || '/' || archive.name, archive.id::text)))",
                                  names))
        throw Failure(
            ExitStatus::usage,
            fmt::format("there is no archive '{}': name it as DISTRO/NAME, or add it with "
                        "'buildd-master archive add'",
                        one_line(row.get<std::string>())));
}

// The statements of a replacement; $4 and $5 bound a batch by name, and so the harm of a plan for a
// table that is remembered as empty. Rows that stay as they are are not even locked.
constexpr const char* remove_old = R"(
    DELETE FROM archivebinary old
    WHERE archive = $1 AND distroarchseries = $2 AND pocket = $3::packagepublishingpocket
        AND name > $4 AND ($5::text IS NULL OR name <= $5) AND component = $6
        AND NOT EXISTS (SELECT 1 FROM staged_binary new
            WHERE new.name = old.name AND new.version = old.version))";
constexpr const char* change_old = R"(
    UPDATE archivebinary old SET provides = new.provides, multiarch = new.multiarch
    FROM staged_binary new
    WHERE archive = $1 AND distroarchseries = $2 AND pocket = $3::packagepublishingpocket
        AND new.name = old.name AND new.version = old.version
        AND old.name > $4 AND ($5::text IS NULL OR old.name <= $5)
        AND new.name > $4 AND ($5::text IS NULL OR new.name <= $5)
        AND old.component = $6
        AND (new.provides, new.multiarch) IS DISTINCT FROM (old.provides, old.multiarch))";
constexpr const char* add_new = R"(
    INSERT INTO archivebinary (archive, distroarchseries, pocket, name, version, provides,
        component, multiarch)
    SELECT $1, $2, $3::packagepublishingpocket, name, version, provides, $6, multiarch
    FROM staged_binary WHERE name > $4 AND ($5::text IS NULL OR name <= $5)
    ON CONFLICT DO NOTHING)";
constexpr const char* batch_ends = R"(
    SELECT name FROM (SELECT name, row_number() OVER (ORDER BY name) AS number FROM staged_binary) s
    WHERE number % $1 = 0 ORDER BY number)";

void note_component(Database& database, const BinaryPlace& place, const std::string& component,
                    const std::string& digest) {
    database.execute(R"(
        INSERT INTO archivecomponent (archive, distroarchseries, pocket, component, digest)
        VALUES ($1, $2, $3::packagepublishingpocket, $4, $5)
        ON CONFLICT (archive, distroarchseries, pocket, component)
            DO UPDATE SET digest = excluded.digest)",
                     place.archive, place.arch, place.pocket, component, digest);
}

void forget_component(Database& database, const BinaryPlace& place, const std::string& component) {
    database.execute(
        "DELETE FROM archivecomponent WHERE archive = $1 AND distroarchseries = $2 "
        "AND pocket = $3::packagepublishingpocket AND component = $4",
        place.archive, place.arch, place.pocket, component);
}

}  // namespace

std::vector<RefreshableArchive> archives_to_refresh(Database& database,
                                                    const std::vector<std::string>& names) {
    require_archives(database, names);
    std::vector<RefreshableArchive> archives;
    for (Row row : database.query(R"(
             SELECT archive.id, distribution.name || '/' || archive.name, archive.purpose, archive.url,
                 coalesce(archive.signing_key, ''), coalesce(archive.external_lines, ''),
                 distroseries.id, distroseries.name, das.id, das.architecturetag
             FROM archive JOIN distribution ON distribution.id = archive.distribution
                 JOIN distroseries ON distroseries.distribution = distribution.id
                 JOIN distroarchseries das ON das.distroseries = distroseries.id AND das.enabled
             WHERE CASE WHEN cardinality($1::text[]) = 0 THEN archive.enabled
                 ELSE ARRAY[distribution.name || '/' || archive.name, archive.id::text]
                     && $1::text[] END
             ORDER BY distribution.name, archive.name, distroseries.id, das.architecturetag)",
                                  names)) {
        RefreshableArchive archive;
        RefreshableArchive::Series series;
        RefreshableArchive::Architecture architecture;
        row >> archive.id >> archive.name >> archive.purpose >> archive.url >>
            archive.signing_key >> archive.external_lines >> series.id >> series.name >>
            architecture.id >> architecture.tag;
        if (archives.empty() || archives.back().id != archive.id) archives.push_back(archive);
        auto& all = archives.back().series;
        if (all.empty() || all.back().id != series.id) all.push_back(series);
        all.back().architectures.push_back(architecture);
    }
    std::vector<ArchiveId> ids;
    for (const auto& archive : archives) ids.push_back(archive.id);
    const PlaceBook book(database, ids);
    for (auto& archive : archives)
        for (auto& series : archive.series) series.places = book.of(archive.id, series.name);
    return archives;
}

BinaryStage::BinaryStage(Database& database) : database_(database) {
    database_.script(R"(
        CREATE TEMPORARY TABLE IF NOT EXISTS staged_binary (name text NOT NULL,
            version text NOT NULL, provides text NOT NULL, multiarch text NOT NULL, PRIMARY KEY (name, version));
        TRUNCATE staged_binary)");
}

void BinaryStage::add(IndexedBinary binary) {
    names_.push_back(std::move(binary.name));
    versions_.push_back(std::move(binary.version));
    provides_.push_back(std::move(binary.provides));
    multiarchs_.push_back(std::move(binary.multiarch));
    if (names_.size() >= batch) flush();
}

void BinaryStage::flush() {
    if (names_.empty()) return;
    database_.execute(
        "INSERT INTO staged_binary SELECT * FROM unnest($1::text[], $2::text[], $3::text[], "
        "$4::text[]) ON CONFLICT DO NOTHING",
        names_, versions_, provides_, multiarchs_);
    for (auto* column : {&names_, &versions_, &provides_, &multiarchs_}) column->clear();
}

BinaryChanges BinaryStage::replace(const BinaryPlace& place, const std::string& component,
                                   const std::string& digest, const Progress& progress) {
    flush();
    database_.script("ANALYZE staged_binary");
    BinaryChanges changes;
    changes.binaries = database_.query("SELECT count(*) FROM staged_binary")[0].get<std::int64_t>();
    std::vector<std::optional<std::string>> ends;
    for (Row row : database_.query(batch_ends, batch)) ends.emplace_back(row.get<std::string>());
    ends.emplace_back();  // and all that comes after
    Transaction transaction(database_);
    std::string after;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        replace_batch(place, component, after, ends[i], changes);
        progress(i + 1, ends.size());
        after = ends[i].value_or("");
    }
    if (digest.empty() && changes.binaries == 0)
        forget_component(database_, place, component);
    else
        note_component(database_, place, component, digest);
    transaction.commit();
    if (changes.added >= worth_counting) analyze_table(database_, "archivebinary");
    return changes;
}

void BinaryStage::replace_batch(const BinaryPlace& place, const std::string& component,
                                const std::string& after, const std::optional<std::string>& end,
                                BinaryChanges& changes) {
    const auto run = [&](const char* sql) {
        return database_.execute(sql, place.archive, place.arch, place.pocket, after, end,
                                 component);
    };
    changes.removed += run(remove_old);
    changes.changed += run(change_old);
    changes.added += run(add_new);
}

}  // namespace buildd::db
