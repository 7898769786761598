// Files of archives that become private or public. A file is restricted when all archives that it
// is of are private (view libraryfilearchive); triggers have what is stored meanwhile follow.
#pragma once

#include <map>
#include <vector>

#include "db/database.hpp"
#include "model/ids.hpp"

namespace buildd::db {

// Until the end of the caller's transaction no archive becomes private or public and no file comes
// to one; before one is changed. Of all archives, for they share files.
void hold_privacy_of_all(Transaction& transaction);
// In the same transaction, once it is changed: its files are restricted, or not, and are to be
// moved.
void have_files_follow(Transaction& transaction, ArchiveId archive);

// A file that is to be moved, and whether to where only its group reads.
struct FileMove {
    LibraryFileId file;
    bool restricted = false;
};
bool is_to_be_moved(Database& database, LibraryFileId file);
// In the order of their ids, those above `after`.
std::vector<FileMove> files_to_move(Database& database, LibraryFileId after, int limit);
// They lie there now. What has changed again is still to be moved.
void have_moved(Database& database, const std::vector<FileMove>& moves);

// Of those builds that there are: whether their archives are private.
std::map<BuildId, bool> privacy_of(Database& database, const std::vector<BuildId>& builds);

}  // namespace buildd::db
