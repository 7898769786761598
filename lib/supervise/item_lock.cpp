#include "supervise/item_lock.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/flock.hpp"
#include "base/text.hpp"
#include "supervise/process_id.hpp"
#include "supervise/supervise.hpp"

namespace buildd::supervise {

namespace {

constexpr std::chrono::milliseconds guard_time{200};

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
    // Whoever takes an item's lock holds the folder's for that moment: nobody may come between the
    // look at a lock and its renewal.
    const auto guard = open_file(parent_of(path), O_RDONLY | O_DIRECTORY);
    if (!guard) return guard.error();
    const auto guarded = lock_within(guard->get(), guard_time, parent_of(path));
    if (!guarded) return guarded.error();
    if (!*guarded) return std::optional<LockFile>();
    auto lock = LockFile::try_acquire(path, command);
    if (!lock || *lock || !is_gone(LockFile::read_holder(path)) || !is_over(folder)) return lock;
    ::unlink(path.c_str());
    return LockFile::try_acquire(path, command);
}

}  // namespace buildd::supervise
