#include "farm/farm.hpp"

#include <algorithm>

#include "db/passes.hpp"
#include "farm/held_rows.hpp"

namespace buildd::farm {

policy::ResetRules reset_rules(const LoadedSettings& loaded) {
    const Settings& settings = loaded.settings;
    if (loaded.stopped("vm_resume_command") != nullptr) return {false, false};
    return {!settings.vm_resume_command.empty(), settings.untrusted_without_reset};
}

policy::Thresholds Farm::thresholds() const {
    return {static_cast<int>(settings().job_failure_threshold),
            static_cast<int>(settings().builder_failure_threshold)};
}

policy::CollectLimits Farm::limits() const {
    policy::CollectLimits limits{settings().job_contact_timeout, settings().job_stall_timeout,
                                 settings().abort_timeout, settings().transfer_timeout};
    limits.depwait = settings().depwait_level;
    return limits;
}

policy::StartRules Farm::start_rules() const {
    return {settings().start_timeout, settings().build_security, reset_rules()};
}

// Between two pieces a helper thread waits for the loop, so one log goes in large ones; when many
// are taken at once, they share the room.
std::size_t Farm::piece_room() const {
    constexpr std::size_t shared = 1 << 20;
    return std::clamp<std::size_t>(shared / std::max<std::size_t>(results.taken(), 1), 64 << 10,
                                   512 << 10);
}

void Farm::refused(const std::string& item, const db::StatementError& error) const {
    if (error.is_busy()) {
        log.info("{}: somebody holds its row; a later run goes on", item);
        return;
    }
    log.error("{}: the database refused a change, which is undone: {}", item, error.what());
    report.needs_person = true;
}

void Farm::needs_person(const std::string& cause, Level level, const std::string& message) const {
    report.needs_person = true;
    const bool loud = dry_run || db::notice_due(database, {cause, message});
    log.write(loud ? level : Level::INFO, message);
}

// The path in front of the error, and how far it got behind it, are others each time.
void Farm::our_fault(const std::string& message) const {
    report.unavailable = true;
    const auto last = message.rfind(": ");
    std::string error = last == std::string::npos ? message : message.substr(last + 2);
    error.resize(std::min(error.size(), error.find(" (")));
    const bool loud = dry_run || db::notice_due(database, {"ours " + error, message});
    log.write(loud ? Level::ERROR : Level::INFO, message);
}

void Farm::note_failure(const char* failed, const char* why, bool busy) const {
    if (busy) end_if_table_is_locked(database);
    log.write(busy ? Level::WARNING : Level::ERROR, fmt::format("{}: {}", failed, why));
    if (!busy) report.needs_person = true;
}

std::string place(const Settings& settings, const char* folder, const std::string& name) {
    return fmt::format("{}/{}/{}", settings.root, folder, name);
}

}  // namespace buildd::farm
