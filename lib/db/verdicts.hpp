// PACKAGEFAIL that is doubted because of its builder.
#pragma once

#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/ids.hpp"
#include "model/mail.hpp"

namespace buildd::db {

// A build whose failure was told and is taken back.
struct AskedAgain {
    BuildId build;
    std::vector<Recipient> told;  // that it failed
};

// What this builder's PACKAGEFAIL of the last two hours has made FAILEDTOBUILD needs building
// again, in its old place in the queue; no build twice unless a person retried it meanwhile, and
// none that is superseded, made elsewhere or has another attempt by now. `why` stands in the
// attempts. Within the caller's transaction.
std::vector<AskedAgain> ask_verdicts_again(Transaction& transaction, BuilderId builder,
                                           const std::string& why);

// Each of the builds, with those who have been told of the end of its last attempt.
std::vector<AskedAgain> who_was_told(Database& database, const std::vector<BuildId>& builds);

// Builds that ended well on it in the last two hours, the newest first.
std::vector<BuildId> built_well(Database& database, BuilderId builder);

}  // namespace buildd::db
