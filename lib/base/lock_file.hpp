// flock(2) on a file that says who holds it (spec: behaviour §2.1).
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/fd.hpp"
#include "base/result.hpp"

namespace buildd {

// What a lock file says of its holder. Fields are empty where the file says nothing.
struct LockHolder {
    std::string host;
    std::string pid;
    std::string command;
    std::optional<std::chrono::system_clock::time_point> start;

    std::string text() const;  // "host 'a', pid 12 (cycle) since 2026-01-01T00:00:00Z"
};

// Held until destroyed; the kernel releases it when the process dies. The file itself stays.
class LockFile {
 public:
    // nullopt: somebody else holds it (see read_holder). Error: it cannot be opened.
    static Result<std::optional<LockFile>> try_acquire(const std::string& path,
                                                       const std::string& command);
    static LockHolder read_holder(const std::string& path);

    int fd() const { return fd_.get(); }

 private:
    explicit LockFile(Fd fd) : fd_(std::move(fd)) {}
    Fd fd_;
};

std::string host_name();

}  // namespace buildd
