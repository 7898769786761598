#include "db/library.hpp"

namespace buildd::db {

std::vector<LibraryFileId> new_file_ids(Database& database, std::size_t count) {
    std::vector<LibraryFileId> ids;
    if (count == 0) return ids;
    const Rows rows = database.query(
        "SELECT nextval(pg_get_serial_sequence('libraryfilealias', 'id')) "
        "FROM generate_series(1, $1::bigint)",
        count);
    for (Row row : rows) ids.push_back(row.get<LibraryFileId>());
    return ids;
}

void insert_library_file(Database& database, const LibraryFile& file) {
    const FileDigests& d = file.digests;
    database.execute(R"(
        INSERT INTO libraryfilecontent (sha1, sha256, md5, filesize) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING)",
                     d.sha1, d.sha256, d.md5, d.size);
    database.execute(R"(
        INSERT INTO libraryfilealias (id, content, filename, mimetype, restricted)
        SELECT $5, id, $6, $7, $8 FROM libraryfilecontent
        WHERE sha1 = $1 AND sha256 = $2 AND md5 = $3 AND filesize = $4)",
                     d.sha1, d.sha256, d.md5, d.size, file.id, file.filename, file.mimetype,
                     file.restricted);
}

std::map<LibraryFileId, std::string> file_names(Database& database,
                                                const std::vector<LibraryFileId>& ids) {
    std::map<LibraryFileId, std::string> names;
    const Rows rows = database.query(
        "SELECT id, filename FROM libraryfilealias WHERE id = ANY ($1::bigint[])", ids);
    for (Row row : rows) {
        const auto id = row.get<LibraryFileId>();
        row >> names[id];
    }
    return names;
}

LibraryFile read_library_columns(Row& row) {
    LibraryFile file;
    std::int64_t size = 0;
    row >> file.id >> file.filename >> file.mimetype >> file.restricted >> file.digests.md5 >>
        file.digests.sha1 >> file.digests.sha256 >> size;
    file.digests.size = static_cast<std::uint64_t>(size);
    return file;
}

std::optional<LibraryFile> read_library_file(Database& database, LibraryFileId id) {
    static const std::string sql = std::string("SELECT ") + library_columns +
                                   " FROM libraryfilealias lfa JOIN libraryfilecontent lfc "
                                   "ON lfc.id = lfa.content WHERE lfa.id = $1";
    const Rows rows = database.query(sql.c_str(), id);
    if (rows.empty()) return std::nullopt;
    Row row = rows[0];
    return read_library_columns(row);
}

bool rename_library_file(Database& database, const LibraryFile& file, const std::string& name) {
    return database.execute(
               "UPDATE libraryfilealias SET filename = $3 WHERE id = $1 AND filename = $2", file.id,
               file.filename, name) == 1;
}

}  // namespace buildd::db
