// Archives as an admin adds and sets them (buildd-master(1), `archive …`); setup.hpp says what add
// and set have in common.
#pragma once

#include <optional>
#include <string>

#include "db/archive_pockets.hpp"
#include "db/database.hpp"
#include "db/setup.hpp"
#include "db/values.hpp"

namespace buildd::db {

// An empty text means: none.
struct ArchiveWish {
    std::string distribution, name;
    std::optional<ArchivePurpose> purpose;
    std::optional<std::string> url, owner, signing_key, external_lines, components;
    std::optional<bool> is_private, debug_symbols, rebuild;
    std::optional<int> score;
    std::optional<std::string> max_running = {};  // a number; "": no limit
    PocketWishes pockets = {};
};
// A new one needs purpose and url, a PPA an owner.
Change add_archive(Database& database, const ArchiveWish& wish);

// Pending jobs follow the purpose. Throws Failure(busy) when purpose or owner are to change while a
// build of it is on a builder or being uploaded, for it was placed by what they were. Where it
// becomes private, or public again, its files are to be moved then (farm/moves.hpp).
Values set_archive(Database& database, const ArchiveWish& wish);

}  // namespace buildd::db
