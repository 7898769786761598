// Children that outlive us: each has a supervisor (supervisor.hpp), a process of its own that keeps
// the child's locks, its output and its deadline, and writes down how it ended.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/loop.hpp"
#include "net/process.hpp"

namespace buildd::supervise {

struct ChildOrder {
    std::string folder;         // <root>/children/<item>: made if need be; record, end and output
    net::Command command;       // `timeout`: the child's deadline, by CLOCK_BOOTTIME from its start
    std::string temporary;      // the child's TMPDIR: made for it and removed after it; empty: none
    std::vector<int> held_fds;  // locks that the supervisor keeps open until the child has ended
    std::vector<int> child_fds;  // those that the child inherits, under the same numbers
};

struct ChildEnd {
    net::ProcessEnd end;
    std::string
        output;  // stdout and stderr: the last 64 KiB; at most 16 MiB are in <folder>/output
};

// Starts the supervisor in a session of its own and waits until the child has ended, all that it
// left behind is gone, and the end is recorded. A flow that is destroyed first leaves both going
// on. What was recorded in `folder` before is forgotten. Error: the child could not be started, or
// its supervisor died; nothing of it runs any more.
net::Task<Result<ChildEnd>> run_supervised(net::Loop& loop, ChildOrder order);

// What an earlier process left in a folder.
struct Left {
    enum class State {
        nothing,  // no child was recorded
        running,  // its supervisor looks after it, or has not written the end yet
        ended,    // see `end`
        orphan,   // the child's supervisor is gone without an end; the child may run
    };
    State state = State::nothing;
    std::optional<ChildEnd> end;  // none: it could not be started, see `problem`
    std::string problem;
};
// Error: it cannot be told, or the child is one of another host (which and what pid is said).
Result<Left> inspect(const std::string& folder);

// Ends what runs of an orphan. Precondition: inspect() said so and its lock is held.
Result<void> end_orphan(const std::string& folder);

// The record is removed, and the folder unless it holds more; durably enough: what is found again
// after a crash has ended as before.
Result<void> forget(const std::string& folder);

// The program whose command `supervise` is the supervisor: this one, unless a test says otherwise.
std::string& supervisor_program();

}  // namespace buildd::supervise
