// Where the pockets of an archive are, as an admin says it (buildd-master(1), `archive set
// --pocket`).
#pragma once

#include <string>
#include <vector>

#include "db/database.hpp"
#include "db/values.hpp"

namespace buildd::db {

struct PocketWish {
    std::string series;  // empty: every series of its distribution
    Pocket pocket = Pocket::RELEASE;
    bool absent = false;
    std::string url, suite, components;  // empty: as usual

    // "default", "absent" or "URL,SUITE,COMPONENTS".
    std::string text() const;
};
using PocketWishes = std::vector<PocketWish>;

// What they are now and are wanted to be, of an archive that there is. Throws Failure(usage) for a
// series that there is not, a suite that would be the same in several series, and a pocket that is
// said twice.
Values pocket_values(Database& database, std::int64_t archive, PocketWishes wishes);

// Within the caller's transaction, which holds the archive's row.
void put_pockets(Transaction& transaction, std::int64_t archive, PocketWishes wishes);

}  // namespace buildd::db
