// All processes that come from one.
#pragma once

#include <string>
#include <vector>

#include "supervise/process_id.hpp"

namespace buildd::supervise {

// The environment variable that marks all that a supervisor has started: its folder.
inline constexpr const char* mark_variable = "BUILDD_MASTER_CHILD";

// To every process that `ancestor` has started, their children and so on.
void signal_descendants(pid_t ancestor, int signal);

// What is left where the supervisor itself was killed: the processes of its session, and those
// that carry its mark. They are killed.
void kill_left_behind(const ProcessId& supervisor, const std::string& folder);

}  // namespace buildd::supervise
