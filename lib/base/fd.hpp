// An owned file descriptor, and whole-file reads and writes on top of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace buildd {

// Closes what it owns when it is destroyed, reset or assigned to; what close(2) says is not looked
// at: who must know that bytes are on the disk calls fsync_fd() before. Not for several threads at
// once.
class Fd {
 public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}  // takes it over; negative: owns nothing
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept;
    ~Fd() { reset(); }

    int get() const { return fd_; }  // stays owned; negative: there is none
    bool open() const { return fd_ >= 0; }
    void reset();

 private:
    int fd_ = -1;
};

// "<what> <path>: <reason of errno>". To be called before anything else can have set errno.
Error system_error(std::string_view what, std::string_view path);

// Always with O_CLOEXEC. `flags` and `mode` as for open(2), the umask is obeyed. Links are followed
// unless `flags` has O_NOFOLLOW.
Result<Fd> open_file(const std::string& path, int flags, unsigned mode = 0644);

// Writes all of it, in several write(2)s if need be. Blocks. Error: an unknown part of it has been
// written. `path`: for messages alone. Precondition: `fd` is open.
Result<void> write_all(int fd, std::string_view data, std::string_view path);

// The whole file, as bytes. Follows links. Blocks. Error: it cannot be read, or is longer than
// `limit` bytes; no part of it is answered.
Result<std::string> read_file(const std::string& path, std::uint64_t limit = 64U << 20);

// The last `limit` bytes of the file, all of a shorter one. Follows no link. Blocks. Of one that
// grows meanwhile some of what came may be there too.
Result<std::string> read_file_tail(const std::string& path, std::uint64_t limit);

}  // namespace buildd
