#include "policy/fit.hpp"

#include <algorithm>

#include "model/past.hpp"
#include "policy/glob.hpp"

namespace buildd::policy {

namespace {

// Of those that have a tag there may be few: there it is given the job again.
bool has_failed(const BuilderFacts& builder, const JobDemands& demands) {
    const int living = builder.peers + (builder.quarantined ? 0 : 1);
    return living > demands.unable_in_use && demands.tags.empty() &&
           std::ranges::find(demands.failed_on, builder.id) != demands.failed_on.end();
}

// Not all of the others may be builders that failed it: then nobody would have it.
bool is_doubted(const BuilderFacts& builder, const JobDemands& demands) {
    return demands.asked_again && demands.tags.empty() && builder.suspicion >= witness_below &&
           builder.witnesses > demands.unable_in_use;
}

}  // namespace

std::optional<Misfit> misfit(const BuilderFacts& builder, const BuildFacts& build,
                             const JobDemands& demands) {
    const BuilderPurpose& purpose = builder.purpose;
    if (!std::ranges::includes(purpose.tags, demands.tags)) return Misfit::tag;
    if (purpose.reserved && demands.tags.empty()) return Misfit::reserved;
    const auto refuses = [&](const std::string& glob) {
        return glob_matches(glob, build.source.name);
    };
    if (std::ranges::any_of(purpose.refuses, refuses)) return Misfit::refused;
    if (has_failed(builder, demands)) return Misfit::failed;
    if (is_doubted(builder, demands)) return Misfit::doubted;
    return std::nullopt;
}

}  // namespace buildd::policy
