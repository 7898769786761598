#include "policy/builder_state.hpp"

namespace buildd::policy {

BuilderState builder_state(const BuilderFacts& builder) {
    if (builder.failed_for_person) return BuilderState::DISABLED;
    if (!builder.ok) return BuilderState::FAILED;
    if (builder.job) return BuilderState::BUILDING;
    if (builder.manual) return BuilderState::MANUAL;
    if (builder.rests) return BuilderState::QUARANTINED;
    if (builder.cut_off) return BuilderState::CUTOFF;
    return builder.quarantined ? BuilderState::CANARY : BuilderState::IDLE;
}

const std::string& architecture_of(const BuilderFacts& builder) {
    return builder.architecture_tag.empty() ? builder.processor : builder.architecture_tag;
}

}  // namespace buildd::policy
