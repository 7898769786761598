// What remains to be done where an archive has become private or public (db/privacy.hpp): who may
// read its leaves, and where its files lie.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/settings.hpp"
#include "db/database.hpp"
#include "librarian/librarian.hpp"

namespace buildd::farm {

// Every leaf and job folder gets the access that its archive has now. What cannot be changed is an
// error, when all the others are done; so it is with files.
Result<void> give_access_to_leaves(const Settings& settings, db::Database& database);

// Those of private archives that others can read, or what cannot be looked at, and why.
std::vector<std::string> open_leaves(const Settings& settings, db::Database& database);

using MoveClock = std::chrono::steady_clock;
// At least some files, and no more when `end` is over. Safe beside whoever stores and renames them,
// and to be run again: what is not done stays to be done, and comes first the next time.
Result<void> move_files(db::Database& database, const Librarian& librarian,
                        MoveClock::time_point end);

// Both, when there is a file to be moved.
Result<void> finish_moves(const Settings& settings, db::Database& database,
                          const Librarian& librarian, MoveClock::time_point end);

}  // namespace buildd::farm
