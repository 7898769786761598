// Writing the mails about a build into the outbox (spec: behaviour §10).
#pragma once

#include <string>

#include "farm/farm.hpp"
#include "model/ids.hpp"

namespace buildd::farm {

// Within the caller's transaction, after the build's row has its final form. `detail`: why, where
// the state does not say it; `upload_log`: for FAILEDTOUPLOAD. `admins_alone`: it is no matter of
// the package.
void queue_mails(const Farm& farm, BuildId build, const std::string& detail,
                 const std::string& upload_log, bool admins_alone = false);

}  // namespace buildd::farm
