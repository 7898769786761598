#include "supervise/supervise.hpp"

#include <algorithm>
#include <cassert>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/no_waiting.hpp"
#include "base/text.hpp"
#include "net/spawn.hpp"
#include "supervise/family.hpp"
#include "supervise/record.hpp"
#include "supervise/supervisor.hpp"

namespace buildd::supervise {

namespace {

constexpr std::uint64_t told_output = 64 << 10;
constexpr int kill_milliseconds = 2000;  // for a process to be gone after SIGKILL

struct Supervising {
    net::Spawned process;
    Fd errors;  // what it says: memory, no pipe, so that it can always write
};

Result<Supervising> start(const ChildOrder& child) {
    if (auto gone = forget(child.folder); !gone) return gone.error();
    if (auto made = make_folders(child.folder); !made) return made.error();
    const net::Command& command = child.command;
    SupervisorOrder order;
    order.folder = child.folder;
    order.temporary = child.temporary;
    order.timeout = command.timeout;
    order.child_fds = child.child_fds;
    order.held_fds = child.held_fds;
    order.program = command.program.empty() ? command.arguments.at(0) : command.program;
    order.arguments = command.arguments;
    Fd errors(::memfd_create("supervisor", MFD_CLOEXEC));
    if (!errors.open()) return system_error("cannot make", "a file in memory");
    net::SpawnOrder spawn;
    spawn.program = supervisor_program();
    spawn.arguments = to_words(order);
    spawn.arguments.insert(spawn.arguments.begin(), {"buildd-master", "supervise"});
    spawn.environment = command.environment;
    spawn.withheld = command.withheld;
    spawn.environment.push_back(fmt::format("{}={}", mark_variable, child.folder));
    if (!child.temporary.empty()) spawn.environment.push_back("TMPDIR=" + child.temporary);
    spawn.errors = errors.get();
    spawn.kept_fds = child.held_fds;
    spawn.kept_fds.insert(spawn.kept_fds.end(), child.child_fds.begin(), child.child_fds.end());
    spawn.group = net::SpawnOrder::Group::own_session;
    auto process = net::spawn(spawn);
    if (!process) return process.error();
    return Supervising{std::move(*process), std::move(errors)};
}

std::string said(const Fd& errors) {
    std::string text(4096, '\0');
    const ssize_t got = ::pread(errors.get(), text.data(), text.size(), 0);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return one_line(trim(text));
}

ChildEnd with_output(const std::string& folder, const net::ProcessEnd& end) {
    auto output = read_file_tail(output_path(folder), told_output);
    return {end, output ? std::move(*output) : ""};
}

// Is that very process there? Error: it is one of another host, or cannot be looked at.
Result<bool> is_alive(const ProcessId& process) {
    if (!is_here(process))
        return Error{fmt::format("host '{}' has process {} for it", process.host, process.pid)};
    const auto fd = open_process(process);
    if (!fd) return fd.error();
    return fd->open();
}

}  // namespace

net::Task<Result<ChildEnd>> run_supervised(net::Loop& loop, ChildOrder order) {
    auto started = start(order);
    if (!started) co_return started.error();
    net::Event ended(loop);
    net::Watch watch(loop, started->process.pidfd.get(), [&ended] { ended.set(); });
    co_await ended;
    watch.stop();
    while (::waitpid(started->process.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    auto left = inspect(order.folder);
    if (!left) co_return left.error();
    if (left->end) co_return std::move(*left->end);
    if (!left->problem.empty()) co_return Error{left->problem};
    if (left->state == Left::State::orphan)
        if (const auto gone = end_orphan(order.folder); !gone) co_return gone.error();
    const std::string why = said(started->errors);
    co_return Error{why.empty() ? "its supervisor was killed" : why};
}

Result<Left> inspect(const std::string& folder) {
    auto end = read_end(folder);
    if (!end) return end.error();
    Left left;
    if (*end) {
        left.state = Left::State::ended;
        left.problem = (*end)->not_started;
        if (left.problem.empty()) left.end = with_output(folder, (*end)->end);
        return left;
    }
    const auto record = read_child(folder);
    if (!record) return record.error();
    if (!*record) return left;
    const auto alive = is_alive((*record)->supervisor);
    if (!alive) return alive.error();
    if (*alive) {
        left.state = Left::State::running;
        return left;
    }
    // It may have written the end just now.
    if (exists(end_path(folder))) return inspect(folder);
    left.state = Left::State::orphan;
    return left;
}

Result<void> end_orphan(const std::string& folder) {
    const auto record = read_child(folder);
    if (!record) return record.error();
    if (!*record) return {};
    const ProcessId& child = (*record)->child;
    if (const auto alive = is_alive(child); !alive) return alive.error();
    const auto process = open_process(child);
    if (!process) return process.error();
    if (process->open()) {
        assert(!NoWaiting::in_force());
        signal_process(child, SIGKILL);
        pollfd waited{process->get(), POLLIN, 0};
        if (::poll(&waited, 1, kill_milliseconds) != 1)
            return Error{fmt::format("process {} does not end", child.pid)};
    }
    kill_left_behind((*record)->supervisor, folder);
    return {};
}

Result<void> forget(const std::string& folder) {
    // The end last: a child without one would be taken for an orphan.
    for (const auto& path : {output_path(folder), child_path(folder), end_path(folder)})
        if (auto gone = remove_tree(path); !gone) return gone;
    ::rmdir(folder.c_str());  // unless it holds more
    return {};
}

std::string& supervisor_program() {
    static std::string program = "/proc/self/exe";
    return program;
}

}  // namespace buildd::supervise
