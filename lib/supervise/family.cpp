#include "supervise/family.hpp"

#include <csignal>
#include <fmt/format.h>
#include <set>
#include <sys/syscall.h>
#include <unistd.h>

namespace buildd::supervise {

namespace {

constexpr std::uint64_t max_environment = 4 << 20;

// Opened first, then compared: `entry` may be long gone.
void signal_entry(const ProcessEntry& entry, int signal) {
    const auto now = identify(entry.pid);
    if (now && now->start == entry.start) signal_process(*now, signal);
}

bool has_mark(pid_t pid, const std::string& mark) {
    const auto environment = read_file(fmt::format("/proc/{}/environ", pid), max_environment);
    return environment && ('\0' + *environment).find('\0' + mark + '\0') != std::string::npos;
}

}  // namespace

void signal_descendants(pid_t ancestor, int signal) {
    const auto all = all_processes();
    std::set<pid_t> family{ancestor};
    for (std::size_t before = 0; before != family.size();) {
        before = family.size();
        for (const auto& entry : all)
            if (family.contains(entry.parent)) family.insert(entry.pid);
    }
    for (const auto& entry : all)
        if (entry.pid != ancestor && family.contains(entry.pid)) signal_entry(entry, signal);
}

void kill_left_behind(const ProcessId& supervisor, const std::string& folder) {
    const std::string mark = fmt::format("{}={}", mark_variable, folder);
    for (const auto& entry : all_processes()) {
        if (entry.pid == ::getpid() || entry.start < supervisor.start) continue;
        if (entry.session == supervisor.pid || has_mark(entry.pid, mark))
            signal_entry(entry, SIGKILL);
    }
}

}  // namespace buildd::supervise
