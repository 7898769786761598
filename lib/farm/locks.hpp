// The locks around passes and queue building (spec: behaviour §2.1).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/lock_file.hpp"
#include "base/log.hpp"
#include "base/settings.hpp"
#include "base/stop_signals.hpp"
#include "db/passes.hpp"

namespace buildd::farm {

// The host's lock (a file) and the farm's (in the database), in that order; released together.
class PassLock {
 public:
    PassLock(LockFile file, db::Database& database, db::FarmLock lock)
        : file_(std::move(file)), database_(database), lock_(lock) {}
    ~PassLock();
    PassLock(const PassLock&) = delete;
    PassLock& operator=(const PassLock&) = delete;

 private:
    LockFile file_;
    db::Database& database_;
    db::FarmLock lock_;
};

struct LockWish {
    db::FarmLock lock = db::FarmLock::pass;
    std::string command;
    std::chrono::seconds wait{0};
    // Takes the farm's lock; false: another session has it. db::try_lock if not given.
    std::function<bool()> take;
    bool only_look = false;  // a dry run: nothing is noted
};

// nullptr: somebody holds one of the two; who has been logged, as an ERROR once an hour when that
// has lasted for more than twice pass_timeout. Throws Failure(bad_config) when the lock file cannot
// be used.
std::unique_ptr<PassLock> take_lock(const Settings& settings, db::Database& database,
                                    const LockWish& wish, const StopSignals& signals, Log& log);

}  // namespace buildd::farm
