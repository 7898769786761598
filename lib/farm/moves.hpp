// What remains to be done where an archive has become private or public (db/privacy.hpp): who may
// read its leaves, and where its files lie.
#pragma once

#include "base/settings.hpp"
#include "db/database.hpp"
#include "librarian/librarian.hpp"

namespace buildd::farm {

// Every leaf and job folder gets the access that its archive has now. What cannot be changed is an
// error, when all the others are done; so it is with files.
Result<void> give_access_to_leaves(const Settings& settings, db::Database& database);

// At most `most` files. Safe beside whoever stores and renames them, and to be run again: what is
// not done stays to be done, and comes first the next time.
Result<void> move_files(db::Database& database, const Librarian& librarian, int most);

// Both, when there is a file to be moved.
Result<void> finish_moves(const Settings& settings, db::Database& database,
                          const Librarian& librarian, int most);

}  // namespace buildd::farm
