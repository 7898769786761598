#include "crash/calls.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/sched.h>
#include <sys/syscall.h>

#include "crash/memory.hpp"

namespace crash {

namespace {

constexpr std::size_t shown_data = 4096;
constexpr std::size_t shown_text = 160;

using Errors = std::vector<int>;

const Errors on_files{EIO, ENOSPC, ENOMEM};
const Errors on_descriptors{EMFILE, ENOMEM};
// ECONNRESET: the tracer breaks the connection itself, so that it stays broken, as it would.
const Errors on_sockets{ECONNRESET, EINTR};

std::vector<CallKind> make_kinds() {
    return {
        {SYS_openat, "openat", Part::path_at, true, {EIO, ENOSPC, EMFILE, ENOMEM, EINTR}},
        {SYS_write, "write", Part::fd_data, true, {EIO, ENOSPC, EINTR}},
        {SYS_pwrite64, "pwrite64", Part::fd_data, true, {EIO, ENOSPC, EINTR}},
        {SYS_writev, "writev", Part::fd_vector, true, {EIO, ENOSPC, EINTR}},
        {SYS_sendto, "sendto", Part::fd_data, true, on_sockets},
        {SYS_sendmsg, "sendmsg", Part::fd_message, true, on_sockets},
        {SYS_sendmmsg, "sendmmsg", Part::fd, true, on_sockets},
        {SYS_connect, "connect", Part::fd_address, true, {ECONNREFUSED, ENOMEM, EINTR}},
        {SYS_fsync, "fsync", Part::fd, true, {EIO, ENOSPC, EINTR}},
        {SYS_fdatasync, "fdatasync", Part::fd, true, {EIO, ENOSPC, EINTR}},
        {SYS_ftruncate, "ftruncate", Part::fd, true, {EIO, EINTR}},
        {SYS_flock, "flock", Part::fd, true, {EINTR, ENOMEM}},
        {SYS_renameat, "renameat", Part::two_at, true, on_files},
        {SYS_renameat2, "renameat2", Part::two_at, true, on_files},
        {SYS_unlinkat, "unlinkat", Part::path_at, true, {EIO, ENOMEM}},
        {SYS_mkdirat, "mkdirat", Part::path_at, true, on_files},
        {SYS_linkat, "linkat", Part::two_at, true, on_files},
#ifdef SYS_open  // older architectures have both forms
        {SYS_open, "open", Part::path, true, {EIO, ENOSPC, EMFILE, ENOMEM, EINTR}},
        {SYS_rename, "rename", Part::two_paths, true, on_files},
        {SYS_unlink, "unlink", Part::path, true, {EIO, ENOMEM}},
        {SYS_rmdir, "rmdir", Part::path, true, {EIO, ENOMEM}},
        {SYS_mkdir, "mkdir", Part::path, true, on_files},
        {SYS_link, "link", Part::two_paths, true, on_files},
        {SYS_fork, "fork", Part::none, true, {ENOMEM}},
        {SYS_vfork, "vfork", Part::none, true, {ENOMEM}},
        {SYS_poll, "poll", Part::none, false, {EINTR, ENOMEM}},
        {SYS_lstat, "lstat", Part::path, false, {EIO, ENOMEM}},
#endif
        {SYS_clone, "clone", Part::none, true, {ENOMEM}},
        {SYS_clone3, "clone3", Part::none, true, {ENOMEM}},
        {SYS_execve, "execve", Part::path, true, {EIO, ENOMEM}},
        {SYS_kill, "kill", Part::none, true, {}},
        {SYS_exit_group, "exit_group", Part::none, true, {}},
        {SYS_read, "read", Part::fd, false, {EIO, ENOMEM, EINTR}},
        {SYS_recvfrom, "recvfrom", Part::fd, false, on_sockets},
        {SYS_recvmsg, "recvmsg", Part::fd, false, on_sockets},
        {SYS_getdents64, "getdents64", Part::fd, false, {EIO, ENOMEM}},
        {SYS_newfstatat, "newfstatat", Part::path_at, false, {EIO, ENOMEM}},
        {SYS_statx, "statx", Part::path_at, false, {EIO, ENOMEM}},
        {SYS_socket, "socket", Part::none, false, on_descriptors},
        {SYS_socketpair, "socketpair", Part::none, false, on_descriptors},
        {SYS_pipe2, "pipe2", Part::none, false, on_descriptors},
        {SYS_eventfd2, "eventfd2", Part::none, false, on_descriptors},
        {SYS_signalfd4, "signalfd4", Part::none, false, on_descriptors},
        {SYS_pidfd_open, "pidfd_open", Part::none, false, on_descriptors},
        {SYS_wait4, "wait4", Part::none, false, {EINTR}},
    };
}

struct ErrorName {
    int number;
    std::string_view name;
};
constexpr std::array<ErrorName, 7> error_names{{{EIO, "EIO"},
                                                {ENOSPC, "ENOSPC"},
                                                {EMFILE, "EMFILE"},
                                                {ENOMEM, "ENOMEM"},
                                                {EINTR, "EINTR"},
                                                {ECONNRESET, "ECONNRESET"},
                                                {ECONNREFUSED, "ECONNREFUSED"}}};

bool only_a_thread(const Call& call) {
    std::uint64_t flags = call.arguments[0];
    if (call.kind->number == SYS_clone3)
        flags = read_value<std::uint64_t>(call.thread, call.arguments[0]);
    return (flags & CLONE_THREAD) != 0;
}

}  // namespace

const std::vector<CallKind>& call_kinds() {
    static const std::vector<CallKind> kinds = make_kinds();
    return kinds;
}

const CallKind* find_call(long number) {
    const auto& kinds = call_kinds();
    const auto found = std::find_if(kinds.begin(), kinds.end(),
                                    [&](const CallKind& kind) { return kind.number == number; });
    return found == kinds.end() ? nullptr : &*found;
}

std::vector<int> errors_of(const Call& call) {
    const bool copies = call.kind->number == SYS_read || call.kind->number == SYS_write;
    if (!copies) return call.kind->errors;
    const std::string target = descriptor(call.thread, static_cast<int>(call.arguments[0]));
    return target.starts_with('/') ? call.kind->errors : std::vector<int>{EINTR};
}

int error_number(std::string_view name) {
    for (const auto& known : error_names)
        if (known.name == name) return known.number;
    return 0;
}

std::string error_name(int number) {
    for (const auto& known : error_names)
        if (known.number == number) return std::string(known.name);
    return std::to_string(number);
}

CallText describe(const Call& call) {
    const pid_t thread = call.thread;
    const auto& a = call.arguments;
    const auto fd = static_cast<int>(a[0]);
    const auto length = std::min<std::size_t>(a[2], shown_data);
    CallText text{std::string(call.kind->name), "", "", ""};
    switch (call.kind->part) {
        case Part::none:
            break;
        case Part::path:
            text.target = read_text(thread, a[0]);
            break;
        case Part::path_at:
            text.target = read_path(thread, static_cast<int>(a[0]), a[1]);
            break;
        case Part::two_paths:
            text.target = read_text(thread, a[0]);
            text.second = read_text(thread, a[1]);
            break;
        case Part::two_at:
            text.target = read_path(thread, static_cast<int>(a[0]), a[1]);
            text.second = read_path(thread, static_cast<int>(a[2]), a[3]);
            break;
        case Part::fd_data:
            text.data = read_bytes(thread, a[1], length);
            text.target = descriptor(thread, fd);
            break;
        case Part::fd_vector:
            text.data = read_vector(thread, a[1], a[2], shown_data);
            text.target = descriptor(thread, fd);
            break;
        case Part::fd_message:
            text.data = read_message(thread, a[1], shown_data);
            text.target = descriptor(thread, fd);
            break;
        case Part::fd_address:
            text.data = read_address(thread, a[1], a[2]);
            text.target = descriptor(thread, fd);
            break;
        case Part::fd:
            text.target = descriptor(thread, fd);
            break;
    }
    return text;
}

std::string CallText::text() const {
    std::string shown = name + "(" + target;
    if (!second.empty()) shown += ", " + second;
    if (data.empty()) return shown + ")";
    std::string start = data.substr(0, shown_text);
    std::replace_if(
        start.begin(), start.end(), [](unsigned char c) { return c < ' ' || c > '~'; }, '.');
    return shown + ", \"" + start + "\")";
}

bool seen_by_others(const Call& call) {
    const long number = call.kind->number;
    if (number == SYS_clone || number == SYS_clone3) return !only_a_thread(call);
    if (number == SYS_openat) return (call.arguments[2] & (O_CREAT | O_TRUNC)) != 0;
#ifdef SYS_open
    if (number == SYS_open) return (call.arguments[1] & (O_CREAT | O_TRUNC)) != 0;
#endif
    const bool writes = number == SYS_write || number == SYS_writev;
    if (!writes) return call.kind->visible;
    const auto fd = static_cast<int>(call.arguments[0]);
    if (fd <= 2) return false;  // what it says to the terminal
    const std::string target = descriptor(call.thread, fd);
    return !target.starts_with("pipe:") && !target.starts_with("anon_inode:");
}

}  // namespace crash
