// The process that stands between us and a child: it outlives us, keeps the child's locks, and
// ends it in time.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace buildd::supervise {

struct SupervisorOrder {
    std::string folder;                  // exists; see record.hpp for what is kept there
    std::string temporary;               // made before, removed afterwards; empty: none
    std::chrono::seconds timeout{};      // by CLOCK_BOOTTIME
    std::vector<int> child_fds;          // inherited by the child
    std::vector<int> held_fds;           // kept open as long as this process lives
    std::string program;                 // looked up in PATH unless it holds a slash
    std::vector<std::string> arguments;  // with argv[0]
};

// The order as words of a command line and back. Empty program: they are none.
std::vector<std::string> to_words(const SupervisorOrder& order);
SupervisorOrder from_words(const std::vector<std::string>& words);

// Runs until the child has ended and nothing of it is left. Answers the exit status: 0 once the end
// is recorded; else why stands on stderr and the child is gone. No signal but SIGKILL ends it.
int supervise(const SupervisorOrder& order);

}  // namespace buildd::supervise
