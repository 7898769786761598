// scan's judgement of a builder's answers (spec: behaviour §3). nullopt: healthy.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "model/builder.hpp"
#include "model/worker_status.hpp"

namespace buildd::policy {

std::optional<std::string> echo_fault(bool echoed);

// `tags`: the architecture tags of the builder's processor family.
std::optional<std::string> info_fault(const WorkerInfo& info, const std::vector<std::string>& tags);

// Of one that says UNKNOWN.
std::string unknown_status_fault(const WorkerStatus& status);

// Of one that is ABORTING, and has been for long. `limit`: abort_timeout.
std::optional<std::string> abort_fault(const BuilderFacts& builder, std::chrono::seconds limit);
std::string not_aborted_fault(std::chrono::seconds limit);

}  // namespace buildd::policy
