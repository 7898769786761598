#include "farm/locks.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <poll.h>

#include "base/text.hpp"

namespace buildd::farm {

namespace {

constexpr int retry_milliseconds = 200;

std::string lock_path(const Settings& settings, db::FarmLock lock) {
    switch (lock) {
        case db::FarmLock::pass:
            return settings.lockfile;
        case db::FarmLock::queue:
            return settings.lockfile + ".queue";
    }
    return settings.lockfile;
}

// Who keeps everybody else out is told loudly once an hour when it lasts.
class Voice {
 public:
    Voice(const Settings& settings, db::Database& database, const LockWish& wish, Log& log)
        : settings_(settings), database_(database), wish_(wish), log_(log) {}

    void name_file_holder(const std::string& path) const {
        const LockHolder holder = LockFile::read_holder(path);
        const auto age = holder.start ? std::chrono::floor<std::chrono::seconds>(
                                            std::chrono::system_clock::now() - *holder.start)
                                      : seen_with(host_name(), holder.text());
        say(fmt::format("Lockfile {} in use by {}", path, holder.text()), age);
    }

    void name_farm_holder() const {
        const auto found = db::lock_session(database_, wish_.lock);
        if (!found) {
            log_.info("The farm's lock was in use until just now");
            return;
        }
        const auto age = std::max(found->age, seen_with("", std::to_string(found->session.pid)));
        const std::string session = found->session.text();
        const std::string since = show_duration(age);
        say(found->command.empty()
                ? fmt::format("The farm's lock is in use by {} for {} or longer", session, since)
                : fmt::format("The farm's lock is in use by host '{}', pid {} ({}) for {}: {}",
                              one_line(found->host), found->pid, one_line(found->command), since,
                              session),
            age);
    }

 private:
    // 0 where the database does not let us remember.
    std::chrono::seconds seen_with(const std::string& host, const std::string& holder) const {
        if (wish_.only_look) return {};
        try {
            return db::seen_with(database_, wish_.lock, host, holder);
        } catch (const db::StatementError& error) {
            log_.debug("Not noted who holds the lock: {}", error.what());
            return {};
        }
    }

    bool is_loud(const std::string& who, std::chrono::seconds age) const {
        if (age <= 2 * settings_.pass_timeout) return false;
        if (wish_.only_look) return true;
        try {
            return db::notice_due(database_,
                                  {fmt::format("lock {}", static_cast<int>(wish_.lock)), who});
        } catch (const db::StatementError&) {
            return true;
        }
    }

    void say(const std::string& who, std::chrono::seconds age) const {
        log_.write(is_loud(who, age) ? Level::ERROR : Level::INFO, who);
    }

    const Settings& settings_;
    db::Database& database_;
    const LockWish& wish_;
    Log& log_;
};

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
            const Voice voice(settings, database, wish, log);
            if (*file)
                voice.name_farm_holder();
            else
                voice.name_file_holder(path);
            return nullptr;
        }
        file = std::optional<LockFile>();  // not held while waiting
        pause(signals);
    }
}

}  // namespace buildd::farm
