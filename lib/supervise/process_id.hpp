// Which process is meant, so that another one with the same number is never taken for it.
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/fd.hpp"
#include "base/result.hpp"

namespace buildd::supervise {

struct ProcessId {
    pid_t pid = 0;
    std::uint64_t start = 0;  // in clock ticks since the boot (proc(5), field 22)
    std::string boot;         // the boot's id
    std::string host;
};

// Error: there is no such process, or it cannot be asked for.
Result<ProcessId> identify(pid_t pid);

// Is it of this host (it may be gone)?
bool is_here(const ProcessId& process);

// A pidfd of that very process: opened first, then compared. Closed: it is gone. Error: it cannot
// be told. Precondition: is_here().
Result<Fd> open_process(const ProcessId& process);

// Sends the signal if it still is that process.
void signal_process(const ProcessId& process, int signal);

// What proc(5) tells of one process.
struct ProcessEntry {
    pid_t pid = 0, parent = 0, session = 0;
    char state = '?';
    std::uint64_t start = 0;
};
std::vector<ProcessEntry> all_processes();

}  // namespace buildd::supervise
