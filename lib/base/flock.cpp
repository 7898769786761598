#include "base/flock.hpp"

#include <cerrno>
#include <sys/file.h>
#include <thread>

#include "base/fd.hpp"

namespace buildd {

namespace {

constexpr std::chrono::milliseconds pause{5};

}  // namespace

Result<bool> lock_within(int fd, std::chrono::milliseconds time, std::string_view path) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR) continue;
        if (errno != EWOULDBLOCK) return system_error("cannot lock", path);
        if (std::chrono::steady_clock::now() >= end) return false;
        std::this_thread::sleep_for(pause);
    }
    return true;
}

}  // namespace buildd
