// Claims: what an upload publishes, written down before its publish_command tells the world.
//
// A claim ends with the transaction that publishes (publish.hpp), or is given back when it is known
// that nothing of it was published.
#pragma once

#include <string>
#include <vector>

#include "db/publish.hpp"

namespace buildd::db {

struct Claiming {
    bool waits = false;                // the build waits for its leaf
    bool fresh = false;                // it had no claim of this leaf before, nor met another's
    bool earlier = false;              // an earlier try had claimed for this leaf
    std::vector<std::string> reasons;  // against it: what others claim or the archive holds
};

// On every one of `binaries`, for the leaf that the build waits for; those of `binaries` that it
// has claimed before stay. Within the caller's transaction, to be committed only if it waits and
// there are no reasons. `files`: as names_taken() has them. Throws Failure(busy) where another's
// claim ended just now: then the next try tells.
Claiming claim(Transaction& transaction, const UploadTarget& target,
               const std::vector<NewBinary>& binaries, const std::vector<UploadedFile>& files);

void give_back_claims(Database& database, BuildId build, const std::string& leaf);

bool has_claims(Database& database, BuildId build);

// The leaves that claims were made for.
std::vector<std::string> claimed_leaves(Database& database);

// Why the archive cannot take them, in words; empty: it can.
std::vector<std::string> why_not_new(Database& database, const ArchiveFacts& archive,
                                     const std::vector<NewBinary>& binaries,
                                     const std::vector<UploadedFile>& files);

}  // namespace buildd::db
