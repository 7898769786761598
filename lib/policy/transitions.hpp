// The legal changes of a build's state (spec: behaviour §1, L30). The database enforces the same
// table (lib/db/schema/005-builds.sql); a test compares the two.
#pragma once

#include "model/labels.hpp"

namespace buildd::policy {

bool may_change(BuildState from, BuildState to);

// States that `build retry` brings back to NEEDSBUILD.
bool may_retry(BuildState state);

}  // namespace buildd::policy
