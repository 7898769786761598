// Is a builder's job one we know, and what frees it if not (spec: behaviour §3, "Rescue").
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "model/ids.hpp"
#include "model/worker_status.hpp"

namespace buildd::policy {

// Why the builder is lost; nullopt: its job is known and assigned to it.
std::optional<std::string> lost_reason(const Result<Cookie>& cookie, const CookieFacts& facts);

enum class BuilderCall { none, clean, abort };

// What frees a lost builder. IDLE and ABORTING ones need nothing.
BuilderCall rescue_call(BuilderStatus status);

}  // namespace buildd::policy
