#include "base/lock_file.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.hpp"

namespace buildd {

namespace {

constexpr const char* stamp_format = "%Y-%m-%dT%H:%M:%SZ";

std::string holder_line(const std::string& command) {
    const auto now = std::chrono::system_clock::now();
    return fmt::format("{}\n{}\n{}\n{}\n", host_name(), ::getpid(), command,
                       std::chrono::system_clock::to_time_t(now));
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
        auto fd = open_file(path, O_RDWR | O_CREAT, 0644);
        if (!fd) return fd.error();
        if (::flock(fd->get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno == EWOULDBLOCK) return std::optional<LockFile>();
            if (errno == EINTR) continue;
            return system_error("cannot lock", path);
        }
        if (::fstat(fd->get(), &info) != 0) return system_error("cannot stat", path);
        file = std::move(*fd);
    }
    if (::ftruncate(file->get(), 0) != 0) return system_error("cannot write", path);
    if (auto written = write_all(file->get(), holder_line(command), path); !written)
        return written.error();
    return std::optional<LockFile>(LockFile(std::move(*file)));
}

LockHolder LockFile::read_holder(const std::string& path) {
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

}  // namespace buildd
