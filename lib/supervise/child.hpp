// The supervisor's child, which does not run before its record is durable.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

#include "base/fd.hpp"
#include "base/result.hpp"

namespace buildd::supervise {

struct Child {
    pid_t pid = 0;
    Fd output;  // its stdout and stderr; does not block
    Fd gate;
};

// Forks a child in a group of its own that waits to become the program, and dies with this
// process. Its umask is that of whoever called the program. Only its three streams and descriptors
// without O_CLOEXEC stay open in it.
Result<Child> fork_child(const std::string& program, const std::vector<std::string>& arguments);

// Lets it begin. Error: the program cannot be executed; the child ends by itself.
Result<void> let_go(Child& child, const std::string& program);

}  // namespace buildd::supervise
