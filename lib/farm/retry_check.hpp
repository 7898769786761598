// The file of retry_patterns, and logs that have one of them. Both may block on the disk.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "policy/retry_patterns.hpp"

namespace buildd::farm {

// Error: "FILE, line 3: …".
Result<policy::RetryPatterns> read_retry_patterns(const std::string& file);

// The pattern that the end of a stored log has, as it is written; nullopt: none, or the patterns or
// the log cannot be read.
std::optional<std::string> retry_pattern_in(const std::string& file, const std::string& log);

}  // namespace buildd::farm
