// An owned file descriptor, and whole-file reads and writes on top of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace buildd {

class Fd {
 public:
    Fd() = default;
    explicit Fd(int fd) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept;
    ~Fd() { reset(); }

    int get() const { return fd_; }
    bool open() const { return fd_ >= 0; }
    void reset();

 private:
    int fd_ = -1;
};

// "<what> <path>: <reason of errno>".
Error system_error(std::string_view what, std::string_view path);

// Always with O_CLOEXEC. `flags` as for open(2).
Result<Fd> open_file(const std::string& path, int flags, unsigned mode = 0644);

// Writes all of it or fails.
Result<void> write_all(int fd, std::string_view data, std::string_view path);

// The whole file; fails when it is longer than `limit` bytes.
Result<std::string> read_file(const std::string& path, std::uint64_t limit = 64U << 20);

// The last `limit` bytes of the file.
Result<std::string> read_file_tail(const std::string& path, std::uint64_t limit);

}  // namespace buildd
