// flock(2) without a wait that may never end: whoever holds a lock may be stopped.
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.hpp"

namespace buildd {

// An exclusive lock on the open file `fd`, waited for at most so long. false: another holds it.
// Error: its file system has no locks.
Result<bool> lock_within(int fd, std::chrono::milliseconds time, std::string_view path);

}  // namespace buildd
