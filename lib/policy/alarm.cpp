#include "policy/alarm.hpp"

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/text.hpp"

namespace buildd::policy {

namespace {

constexpr std::chrono::minutes overdue{5};

// A pass that started and did not end has died or is at work: the next one tells.
std::string why_critical(const std::optional<LastPass>& pass) {
    if (!pass) return "no pass has dispatched jobs within a week";
    if (pass->age > overdue)
        return fmt::format("no pass has dispatched jobs for {}", show_duration(pass->age));
    const int status = pass->exit_status.value_or(0);
    if (status == static_cast<int>(ExitStatus::done) ||
        status == static_cast<int>(ExitStatus::needs_person))
        return "";
    return fmt::format("the last pass ended with exit status {}", status);
}

std::vector<std::string> warnings_of(const WatchedFarm& farm) {
    std::vector<std::string> found;
    const auto count = static_cast<std::int64_t>(farm.disabled_builders.size());
    if (count > 0)
        found.push_back(fmt::format("{} out of use: {}", counted(count, "builder"),
                                    join(farm.disabled_builders, " ")));
    if (farm.chroot_wait > 0)
        found.push_back(counted(farm.chroot_wait, "build") + " in CHROOTWAIT");
    if (farm.failed_to_upload > 0)
        found.push_back(counted(farm.failed_to_upload, "build") + " FAILEDTOUPLOAD");
    if (farm.left > 0)
        found.push_back(counted(farm.left, "build") + " that end the same again and again");
    if (farm.last_dispatch && farm.last_dispatch->exit_status == 1)
        found.emplace_back("the last pass left something for a person: its log says what");
    return found;
}

}  // namespace

Verdict judge(const WatchedFarm& farm) {
    const std::string critical = why_critical(farm.last_dispatch);
    if (!critical.empty()) return {Alarm::critical, "CRITICAL - " + critical};
    const auto warnings = warnings_of(farm);
    if (!warnings.empty()) return {Alarm::warning, "WARNING - " + join(warnings, "; ")};
    return {Alarm::ok,
            fmt::format("OK - the last pass was {} ago: {}", show_duration(farm.last_dispatch->age),
                        farm.last_dispatch->summary)};
}

}  // namespace buildd::policy
