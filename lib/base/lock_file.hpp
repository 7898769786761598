// flock(2) on a file that says who holds it (spec: behaviour §2.1). Between processes: one that
// takes a lock twice is refused the second time, as another is.
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

// Held until destroyed; the kernel releases it when the process dies. The file itself stays. Only
// its owner may open it (0600), so that no other user of the host can hold it.
class LockFile {
 public:
    // Does not wait. nullopt: somebody else holds it (see read_holder). Error: it cannot be opened,
    // or is a link, no regular file, or another user's; nothing is changed then. `command`: what
    // others are told that the holder does.
    static Result<std::optional<LockFile>> try_acquire(const std::string& path,
                                                       const std::string& command);
    // Somebody holds it now. false: nobody, or there is no such file.
    static bool is_held(const std::string& path);
    // Who wrote into it; or, where the kernel says that another process of this host has the lock
    // (flock(1), say), that one: its program's name for the command, and no start. What it answers
    // may be over by then.
    static LockHolder read_holder(const std::string& path);

    // For children to inherit: the lock is free when the last descriptor of it is closed.
    int fd() const { return fd_.get(); }

 private:
    explicit LockFile(Fd fd) : fd_(std::move(fd)) {}
    Fd fd_;
};

std::string host_name();

}  // namespace buildd
