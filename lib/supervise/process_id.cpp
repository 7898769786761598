#include "supervise/process_id.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <optional>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/lock_file.hpp"
#include "base/text.hpp"

namespace buildd::supervise {

namespace {

std::optional<ProcessEntry> read_entry(pid_t pid) {
    const auto text = read_file(fmt::format("/proc/{}/stat", pid), 4096);
    if (!text) return std::nullopt;
    // The name may hold anything, parentheses too; what follows its last one are fields 3, 4 ….
    const auto end = text->rfind(')');
    if (end == text->npos) return std::nullopt;
    const auto fields = split_words(std::string_view(*text).substr(end + 1));
    if (fields.size() < 20) return std::nullopt;
    const auto number = [&](std::size_t field) { return parse_int(fields[field - 3]).value_or(0); };
    ProcessEntry entry;
    entry.pid = pid;
    entry.state = fields[0][0];
    entry.parent = static_cast<pid_t>(number(4));
    entry.session = static_cast<pid_t>(number(6));
    entry.start = static_cast<std::uint64_t>(number(22));
    return entry;
}

Result<std::string> boot_id() {
    const auto text = read_file("/proc/sys/kernel/random/boot_id", 4096);
    if (!text) return text.error();
    return std::string(trim(*text));
}

bool has_ended(int pidfd) {
    pollfd waited{pidfd, POLLIN, 0};
    return ::poll(&waited, 1, 0) == 1;
}

}  // namespace

Result<ProcessId> identify(pid_t pid) {
    const auto entry = read_entry(pid);
    if (!entry) return Error{fmt::format("process {} cannot be looked at", pid)};
    const auto boot = boot_id();
    if (!boot) return boot.error();
    return ProcessId{pid, entry->start, *boot, host_name()};
}

bool is_here(const ProcessId& process) {
    return process.host == host_name();
}

Result<Fd> open_process(const ProcessId& process) {
    const auto boot = boot_id();
    if (!boot) return boot.error();
    if (process.pid <= 0 || process.boot != *boot) return Fd();
    Fd fd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
    if (!fd.open() && errno == ESRCH) return Fd();
    if (!fd.open()) return system_error("cannot watch", fmt::format("process {}", process.pid));
    const auto entry = read_entry(process.pid);
    if (has_ended(fd.get())) return Fd();
    if (!entry) return Error{fmt::format("process {} cannot be looked at", process.pid)};
    return entry->start == process.start ? std::move(fd) : Fd();
}

void signal_process(const ProcessId& process, int signal) {
    const auto fd = open_process(process);
    if (fd && fd->open()) ::syscall(SYS_pidfd_send_signal, fd->get(), signal, nullptr, 0);
}

std::vector<ProcessEntry> all_processes() {
    std::vector<ProcessEntry> found;
    const auto names = list_folder("/proc");
    if (!names) return found;
    for (const auto& name : *names) {
        const auto pid = parse_int(name);
        if (!pid) continue;
        if (const auto entry = read_entry(static_cast<pid_t>(*pid))) found.push_back(*entry);
    }
    return found;
}

}  // namespace buildd::supervise
