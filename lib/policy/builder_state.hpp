// What a builder is just now: for dispatch, `queue why`, `status`, metrics and lists alike. The
// database has the same rules in the view builder_now; a test compares the two.
#pragma once

#include <string>

#include "model/builder.hpp"

namespace buildd::policy {

BuilderState builder_state(const BuilderFacts& builder);

// What it said last; until it has said it, what it was added as.
const std::string& architecture_of(const BuilderFacts& builder);

}  // namespace buildd::policy
