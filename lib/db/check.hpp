// `db check`: what in the database contradicts itself.
#pragma once

#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/library.hpp"

namespace buildd::db {

// One sentence each; empty: nothing found.
std::vector<std::string> find_inconsistencies(Database& database);

// Mends what follows from the rest of the tables: the group of builders that a job is kept in, the
// family of an architecture. One sentence for each row; within the caller's transaction.
std::vector<std::string> mend(Transaction& transaction);

// Architectures of series ("ubuntu/hoary/i386") that are enabled.
std::vector<std::string> enabled_architectures(Database& database);

// A page of the librarian's files by id, after `after`, for comparison with the disk.
std::vector<LibraryFile> library_page(Database& database, LibraryFileId after, int limit);

}  // namespace buildd::db
