#include "supervise/item_lock.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "supervise/process_id.hpp"
#include "supervise/supervise.hpp"

namespace buildd::supervise {

namespace {

constexpr int guard_tries = 40;
constexpr std::chrono::milliseconds guard_pause{5};

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

// Whoever takes an item's lock holds the folder's for that moment: nobody may come between the look
// at a lock and its renewal. nullopt: another does not let go of it.
Result<std::optional<Fd>> take_guard(const std::string& folder) {
    auto guard = open_file(folder, O_RDONLY | O_DIRECTORY);
    if (!guard) return guard.error();
    for (int tries = 0; tries < guard_tries; ++tries) {
        if (::flock(guard->get(), LOCK_EX | LOCK_NB) == 0)
            return std::optional<Fd>(std::move(*guard));
        if (errno != EWOULDBLOCK && errno != EINTR) return system_error("cannot lock", folder);
        std::this_thread::sleep_for(guard_pause);
    }
    return std::optional<Fd>();
}

}  // namespace

Result<std::optional<LockFile>> take_item_lock(const std::string& path, const std::string& folder,
                                               const std::string& command) {
    if (auto made = make_folders(parent_of(path)); !made) return made.error();
    const auto guard = take_guard(parent_of(path));
    if (!guard) return guard.error();
    if (!*guard) return std::optional<LockFile>();
    auto lock = LockFile::try_acquire(path, command);
    if (!lock || *lock || !is_gone(LockFile::read_holder(path)) || !is_over(folder)) return lock;
    ::unlink(path.c_str());
    return LockFile::try_acquire(path, command);
}

}  // namespace buildd::supervise
