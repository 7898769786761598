#include "db/library.hpp"

namespace buildd::db {

namespace {

struct FileColumns {
    std::vector<std::string> sha1s, sha256s, md5s, names, types;
    std::vector<std::uint64_t> sizes;
    std::vector<LibraryFileId> ids;
    std::vector<bool> restricted;
};

FileColumns columns_of(const std::vector<LibraryFile>& files) {
    FileColumns columns;
    for (const auto& file : files) {
        columns.sha1s.push_back(file.digests.sha1);
        columns.sha256s.push_back(file.digests.sha256);
        columns.md5s.push_back(file.digests.md5);
        columns.sizes.push_back(file.digests.size);
        columns.ids.push_back(file.id);
        columns.names.push_back(file.filename);
        columns.types.push_back(file.mimetype);
        columns.restricted.push_back(file.restricted);
    }
    return columns;
}

}  // namespace

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

void insert_library_file(Transaction& transaction, const LibraryFile& file) {
    insert_library_files(transaction, {file});
}

// In one order, so that no two wait for each other.
void insert_library_files(Transaction& transaction, const std::vector<LibraryFile>& files) {
    if (files.empty()) return;
    const FileColumns columns = columns_of(files);
    transaction.execute(R"(
        INSERT INTO libraryfilecontent (sha1, sha256, md5, filesize)
        SELECT DISTINCT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) ORDER BY 2
        ON CONFLICT (sha256, sha1, md5, filesize) DO NOTHING)",
                        columns.sha1s, columns.sha256s, columns.md5s, columns.sizes);
    transaction.execute(R"(
        INSERT INTO libraryfilealias (id, content, filename, mimetype, restricted)
        SELECT new.id, content.id, new.name, new.type, new.restricted
        FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[],
                $7::text[], $8::boolean[])
            AS new (sha1, sha256, md5, filesize, id, name, type, restricted)
            JOIN libraryfilecontent content USING (sha256, sha1, md5, filesize))",
                        columns.sha1s, columns.sha256s, columns.md5s, columns.sizes, columns.ids,
                        columns.names, columns.types, columns.restricted);
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
    return database.execute_one(
        "UPDATE libraryfilealias SET filename = $3 WHERE id = $1 AND filename = $2", file.id,
        file.filename, name);
}

}  // namespace buildd::db
