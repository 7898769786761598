// A builder that works on a job which is not ours is freed (spec: behaviour §3, "Rescue").
#pragma once

#include "farm/builder_context.hpp"

namespace buildd::farm {

// By what its status says, which must be known or to be had. Keeps the clock of one that aborts
// such a job, and fails it in the end.
net::Task<> rescue_if_lost(BuilderContext context);

}  // namespace buildd::farm
