#include "crash/tracer.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <fmt/format.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.hpp"
#include "base/text.hpp"
#include "crash/launch.hpp"
#include "crash/registers.hpp"

namespace crash {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                         PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC;
constexpr timespec breath{0, 50'000'000};

void go_on(pid_t thread, int signal = 0) {
    ::ptrace(PTRACE_CONT, thread, 0, signal);
}

pid_t process_of(pid_t thread) {
    const auto text = buildd::read_file(fmt::format("/proc/{}/status", thread));
    if (!text) return thread;
    for (const auto& line : buildd::split(*text, '\n')) {
        if (!line.starts_with("Tgid:")) continue;
        const auto process =
            static_cast<pid_t>(buildd::parse_int(buildd::trim(line.substr(5))).value_or(thread));
        return process > 1 ? process : thread;  // kill(0) would be for all of us
    }
    return thread;
}

std::string program_of(pid_t process) {
    std::string path(4096, '\0');
    const std::string link = fmt::format("/proc/{}/exe", process);
    const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
    path.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
    return path;
}

// From now on it is broken for both ends.
void break_connection(pid_t process, int fd) {
    const buildd::Fd handle(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    const buildd::Fd socket(static_cast<int>(::syscall(SYS_pidfd_getfd, handle.get(), fd, 0)));
    ::shutdown(socket.get(), SHUT_RDWR);
}

// 0: it cannot fail so.
int error_for(const Strike& strike, const Call& call) {
    const auto errors = errors_of(call);
    if (errors.empty()) return 0;
    if (strike.error == 0)
        return errors[(strike.pick + static_cast<unsigned>(strike.point)) % errors.size()];
    const bool may = std::find(errors.begin(), errors.end(), strike.error) != errors.end();
    return may ? strike.error : 0;
}

}  // namespace

// One run: what it looks for, and what came of it.
struct Tracer::Hunt {
    pid_t main = 0;
    std::string program;
    Strike strike;
    Witness witness;
    TracedEnd end;
    bool ended = false;
    bool settings_read = false;  // before that only the loader of shared libraries is at work
    std::optional<Clock::time_point> struck_at;
};

Tracer::Tracer() {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    ::pthread_sigmask(SIG_BLOCK, &child, nullptr);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

TracedEnd Tracer::run(const Launch& launch, const Strike& strike, const Witness& witness) {
    Hunt hunt;
    hunt.strike = strike;
    hunt.witness = witness;
    HeldChild child(launch, strike.kind == Strike::Kind::fail ? Stops::all : Stops::visible);
    hunt.main = child.pid();
    if (::ptrace(PTRACE_SEIZE, hunt.main, 0, options) != 0)
        throw std::runtime_error("ptrace is not allowed here");
    threads_[hunt.main].process = hunt.main;
    hunt.program = launch.arguments[0];
    child.release();
    const auto deadline = Clock::now() + launch.timeout;
    while (!hunt.ended && Clock::now() < deadline) pump(hunt);
    hunt.end.hung = !hunt.ended;
    if (hunt.end.hung) kill_everything(hunt);
    while (!hunt.ended) pump(hunt);
    return hunt.end;
}

TracedEnd Tracer::run_plain(const Launch& launch) {
    Hunt hunt;
    HeldChild child(launch, Stops::none);
    hunt.main = child.pid();
    child.release();
    const auto deadline = Clock::now() + launch.timeout;
    while (!hunt.ended && Clock::now() < deadline) pump(hunt);
    hunt.end.hung = !hunt.ended;
    if (hunt.end.hung) ::kill(hunt.main, SIGKILL);
    while (!hunt.ended) pump(hunt);
    return hunt.end;
}

bool Tracer::await_leftovers(std::chrono::seconds timeout) {
    Hunt nobody;
    const auto deadline = Clock::now() + timeout;
    while (leftovers() && Clock::now() < deadline) pump(nobody);
    if (!leftovers()) return true;
    kill_everything(nobody);
    while (leftovers()) pump(nobody);
    return false;
}

void Tracer::kill_everything(const Hunt& hunt) {
    for (const auto& [thread, known] : threads_) ::kill(known.process, SIGKILL);
    if (hunt.main > 0) ::kill(hunt.main, SIGKILL);
}

// One event, or a twentieth of a second without any.
bool Tracer::pump(Hunt& hunt) {
    int status = 0;
    const pid_t thread = ::waitpid(-1, &status, __WALL | WNOHANG);
    if (thread > 0) {
        handle(hunt, thread, status);
        return true;
    }
    if (thread < 0 && errno == ECHILD) threads_.clear();
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    ::sigtimedwait(&child, nullptr, &breath);
    return false;
}

void Tracer::handle(Hunt& hunt, pid_t thread, int status) {
    if (WIFSTOPPED(status)) {
        handle_stop(hunt, thread, status);
        return;
    }
    threads_.erase(thread);
    if (thread != hunt.main) return;
    hunt.ended = true;
    hunt.end.status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    hunt.end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (hunt.struck_at)
        hunt.end.after_strike =
            std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - *hunt.struck_at);
}

void Tracer::handle_stop(Hunt& hunt, pid_t thread, int status) {
    const int event = status >> 16;
    const int signal = WSTOPSIG(status);
    know(thread);
    if (event == PTRACE_EVENT_SECCOMP) {
        handle_call(hunt, thread);
        return;
    }
    if (event == PTRACE_EVENT_EXEC) note_exec(hunt, thread);
    go_on(thread, event == 0 ? signal : 0);
}

Tracer::Thread& Tracer::know(pid_t thread) {
    auto [found, is_new] = threads_.try_emplace(thread);
    if (!is_new) return found->second;
    const pid_t process = process_of(thread);
    const auto parent = threads_.find(process);
    if (process != thread && parent != threads_.end()) found->second = parent->second;
    found->second.process = process;
    return found->second;
}

void Tracer::note_exec(const Hunt& hunt, pid_t thread) {
    Thread& known = know(thread);
    known.executed = true;
    known.is_program = program_of(thread) == hunt.program;
}

// A child up to its execve counts as the program that starts it: this is the moment to see whether
// a child comes to life whose parent dies.
bool Tracer::counts(const Hunt& hunt, const Thread& thread, const Call& call, Whom& whom) const {
    const bool main = thread.process == hunt.main;
    if (main && !thread.executed) return false;
    if (thread.executed && !thread.is_program) return false;
    whom = main || !thread.executed ? Whom::program : Whom::uploader;
    if (seen_by_others(call)) return true;
    return hunt.strike.kind == Strike::Kind::fail && hunt.settings_read;
}

void Tracer::handle_call(Hunt& hunt, pid_t thread) {
    if (hunt.end.struck) return go_on(thread);  // nothing is counted any more
    Call call;
    call.thread = thread;
    const auto number = read_call(thread, call.arguments);
    call.kind = find_call(number);
    Whom whom = Whom::program;
    if (call.kind == nullptr) return go_on(thread);
    if (!hunt.settings_read && call.kind->part == Part::path_at)
        hunt.settings_read = describe(call).target.ends_with(".conf");
    if (!counts(hunt, know(thread), call, whom)) return go_on(thread);
    const long point = ++hunt.end.points[whom];
    if (hunt.witness) hunt.witness(describe(call));
    const bool here = hunt.strike.kind != Strike::Kind::none && whom == hunt.strike.whom &&
                      point == hunt.strike.point;
    if (here) return strike(hunt, call);
    go_on(thread);
}

void Tracer::strike(Hunt& hunt, const Call& call) {
    const pid_t process = know(call.thread).process;
    const bool before_exec = !know(call.thread).executed;
    hunt.end.struck = describe(call);
    hunt.struck_at = Clock::now();
    switch (hunt.strike.kind) {
        case Strike::Kind::none:
            break;
        case Strike::Kind::kill:
            ::kill(before_exec ? hunt.main : process, SIGKILL);
            if (before_exec) go_on(call.thread);  // the child it was about to have lives on
            return;
        case Strike::Kind::kill_all:
            kill_everything(hunt);
            return;
        case Strike::Kind::term:
            ::kill(hunt.main, SIGTERM);
            break;
        case Strike::Kind::fail:
            hunt.end.error = error_for(hunt.strike, call);
            if (hunt.end.error == ECONNRESET)
                break_connection(process, static_cast<int>(call.arguments[0]));
            if (hunt.end.error != 0) fail_call(call.thread, hunt.end.error);
            break;
    }
    go_on(call.thread);
}

}  // namespace crash
