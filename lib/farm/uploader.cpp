#include "farm/uploader.hpp"

#include <csignal>

#include "base/files.hpp"
#include "base/text.hpp"
#include "policy/pockets.hpp"
#include "upload/take_in.hpp"
#include "upload/told_ends.hpp"

namespace buildd::farm {

namespace {

constexpr std::chrono::seconds publish_wind_down{30};
using supervise::ChildEnd;

bool is_own(const Settings& settings) {
    return settings.uploader.empty();
}

void add_leaf(const Settings& settings, const db::UploadingBuild& uploading,
              std::vector<std::string>& arguments) {
    const TargetFacts& target = uploading.build.target;
    const std::string leaf = place(settings, incoming_folder, uploading.leaf);
    for (const auto& word :
         {std::string("--log-file"), leaf + "/uploader.log", std::string("-d"), target.distribution,
          std::string("-s"), policy::suite_name(target), std::string("-b"),
          std::to_string(uploading.build.id.value), std::string("-J"), uploading.leaf})
        arguments.push_back(word);
}

UploaderResult as_if_alone(const ChildEnd& all, const ToldEnd& told) {
    ChildEnd end;
    end.end.exit_code = told.exit_code;
    end.end.signal = told.signal;
    end.end.timeout = all.end.timeout;
    end.output = told.sentence;
    return end;
}

}  // namespace

bool takes_several(const Settings& settings) {
    return is_own(settings) && settings.publish_command.empty();
}

net::Command uploader_command(const Farm& farm, const std::vector<db::UploadingBuild>& leaves,
                              const std::vector<int>& lock_fds) {
    const Settings& settings = farm.settings();
    net::Command command;
    command.arguments = settings.uploader;
    if (is_own(settings)) {
        command.program = "/proc/self/exe";
        command.arguments = {"buildd-master", "process-upload"};
    }
    for (const auto& uploading : leaves) add_leaf(settings, uploading, command.arguments);
    command.arguments.push_back(settings.root);
    command.environment = settings_environment(farm.loaded.texts);
    command.withheld = secrets_kept_from_uploaders();
    command.environment.push_back(
        fmt::format("{}={}", lock_fds_variable, fmt::join(lock_fds, ",")));
    // The publish_command that it runs has as much time, and ends first.
    const bool publishes = is_own(settings) && !settings.publish_command.empty();
    command.timeout = settings.uploader_timeout;
    if (publishes) command.timeout += settings.uploader_timeout + publish_wind_down;
    return command;
}

Result<bool> must_run(const Farm& farm, const db::UploadingBuild& uploading) {
    const bool unfinished =
        uploading.build.state == BuildState::UPLOADING || is_own(farm.settings());
    if (!unfinished) return false;
    return finds_folder(place(farm.settings(), incoming_folder, uploading.leaf));
}

std::optional<UploaderResult> end_for(const Farm& farm, const std::string& leaf,
                                      const UploaderResult& end) {
    if (!end || !is_own(farm.settings())) return end;
    const ToldEnds told = read_told_ends(end->output);
    if (told.begun.empty()) return end;  // it had one only, or could not begin
    const auto ended = told.ended.find(leaf);
    if (ended != told.ended.end()) return as_if_alone(*end, ended->second);
    if (!told.begun.contains(leaf)) return std::nullopt;
    ChildEnd untold = *end;
    untold.output = "its uploader did not come to an end with it";
    return untold;
}

policy::UploaderExit exit_of(const Farm& farm, const UploaderResult& end) {
    policy::UploaderExit how;
    how.own = is_own(farm.settings());
    how.started = end.ok();
    if (!end) return how;
    how.exit_code = end->end.exit_code;
    how.killed = end->end.timed_out || end->end.signal != 0;
    return how;
}

bool ended_by_its_leaf(const policy::UploaderExit& how, const UploaderResult& end) {
    const int signal = end ? end->end.signal : 0;
    const bool crashed = signal != 0 && signal != SIGKILL && signal != SIGTERM;
    return how.own && end && (end->end.timed_out || crashed);
}

std::string why_not(const Farm& farm, const UploaderResult& end) {
    if (!end) return end.error().message;
    const auto lines = split(std::string(trim(end->output)), '\n');
    const std::string last = one_line(trim(lines.back()));
    const bool says = is_own(farm.settings()) && end->end.exit_code != 0 && !last.empty();
    return says ? last : "the uploader ended with " + end->end.text();
}

}  // namespace buildd::farm
