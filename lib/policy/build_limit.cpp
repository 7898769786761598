#include "policy/build_limit.hpp"

#include <algorithm>

namespace buildd::policy {

std::chrono::seconds build_limit(const BuildTimeouts& timeouts, const BuildFacts& build,
                                 const std::optional<std::chrono::seconds>& longest) {
    constexpr int good_builds = 5;
    const auto own = timeouts.own_limit(build.source.name, build.target.architecture_tag);
    if (own) return *own;
    return std::max(timeouts.usual, good_builds * longest.value_or(std::chrono::seconds(0)));
}

bool may_be_overtime(const BuildTimeouts& timeouts, const RunningJob& job) {
    return job.building && *job.building >= build_limit(timeouts, job.build, std::nullopt);
}

}  // namespace buildd::policy
