#include "db/publish.hpp"

#include "db/build_columns.hpp"
#include "db/library.hpp"

namespace buildd::db {

namespace {

struct BinaryColumns {
    std::vector<std::string> names, versions, architectures, types, provides, multiarchs;
    std::vector<LibraryFileId> files;
};

BinaryColumns columns_of(const std::vector<NewBinary>& binaries) {
    BinaryColumns columns;
    for (const auto& binary : binaries) {
        columns.names.push_back(binary.name);
        columns.versions.push_back(binary.version);
        columns.architectures.push_back(binary.architecture);
        columns.types.push_back(binary.file_type);
        columns.provides.push_back(binary.provides);
        columns.multiarchs.push_back(binary.multiarch);
        columns.files.push_back(binary.file.id);
    }
    return columns;
}

void insert_binaries(Transaction& transaction, BuildId build,
                     const std::vector<NewBinary>& binaries) {
    std::vector<LibraryFile> files;
    for (const auto& binary : binaries) files.push_back(binary.file);
    insert_library_files(transaction, files);
    const BinaryColumns columns = columns_of(binaries);
    transaction.execute(R"(
        INSERT INTO binarypackagename (name) SELECT DISTINCT * FROM unnest($1::text[]) ORDER BY 1
        ON CONFLICT DO NOTHING)",
                        columns.names);
    static const std::string release_sql = R"(
        WITH new AS (
            SELECT bpn.id AS named, new.* FROM unnest($2::text[], $3::text[], $4::text[],
                    $5::text[], $6::text[], $7::text[], $8::bigint[])
                AS new (name, version, architecture, filetype, provides, multiarch, file)
                JOIN binarypackagename bpn ON bpn.name = new.name),
        release AS (
            INSERT INTO binarypackagerelease (build, binarypackagename, version, architecture,
                filetype, component, provides, multiarch)
            SELECT build.id, new.named, new.version, new.architecture, new.filetype,
                coalesce(current.id, spr.component), new.provides,
                nullif(new.multiarch, '')
            FROM new, build)" + build_joins +
                                           R"(
            WHERE build.id = $1
            RETURNING id, binarypackagename, filetype)
        INSERT INTO binarypackagefile (binarypackagerelease, libraryfile)
        SELECT release.id, new.file FROM release
            JOIN new ON new.named = release.binarypackagename AND new.filetype = release.filetype)";
    transaction.execute(release_sql.c_str(), build, columns.names, columns.versions,
                        columns.architectures, columns.types, columns.provides, columns.multiarchs,
                        columns.files);
}

}  // namespace

std::optional<UploadTarget> read_upload_target(Database& database, BuildId build) {
    static const std::string sql = "SELECT coalesce(build.upload_leaf, ''), " + build_columns +
                                   " FROM build " + build_joins + " WHERE build.id = $1";
    const Rows rows = database.query(sql.c_str(), build);
    if (rows.empty()) return std::nullopt;
    UploadTarget target;
    Row row = rows[0];
    row >> target.leaf;
    target.build = read_build(row);
    return target;
}

std::vector<std::string> names_taken(Database& database, ArchiveId archive,
                                     const std::vector<UploadedFile>& files) {
    std::vector<std::string> names, sums, taken;
    for (const auto& file : files) {
        names.push_back(file.name);
        sums.push_back(file.sha256);
    }
    // Looked up file by file: of two EXISTS the server would hash all that the archive holds.
    for (Row row : database.query(R"(
             SELECT DISTINCT new.name FROM unnest($2::text[], $3::text[]) AS new (name, sha256)
                 JOIN libraryfilealias lfa ON lfa.filename = new.name
                 JOIN libraryfilecontent lfc ON lfc.id = lfa.content AND lfc.sha256 <> new.sha256
                 CROSS JOIN LATERAL (
                     SELECT FROM binarypackagefile bpf
                         JOIN binarypackagerelease bpr ON bpr.id = bpf.binarypackagerelease
                     WHERE bpf.libraryfile = lfa.id AND bpr.archive = $1
                     UNION ALL
                     SELECT FROM sourcepackagereleasefile sprf
                         JOIN sourcepackagepublishinghistory spph
                             ON spph.sourcepackagerelease = sprf.sourcepackagerelease
                     WHERE sprf.libraryfile = lfa.id AND spph.archive = $1
                     LIMIT 1) holder
             ORDER BY 1)",
                                  archive, names, sums))
        taken.push_back(row.get<std::string>());
    return taken;
}

std::vector<std::string> already_published(Database& database, ArchiveId archive,
                                           const std::vector<NewBinary>& binaries) {
    const BinaryColumns columns = columns_of(binaries);
    std::vector<std::string> found;
    for (Row row : database.query(R"(
             SELECT format('%s %s %s (%s)', bpn.name, bpr.version, bpr.architecture, bpr.filetype)
             FROM unnest($2::text[], $3::text[], $4::text[], $5::text[])
                     AS new (name, version, architecture, filetype)
                 JOIN binarypackagename bpn ON bpn.name = new.name
                 JOIN binarypackagerelease bpr ON bpr.binarypackagename = bpn.id
                     AND bpr.version = new.version AND bpr.architecture = new.architecture
                     AND bpr.filetype = new.filetype
             WHERE bpr.archive = $1)",
                                  archive, columns.names, columns.versions, columns.architectures,
                                  columns.types))
        found.push_back(row.get<std::string>());
    return found;
}

bool publish(Transaction& transaction, const UploadTarget& target,
             const std::vector<NewBinary>& binaries) {
    const bool waits = transaction.execute_one(
        "UPDATE build SET buildstate = 'FULLYBUILT' "
        "WHERE id = $1 AND upload_leaf = $2 AND buildstate = 'UPLOADING'",
        target.build.id, target.leaf);
    if (!waits) return false;
    insert_binaries(transaction, target.build.id, binaries);
    transaction.execute("DELETE FROM binaryclaim WHERE build = $1", target.build.id);
    return true;
}

}  // namespace buildd::db
