// scan's judgement of a builder's answers (spec: behaviour §3). nullopt: healthy.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/worker_status.hpp"

namespace buildd::policy {

std::optional<std::string> echo_fault(bool echoed);

// `tags`: the architecture tags of the builder's processor family.
std::optional<std::string> info_fault(const WorkerInfo& info, const std::vector<std::string>& tags);

}  // namespace buildd::policy
