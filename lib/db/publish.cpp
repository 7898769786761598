#include "db/publish.hpp"

#include "db/build_columns.hpp"
#include "db/library.hpp"

namespace buildd::db {

namespace {

struct BinaryKeys {
    std::vector<std::string> names, versions, architectures;
};

BinaryKeys keys_of(const std::vector<NewBinary>& binaries) {
    BinaryKeys keys;
    for (const auto& binary : binaries) {
        keys.names.push_back(binary.name);
        keys.versions.push_back(binary.version);
        keys.architectures.push_back(binary.architecture);
    }
    return keys;
}

void insert_binary(Database& database, BuildId build, const NewBinary& binary) {
    insert_library_file(database, binary.file);
    database.execute("INSERT INTO binarypackagename (name) VALUES ($1) ON CONFLICT DO NOTHING",
                     binary.name);
    static const std::string release_sql = R"(
        WITH release AS (
            INSERT INTO binarypackagerelease
                (build, binarypackagename, version, architecture, component, provides)
            SELECT build.id, bpn.id, $3, $4, coalesce(current.id, spr.component), $5
            FROM binarypackagename bpn, build)" +
                                           build_joins + R"(
            WHERE build.id = $1 AND bpn.name = $2
            RETURNING id)
        INSERT INTO binarypackagefile (binarypackagerelease, libraryfile)
        SELECT release.id, $6 FROM release)";
    database.execute(release_sql.c_str(), build, binary.name, binary.version, binary.architecture,
                     binary.provides, binary.file.id);
}

}  // namespace

std::optional<UploadTarget> read_upload_target(Database& database, BuildId build) {
    static const std::string sql =
        "SELECT coalesce(build.upload_leaf, ''), spr.architecturehintlist, "
        "distroseries.nominatedarchindep IS NOT DISTINCT FROM das.id, " +
        build_columns + " FROM build " + build_joins + " WHERE build.id = $1";
    const Rows rows = database.query(sql.c_str(), build);
    if (rows.empty()) return std::nullopt;
    UploadTarget target;
    Row row = rows[0];
    row >> target.leaf >> target.architecture_hints >> target.nominated;
    target.build = read_build(row);
    return target;
}

std::vector<std::string> already_published(Database& database, ArchiveId archive,
                                           const std::vector<NewBinary>& binaries) {
    const BinaryKeys keys = keys_of(binaries);
    std::vector<std::string> found;
    for (Row row : database.query(R"(
             SELECT concat_ws(' ', bpn.name, bpr.version, bpr.architecture)
             FROM unnest($2::text[], $3::text[], $4::text[]) AS new (name, version, architecture)
                 JOIN binarypackagename bpn ON bpn.name = new.name
                 JOIN binarypackagerelease bpr ON bpr.binarypackagename = bpn.id
                     AND bpr.version = new.version AND bpr.architecture = new.architecture
             WHERE bpr.archive = $1)",
                                  archive, keys.names, keys.versions, keys.architectures))
        found.push_back(row.get<std::string>());
    return found;
}

bool publish(Database& database, const UploadTarget& target,
             const std::vector<NewBinary>& binaries) {
    Transaction transaction(database);
    const bool waits = database.execute(
                           "UPDATE build SET buildstate = 'FULLYBUILT' "
                           "WHERE id = $1 AND upload_leaf = $2 AND buildstate = 'UPLOADING'",
                           target.build.id, target.leaf) == 1;
    if (!waits) return false;
    for (const auto& binary : binaries) insert_binary(database, target.build.id, binary);
    transaction.commit();
    return true;
}

}  // namespace buildd::db
