// Which untrusted builders are reset, and why. Pure.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "model/builder.hpp"
#include "policy/obstacles.hpp"

namespace buildd::policy {

// It is well but not CLEAN, takes no job before its host was reset, and need not answer until then:
// passes leave it alone.
bool waits_for_reset(const BuilderFacts& builder, const ResetRules& rules);

struct ResetPlan {
    std::vector<const BuilderFacts*> due;
    std::size_t held_back = 0;  // silent ones that are not reset, since it may be our network
};

// `builders`: all untrusted ones that no person has put out of use. Due are those that wait for a
// reset, and those that were silent in two passes, once for each failed probe; of these none while
// a third of all fell silent together, within the last hour.
ResetPlan plan_resets(const std::deque<BuilderFacts>& builders, const ResetRules& rules);

}  // namespace buildd::policy
