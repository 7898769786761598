// Child processes awaited on the loop, without a shell.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/settings.hpp"
#include "net/loop.hpp"

namespace buildd::net {

// Precondition of whatever starts it: there is a program, or an argument that names one.
struct Command {
    std::string program;                   // what to run; empty: arguments[0], looked up in PATH
    std::vector<std::string> arguments;    // as main() gets them, argv[0] included
    std::vector<std::string> environment;  // NAME=value, added to our own
    // Names of variables that it does not inherit: whoever needs a password says so.
    std::vector<std::string> withheld = secrets_kept_from_others();
    std::chrono::seconds timeout{60};  // then it is killed, with its group
    // A group of its own is killed as a whole. Else it shares our end: who kills our group gets it
    // too.
    bool own_group = true;
    int inherited_fd = -1;              // stays open in the child, under the same number
    std::size_t max_output = 64 << 10;  // bytes: the last ones are kept
};

// How a child ended. Exactly one of the three holds: exited, signalled, or timed out (and killed).
struct ProcessEnd {
    int exit_code = 0;
    int signal = 0;
    bool timed_out = false;
    std::string output;  // of stdout
    std::string errors;  // of stderr

    bool succeeded() const { return exit_code == 0 && signal == 0 && !timed_out; }
    std::string text() const;  // "exit status 2", "killed by signal 9", "killed after 600 s" …
    std::chrono::seconds timeout{};
};

// Waits until the child has ended; what still has its pipes is not waited for. At the timeout it
// gets SIGTERM, a moment later SIGKILL. Error: it could not be started. When the flow is destroyed
// first, the child goes on alone.
Task<Result<ProcessEnd>> run_process(Loop& loop, Command command);

// `%(name)s` in each argument replaced; an unknown name is an error.
Result<std::vector<std::string>> substitute(
    const std::vector<std::string>& arguments,
    const std::vector<std::pair<std::string, std::string>>& values);

}  // namespace buildd::net
