// Rows of the librarian's files.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/library.hpp"

namespace buildd::db {

// `count` fresh ids from the sequence. Outside any transaction of the rows that will use them.
std::vector<LibraryFileId> new_file_ids(Database& database, std::size_t count);

void insert_library_file(Transaction& transaction, const LibraryFile& file);
void insert_library_files(Transaction& transaction, const std::vector<LibraryFile>& files);

// The file names of those ids that exist.
std::map<LibraryFileId, std::string> file_names(Database& database,
                                                const std::vector<LibraryFileId>& ids);

std::optional<LibraryFile> read_library_file(Database& database, LibraryFileId id);

// Guarded by the old name.
bool rename_library_file(Database& database, const LibraryFile& file, const std::string& name);

// The columns of a LibraryFile, for queries that join libraryfilealias `lfa` and
// libraryfilecontent `lfc`.
inline constexpr const char* library_columns =
    "lfa.id, lfa.filename, lfa.mimetype, lfa.restricted, lfc.md5, lfc.sha1, lfc.sha256, "
    "lfc.filesize";
LibraryFile read_library_columns(Row& row);

}  // namespace buildd::db
