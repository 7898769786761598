// Writing the mails about a build into the outbox (spec: behaviour §10).
#pragma once

#include <string>

#include "farm/farm.hpp"
#include "model/ids.hpp"

namespace buildd::farm {

// What the database does not hold.
struct MailTexts {
    std::string detail;      // why, where the state does not say it
    std::string upload_log;  // for FAILEDTOUPLOAD
    std::string log_tail;    // the last lines of the build log; empty: none
};

// Within the caller's transaction, after the build's row has its final form. `admins_alone`: it is
// no matter of the package.
void queue_mails(const Farm& farm, BuildId build, const MailTexts& texts,
                 bool admins_alone = false);

}  // namespace buildd::farm
