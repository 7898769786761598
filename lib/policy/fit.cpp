#include "policy/fit.hpp"

#include <algorithm>

#include "policy/glob.hpp"

namespace buildd::policy {

std::optional<Misfit> misfit(const BuilderFacts& builder, const BuildFacts& build,
                             const JobDemands& demands) {
    const BuilderPurpose& purpose = builder.purpose;
    if (!std::ranges::includes(purpose.tags, demands.tags)) return Misfit::tag;
    if (purpose.reserved && demands.tags.empty()) return Misfit::reserved;
    const auto refuses = [&](const std::string& glob) {
        return glob_matches(glob, build.source.name);
    };
    if (std::ranges::any_of(purpose.refuses, refuses)) return Misfit::refused;
    return std::nullopt;
}

}  // namespace buildd::policy
