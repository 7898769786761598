// Moving to another file system, where rename(2) cannot (EXDEV).
#pragma once

#include <string>

#include "base/result.hpp"

namespace buildd {

// What a killed process leaves at most, beside `to` and `from`: for others to remove.
inline constexpr const char* moving_suffix = ".buildd-moving";
inline constexpr const char* moved_suffix = ".buildd-moved";

// As move_durably, which calls this.
Result<void> move_across(const std::string& from, const std::string& to);

}  // namespace buildd
