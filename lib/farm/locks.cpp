#include "farm/locks.hpp"

#include <fmt/format.h>
#include <poll.h>

namespace buildd::farm {

namespace {

constexpr int retry_milliseconds = 200;

std::string lock_path(const Settings& settings, db::FarmLock lock) {
    switch (lock) {
        case db::FarmLock::pass:
            return settings.lockfile;
        case db::FarmLock::upload:
            return settings.lockfile + ".upload";
        case db::FarmLock::queue:
            return settings.lockfile + ".queue";
    }
    return settings.lockfile;
}

void say_who_holds_file(const Settings& settings, const std::string& path, db::FarmLock lock,
                        Log& log) {
    const LockHolder holder = LockFile::read_holder(path);
    const auto now = std::chrono::system_clock::now();
    const bool overdue =
        lock == db::FarmLock::pass && holder.start && now - *holder.start > settings.pass_timeout;
    log.write(overdue ? Level::ERROR : Level::INFO,
              fmt::format("Lockfile {} in use by {}", path, holder.text()));
}

void say_who_holds_farm(const Settings& settings, db::Database& database, db::FarmLock lock,
                        Log& log) {
    // The diary does not tell uploads from the rest of a pass.
    const auto pass =
        lock == db::FarmLock::upload ? std::nullopt : db::unfinished_pass(database, lock);
    if (!pass) {
        log.info("The farm's lock is in use by another host");
        return;
    }
    log.write(pass->age > settings.pass_timeout ? Level::ERROR : Level::INFO,
              fmt::format("The farm's lock is in use by host '{}', pid {} ({}) for {}", pass->host,
                          pass->pid, pass->command, show_duration(pass->age)));
}

void pause(const StopSignals& signals) {
    pollfd fd{signals.fd(), POLLIN, 0};
    ::poll(&fd, 1, retry_milliseconds);
    if (const auto signal = signals.pending()) throw Interrupted(*signal);
}

}  // namespace

PassLock::~PassLock() {
    try {
        db::unlock(database_, lock_);
    } catch (const std::exception&) {  // the session is gone, and the lock with it
    }
}

std::unique_ptr<PassLock> take_lock(const Settings& settings, db::Database& database,
                                    const LockWish& wish, const StopSignals& signals, Log& log) {
    const std::string path = lock_path(settings, wish.lock);
    const auto give_up = std::chrono::steady_clock::now() + wish.wait;
    for (;;) {
        auto file = LockFile::try_acquire(path, wish.command);
        if (!file) throw Failure(ExitStatus::bad_config, "lockfile: " + file.error().message);
        if (*file && (wish.take ? wish.take() : db::try_lock(database, wish.lock)))
            return std::make_unique<PassLock>(std::move(**file), database, wish.lock);
        if (std::chrono::steady_clock::now() >= give_up) {
            if (*file)
                say_who_holds_farm(settings, database, wish.lock, log);
            else
                say_who_holds_file(settings, path, wish.lock, log);
            return nullptr;
        }
        file = std::optional<LockFile>();  // not held while waiting
        pause(signals);
    }
}

}  // namespace buildd::farm
