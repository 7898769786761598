// `db check`: what in the database contradicts itself.
#pragma once

#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/library.hpp"

namespace buildd::db {

// One sentence each; empty: nothing found.
std::vector<std::string> find_inconsistencies(Database& database);

// A page of the librarian's files by id, after `after`, for comparison with the disk.
std::vector<LibraryFile> library_page(Database& database, LibraryFileId after, int limit);

}  // namespace buildd::db
