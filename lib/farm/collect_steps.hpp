// What collect does about a job, once that is decided (spec: behaviour §4).
#pragma once

#include "farm/builder_context.hpp"
#include "farm/turn.hpp"
#include "policy/collect.hpp"

namespace buildd::farm {

struct CollectContext {
    BuilderContext base;
    Turn& turn;  // to have the builder's results and log taken; not had yet
};

// Throws worker::Cut where the pass is over before all is done, and db::StatementError.
net::Task<> apply_decision(CollectContext context, policy::CollectDecision decision);

}  // namespace buildd::farm
