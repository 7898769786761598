#include "policy/reset.hpp"

#include <algorithm>

namespace buildd::policy {

namespace {

using std::chrono::seconds;

constexpr int silent_passes = 2;
constexpr seconds together{300};
constexpr seconds trouble_lasts{3600};  // a network; a host that was switched off stays so

bool can_be_reset(const BuilderFacts& builder, const ResetRules& rules) {
    return rules.has_command && !builder.trusted && !builder.manual && !builder.failed_for_person &&
           !builder.job && builder.family_has_chroot;
}

bool is_silent(const BuilderFacts& builder, const ResetRules& rules) {
    return can_be_reset(builder, rules) && !builder.ok && builder.silent_probes >= silent_passes;
}

// The most that fell silent within one stretch of time. One alone is no trouble of the network.
bool fell_silent_together(const std::deque<BuilderFacts>& builders) {
    std::vector<seconds> times;
    for (const auto& builder : builders)
        if (builder.silent && *builder.silent < trouble_lasts) times.push_back(*builder.silent);
    std::sort(times.begin(), times.end());
    std::size_t first = 0, most = 0;
    for (std::size_t last = 0; last < times.size(); ++last) {
        while (times[last] - times[first] > together) ++first;
        most = std::max(most, last - first + 1);
    }
    return most >= 2 && most * 3 >= builders.size();
}

}  // namespace

bool waits_for_reset(const BuilderFacts& builder, const ResetRules& rules) {
    return can_be_reset(builder, rules) && builder.ok && builder.clean_status != CleanStatus::CLEAN;
}

ResetPlan plan_resets(const std::deque<BuilderFacts>& builders, const ResetRules& rules) {
    ResetPlan plan;
    const bool trouble = fell_silent_together(builders);
    for (const auto& builder : builders) {
        const bool silent = is_silent(builder, rules);
        if (silent && trouble)
            ++plan.held_back;
        else if (silent || waits_for_reset(builder, rules))
            plan.due.push_back(&builder);
    }
    return plan;
}

}  // namespace buildd::policy
