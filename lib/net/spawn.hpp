// Starting a program, the one way it is done everywhere.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

#include "base/fd.hpp"
#include "base/result.hpp"

namespace buildd::net {

struct SpawnOrder {
    enum class Group { ours, own, own_session };

    std::string program;                   // looked up in PATH unless it holds a slash
    std::vector<std::string> arguments;    // with argv[0]
    std::vector<std::string> environment;  // NAME=value, added to our own
    std::vector<std::string> withheld;     // names of variables that it does not inherit
    int output = -1, errors = -1;          // its stdout and stderr; -1: /dev/null
    std::vector<int> kept_fds;             // stay open in it, under the same numbers
    Group group = Group::own;
};

struct Spawned {
    pid_t pid = 0;
    Fd pidfd;  // readable once it has ended; it is for the caller to reap
};

// With /dev/null as stdin, no signal blocked and all at their defaults. Error: it could not be
// started, and nothing runs.
Result<Spawned> spawn(const SpawnOrder& order);

}  // namespace buildd::net
