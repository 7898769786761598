// What an admin may do with a build in its state (spec: behaviour §1). Pure.
//
// Errors are the clause that follows "build 8 ".
#pragma once

#include <optional>

#include "base/result.hpp"
#include "model/build.hpp"

namespace buildd::policy {

// A failed build, or a pending one that was left to a person.
Result<void> check_retry(const BuildFacts& build, const Clashes& clashes);

// One whose job waits: to be held, or released.
Result<void> check_hold(const BuildFacts& build, bool has_job, bool running);

// The state that follows; CANCELLING stays as it is.
Result<BuildState> cancelled(const BuildFacts& build);

// `active`: as in Clashes.
Result<void> check_reupload(const BuildFacts& build, const std::optional<BuildId>& active);

}  // namespace buildd::policy
