#include "base/fd.hpp"

#include <cassert>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace buildd {

Fd& Fd::operator=(Fd&& other) noexcept {
    if (this != &other) {
        reset();
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

void Fd::reset() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Error system_error(std::string_view what, std::string_view path) {
    return {fmt::format("{} {}: {}", what, path, std::strerror(errno))};
}

Result<Fd> open_file(const std::string& path, int flags, unsigned mode) {
    int fd = -1;
    do fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    while (fd < 0 && errno == EINTR);
    if (fd < 0) return system_error("cannot open", path);
    return Fd(fd);
}

Result<void> write_all(int fd, std::string_view data, std::string_view path) {
    assert(fd >= 0);
    while (!data.empty()) {
        const ssize_t written = ::write(fd, data.data(), data.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return system_error("cannot write", path);
        data.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

namespace {

Result<std::string> read_from(int fd, std::string_view path, std::uint64_t limit) {
    std::string out;
    std::string chunk(64U << 10, '\0');
    for (;;) {
        const ssize_t got = ::read(fd, chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("cannot read", path);
        if (got == 0) return out;
        out.append(chunk, 0, static_cast<std::size_t>(got));
        if (out.size() > limit)
            return Error{fmt::format("{} is longer than {} bytes", path, limit)};
    }
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::uint64_t limit) {
    auto fd = open_file(path, O_RDONLY);
    if (!fd) return fd.error();
    return read_from(fd->get(), path, limit);
}

Result<std::string> read_file_tail(const std::string& path, std::uint64_t limit) {
    auto fd = open_file(path, O_RDONLY | O_NOFOLLOW);
    if (!fd) return fd.error();
    const off_t end = ::lseek(fd->get(), 0, SEEK_END);
    const auto start = std::max<off_t>(0, end - static_cast<off_t>(limit));
    if (end < 0 || ::lseek(fd->get(), start, SEEK_SET) < 0)
        return system_error("cannot seek in", path);
    auto tail = read_from(fd->get(), path, limit + (64U << 10));
    if (tail && tail->size() > limit) tail->erase(0, tail->size() - limit);
    return tail;
}

}  // namespace buildd
