// Runs the program under ptrace and strikes at one of its system calls.
//
// Why ptrace and not a preloaded library: it sees what the kernel sees, the calls that libc makes
// for itself (posix_spawn, stdio) too, in the very binary that is shipped; the stop is before the
// call takes effect; and a killed process dies as it does under kill -9, its children living on. A
// seccomp filter makes only the calls of calls.hpp stop, so that a traced run costs little more
// than one without.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "crash/calls.hpp"

namespace crash {

// Whose calls are counted.
enum class Whom { program, uploader };

struct Strike {
    enum class Kind {
        none,
        kill,      // SIGKILL for the process that makes the call; its children live on
        kill_all,  // SIGKILL for it, its parent and all its children
        term,      // SIGTERM for the program
        fail,      // the call fails with `error`
    };
    Kind kind = Kind::none;
    int error = 0;      // 0: one of those that the call may have, in turn
    unsigned pick = 0;  // … where the turn begins
    Whom whom = Whom::program;
    long point = 0;  // the number of the call, from 1
};

struct Launch {
    std::vector<std::string> arguments;  // [0] is the program's file
    std::vector<std::string> environment;
    std::string output;  // file that gets stdout and stderr
    std::chrono::seconds timeout{30};
};

struct TracedEnd {
    int status = 0;     // exit status
    int signal = 0;     // that ended it
    bool hung = false;  // killed after the timeout
    std::chrono::milliseconds after_strike{0};
    std::map<Whom, long> points;
    std::optional<CallText> struck;
    int error = 0;  // with which that call failed; 0: it cannot fail
};

class Tracer {
 public:
    using Witness = std::function<void(const CallText&)>;

    Tracer();

    // Until the launched process ends; children that it leaves behind go on, traced.
    // `witness` is told of each call that counts, and of those of the uploaders.
    TracedEnd run(const Launch& launch, const Strike& strike, const Witness& witness = {});
    // Not traced itself, but what a traced run left behind goes on meanwhile.
    TracedEnd run_plain(const Launch& launch);
    // Children of earlier runs that still live.
    bool leftovers() const { return !threads_.empty(); }
    // Waits for them; false: they had to be killed after the timeout.
    bool await_leftovers(std::chrono::seconds timeout);

 private:
    struct Thread {
        pid_t process = 0;
        bool executed = false;  // false: a child that has not called execve yet
        bool is_program = false;
    };
    struct Hunt;

    bool pump(Hunt& hunt);
    void handle(Hunt& hunt, pid_t thread, int status);
    void handle_stop(Hunt& hunt, pid_t thread, int status);
    void handle_call(Hunt& hunt, pid_t thread);
    bool counts(const Hunt& hunt, const Thread& thread, const Call& call, Whom& whom) const;
    void strike(Hunt& hunt, const Call& call);
    void note_exec(const Hunt& hunt, pid_t thread);
    Thread& know(pid_t thread);
    void kill_everything(const Hunt& hunt);

    std::map<pid_t, Thread> threads_;
};

}  // namespace crash
