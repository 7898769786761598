#include "base/lock_file.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/flock.hpp"
#include "base/text.hpp"

namespace buildd {

namespace {

constexpr const char* stamp_format = "%Y-%m-%dT%H:%M:%SZ";

std::string holder_line(const std::string& command) {
    const auto now = std::chrono::system_clock::now();
    return fmt::format("{}\n{}\n{}\n{}\n", host_name(), ::getpid(), command,
                       std::chrono::system_clock::to_time_t(now));
}

// "user 'joe'", or by number where the host knows no name.
std::string user(uid_t id) {
    const passwd* entry = ::getpwuid(id);
    return entry == nullptr ? fmt::format("user {}", id) : fmt::format("user '{}'", entry->pw_name);
}

Error refusal(const std::string& path, const std::string& why) {
    return {fmt::format("{} is not used as a lock: {}", path, why)};
}

// Through a link somebody's file would be emptied, and a lock on a file of somebody else is theirs
// to keep.
std::optional<Error> why_refused(const std::string& path, const struct stat& info) {
    if (S_ISLNK(info.st_mode)) return refusal(path, "it is a symbolic link; remove it");
    if (!S_ISREG(info.st_mode)) return refusal(path, "it is not a regular file; remove it");
    if (info.st_uid != ::geteuid())
        return refusal(
            path, fmt::format("it belongs to {}, but this runs as {}; remove it, and run every "
                              "command as the same user",
                              user(info.st_uid), user(::geteuid())));
    if (info.st_nlink > 1) return refusal(path, "it has another name (a hard link); remove it");
    return std::nullopt;
}

Result<Fd> open_lock(const std::string& path) {
    struct stat info {};
    auto fd = open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (!fd) {
        if (::lstat(path.c_str(), &info) == 0)
            if (auto refused = why_refused(path, info)) return *refused;
        return fd.error();
    }
    if (::fstat(fd->get(), &info) != 0) return system_error("cannot stat", path);
    if (auto refused = why_refused(path, info)) return *refused;
    // Whoever may read it may lock it: files of earlier versions were open to all.
    if ((info.st_mode & 0177U) != 0 && ::fchmod(fd->get(), 0600) != 0)
        return system_error("cannot set the permissions of", path);
    return fd;
}

// The process that holds the file, by the kernel's own list; it sees those of this host and of its
// own process namespace.
std::optional<int> locking_process(const std::string& path) {
    struct stat info {};
    const auto locks = read_file("/proc/locks");
    if (!locks || ::lstat(path.c_str(), &info) != 0) return std::nullopt;
    const std::string file =
        fmt::format("{:02x}:{:02x}:{}", major(info.st_dev), minor(info.st_dev), info.st_ino);
    for (const auto& line : split(*locks, '\n')) {
        const auto words = split_words(line);
        if (words.size() < 6 || words[1] != "FLOCK" || words[5] != file) continue;
        const auto pid = parse_int(words[4]);
        if (pid && *pid > 0) return static_cast<int>(*pid);
    }
    return std::nullopt;
}

LockHolder recorded_holder(const std::string& path) {
    LockHolder holder;
    const auto content = read_file(path, 4096);
    if (!content) return holder;
    const auto lines = split(*content, '\n');
    if (lines.size() < 4) return holder;
    holder.host = one_line(lines[0]);
    holder.pid = one_line(lines[1]);
    holder.command = one_line(lines[2]);
    if (const auto seconds = parse_int(lines[3]))
        holder.start = std::chrono::system_clock::from_time_t(*seconds);
    return holder;
}

}  // namespace

std::string host_name() {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

std::string LockHolder::text() const {
    if (host.empty()) return "another process";
    const std::string since = start ? " since " + utc_stamp(*start, stamp_format) : "";
    return fmt::format("host '{}', pid {} ({}){}", host, pid, command, since);
}

Result<std::optional<LockFile>> LockFile::try_acquire(const std::string& path,
                                                      const std::string& command) {
    struct stat info {};
    std::optional<Fd> file;
    // A holder may have removed the file between our open and our lock: then it is made anew.
    while (info.st_nlink == 0) {
        auto fd = open_lock(path);
        if (!fd) return fd.error();
        const auto locked = lock_within(fd->get(), std::chrono::milliseconds(0), path);
        if (!locked) return locked.error();
        if (!*locked) return std::optional<LockFile>();
        if (::fstat(fd->get(), &info) != 0) return system_error("cannot stat", path);
        file = std::move(*fd);
    }
    if (::ftruncate(file->get(), 0) != 0) return system_error("cannot write", path);
    if (auto written = write_all(file->get(), holder_line(command), path); !written)
        return written.error();
    return std::optional<LockFile>(LockFile(std::move(*file)));
}

bool LockFile::is_held(const std::string& path) {
    const auto fd = open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    return fd && ::flock(fd->get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

LockHolder LockFile::read_holder(const std::string& path) {
    LockHolder holder = recorded_holder(path);
    const auto pid = locking_process(path);
    if (!pid || holder.pid == std::to_string(*pid)) return holder;
    // Whoever wrote into the file is gone, or has handed the lock down to a child.
    LockHolder other;
    other.host = host_name();
    other.pid = std::to_string(*pid);
    const auto name = read_file(fmt::format("/proc/{}/comm", *pid), 4096);
    other.command = name ? one_line(trim(*name)) : "unknown";
    return other;
}

}  // namespace buildd
