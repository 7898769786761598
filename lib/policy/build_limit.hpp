// How long a build may run (setting build_timeout). Pure.
#pragma once

#include <chrono>
#include <optional>

#include "base/build_timeouts.hpp"
#include "model/build.hpp"

namespace buildd::policy {

// What is set for its source and architecture, else the larger of the usual one and five times
// `longest`, its longest good build.
std::chrono::seconds build_limit(const BuildTimeouts& timeouts, const BuildFacts& build,
                                 const std::optional<std::chrono::seconds>& longest);

// Has it run for so long that its longest good build must be known? Else it is in time anyway.
bool may_be_overtime(const BuildTimeouts& timeouts, const RunningJob& job);

}  // namespace buildd::policy
