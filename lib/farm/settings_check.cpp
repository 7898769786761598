#include "farm/settings_check.hpp"

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/text.hpp"
#include "farm/pass_clock.hpp"
#include "farm/places_check.hpp"
#include "farm/retry_check.hpp"
#include "net/process.hpp"

namespace buildd::farm {

namespace {

using Stops = SettingProblem::Stops;
using Problems = std::vector<SettingProblem>;

SettingProblem problem(const LoadedSettings& loaded, const std::string& key, std::string sentence,
                       Stops stops) {
    return {key, place_of(key, loaded.texts.at(key)), std::move(sentence), stops};
}

// "30" was meant as days by somebody, and is 30 seconds. 0 is the same in all units.
void check_units(const LoadedSettings& loaded, Problems& found) {
    for (const auto& spec : setting_specs()) {
        const bool is_duration = parse_duration(spec.fallback) && !parse_int(spec.fallback);
        const std::string& text = loaded.texts.at(spec.key).text;
        if (!is_duration || parse_int(text).value_or(0) == 0) continue;
        found.push_back(problem(loaded, spec.key,
                                fmt::format("{0} has no unit and is taken as {0} s: write '{0} s', "
                                            "or min, h or d",
                                            text),
                                Stops::nothing));
    }
}

void check_placeholders(const LoadedSettings& loaded, const std::string& key,
                        const std::vector<std::string>& words,
                        const std::vector<std::string>& names, Problems& found) {
    std::vector<std::pair<std::string, std::string>> values;
    std::vector<std::string> known;
    for (const auto& name : names) {
        values.emplace_back(name, "");
        known.push_back("%(" + name + ")s");
    }
    const auto filled = net::substitute(words, values);
    if (filled) return;
    found.push_back(problem(
        loaded, key, fmt::format("{}; known here: {}", filled.error().message, join(known, " ")),
        Stops::its_own));
}

void check_unused(const LoadedSettings& loaded, Problems& found) {
    for (const char* key : {"librarian_user", "librarian_password"})
        if (!loaded.texts.at(key).text.empty())
            found.push_back(problem(loaded, key,
                                    "builders get URLs that open one file for a while; this is no "
                                    "longer used: have the web server ask for those instead of a "
                                    "password, then take it away",
                                    Stops::nothing));
}

// A job is started only while a whole call fits into what is left of the pass.
void check_times(const LoadedSettings& loaded, Problems& found) {
    const Settings& settings = loaded.settings;
    const auto room = std::chrono::floor<std::chrono::seconds>(
        PassClock::until_cut(settings.pass_timeout) - std::chrono::milliseconds(1));
    if (settings.socket_timeout <= room) return;
    found.push_back(problem(
        loaded, "socket_timeout",
        fmt::format("{} s and more are not left of a pass of {} s (pass_timeout) to start a job "
                    "in: none would be; at most {} s are",
                    settings.socket_timeout.count(), settings.pass_timeout.count(), room.count()),
        Stops::its_own));
}

void check_patterns(const LoadedSettings& loaded, Problems& found) {
    const std::string& file = loaded.settings.retry_patterns;
    if (file.empty()) return;
    if (const auto read = read_retry_patterns(file); !read)
        found.push_back(problem(loaded, "retry_patterns", read.error().message, Stops::its_own));
}

}  // namespace

Problems check_values(const LoadedSettings& loaded) {
    Problems found;
    check_units(loaded, found);
    check_placeholders(loaded, "vm_resume_command", loaded.settings.vm_resume_command, {"vm_host"},
                       found);
    check_placeholders(loaded, "publish_command", loaded.settings.publish_command,
                       {"changes", "leaf", "archive", "suite", "distro"}, found);
    check_times(loaded, found);
    return found;
}

Problems check_settings(const LoadedSettings& loaded) {
    Problems found = check_values(loaded);
    check_unused(loaded, found);
    check_patterns(loaded, found);
    for (auto& place : check_places(loaded.settings))
        found.push_back(problem(loaded, place.key, std::move(place.sentence),
                                place.stops_everything ? Stops::everything : Stops::its_own));
    return found;
}

bool say_problems(const Problems& problems, Log& log,
                  const std::function<bool(const db::Notice&)>& loud) {
    bool stopped = false;
    for (const auto& one : problems) {
        if (one.stops == Stops::everything) throw Failure(ExitStatus::bad_config, one.text());
        const bool harmless = one.stops == Stops::nothing;
        stopped = stopped || !harmless;
        const Level level = harmless ? Level::WARNING : Level::ERROR;
        log.write(loud({"setting " + one.key, one.text()}) ? level : Level::INFO, one.text());
    }
    return stopped;
}

bool uploads_are_stopped(const LoadedSettings& loaded) {
    if (!loaded.settings.uploader.empty()) return loaded.stopped("uploader") != nullptr;
    return loaded.stopped("publish_command") != nullptr;
}

}  // namespace buildd::farm
