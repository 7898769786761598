#include "supervise/item_lock.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "supervise/process_id.hpp"
#include "supervise/supervise.hpp"

namespace buildd::supervise {

namespace {

// Only on this host it can be told that it is gone.
bool is_gone(const LockHolder& holder) {
    const auto pid = parse_int(holder.pid);
    if (holder.host != host_name() || !pid) return false;
    return ::kill(static_cast<pid_t>(*pid), 0) != 0 && errno == ESRCH;
}

bool is_over(const std::string& folder) {
    const auto left = inspect(folder);
    return left && (left->state == Left::State::ended || left->state == Left::State::orphan);
}

}  // namespace

Result<std::optional<LockFile>> take_item_lock(const std::string& path, const std::string& folder,
                                               const std::string& command) {
    if (auto made = make_folders(parent_of(path)); !made) return made.error();
    auto lock = LockFile::try_acquire(path, command);
    if (!lock || *lock || !is_gone(LockFile::read_holder(path)) || !is_over(folder)) return lock;
    // One at a time makes a fresh file, and looks again first: it may be fresh already.
    const auto guard = open_file(parent_of(path), O_RDONLY | O_DIRECTORY);
    if (!guard) return guard.error();
    if (::flock(guard->get(), LOCK_EX) != 0) return system_error("cannot lock", parent_of(path));
    if (is_gone(LockFile::read_holder(path)) && is_over(folder)) ::unlink(path.c_str());
    return LockFile::try_acquire(path, command);
}

}  // namespace buildd::supervise
