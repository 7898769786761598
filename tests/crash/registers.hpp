// What of ptrace depends on the architecture.
#pragma once

#include <array>
#include <cstdint>
#include <sys/types.h>

namespace crash {

// At the entry of a call: its number and its arguments.
long read_call(pid_t thread, std::array<std::uint64_t, 6>& arguments);
// … it is not made, and fails with `error`.
void fail_call(pid_t thread, int error);

}  // namespace crash
