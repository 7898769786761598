// build retry, cancel, hold, release, rescore, reupload.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "builds.hpp"
#include "farm/build_admin.hpp"
#include "farm/reupload.hpp"
#include "policy/transitions.hpp"
#include "show.hpp"

namespace buildd::cmd {

namespace {

using Kind = Argument::Kind;

constexpr std::int64_t greatest_score = 1'000'000'000;

int per_hour(const Context& context) {
    return static_cast<int>(context.settings().score_per_hour);
}

void print_lines(const farm::Lines& lines) {
    for (const auto& line : lines) print_line(line);
}

// Each once, in the order given.
std::vector<BuildId> builds_of(Context& context, const Arguments& arguments) {
    std::vector<BuildId> builds;
    for (const auto& text : arguments.all("build")) {
        const BuildId id = find_build(context, text);
        if (std::find(builds.begin(), builds.end(), id) == builds.end()) builds.push_back(id);
    }
    return builds;
}

ExitStatus retry_by_filter(Context& context, const Arguments& arguments) {
    const db::BuildFilter filter = filter_of(arguments);
    if (filter.state && !policy::may_retry(*filter.state))
        throw Failure(ExitStatus::usage,
                      fmt::format("--state: {} builds have not failed: they cannot be tried again",
                                  label(*filter.state)));
    const auto lines =
        farm::retry_matching(context.database(), per_hour(context), context.log(), filter);
    print_lines(lines);
    if (lines.empty()) print_line("no failed build of a published source matches");
    return ExitStatus::done;
}

ExitStatus build_retry(Context& context, const Arguments& arguments) {
    const bool by_filter = has_filter(arguments);
    if (by_filter == arguments.has("build"))
        throw Failure(ExitStatus::usage, by_filter
                                             ? "give builds or filters like --state, not both"
                                             : "give builds, or a filter like --state CHROOTWAIT");
    if (by_filter) return retry_by_filter(context, arguments);
    const auto builds = builds_of(context, arguments);
    print_lines(farm::retry_builds(context.database(), per_hour(context), context.log(), builds));
    return ExitStatus::done;
}

ExitStatus build_cancel(Context& context, const Arguments& arguments) {
    const auto builds = builds_of(context, arguments);
    print_lines(farm::cancel_builds(context.database(), builds));
    return ExitStatus::done;
}

ExitStatus build_hold(Context& context, const Arguments& arguments) {
    const auto builds = builds_of(context, arguments);
    print_lines(farm::hold_builds(context.database(), builds, context.person(),
                                  arguments.maybe("--reason").value_or("")));
    return ExitStatus::done;
}

ExitStatus build_release(Context& context, const Arguments& arguments) {
    const auto builds = builds_of(context, arguments);
    print_lines(farm::release_builds(context.database(), builds));
    return ExitStatus::done;
}

int score_of(const std::string& text) {
    const auto score = parse_int(text);
    if (!score || std::abs(*score) > greatest_score)
        throw Failure(ExitStatus::usage,
                      fmt::format("'{}' is no score: a whole number is", one_line(text)));
    return static_cast<int>(*score);
}

ExitStatus build_rescore(Context& context, const Arguments& arguments) {
    const bool by_rule = arguments.has("--auto");
    if (by_rule == arguments.has("score"))
        throw Failure(ExitStatus::usage,
                      by_rule ? "give a score or --auto, not both" : "give a score, or --auto");
    const auto score = by_rule ? std::nullopt : std::optional(score_of(arguments.one("score")));
    const BuildId build = find_build(context, arguments.one("build"));
    print_lines(
        score ? farm::rescore_build(context.database(), build, *score)
              : farm::rescore_by_rule(context.database(), per_hour(context), context.log(), build));
    return ExitStatus::done;
}

ExitStatus build_reupload(Context& context, const Arguments& arguments) {
    const auto builds = builds_of(context, arguments);
    context.open_folders();
    print_lines(farm::reupload_builds(context.database(), context.settings(), builds));
    return ExitStatus::done;
}

}  // namespace

std::vector<Command> build_edit_commands() {
    const Argument builds{"build", Kind::repeated_positional, "Build ids"};
    Argument some_builds = builds;
    some_builds.optional = true;
    Argument score{"score", Kind::positional, "The higher, the sooner"};
    score.optional = true;
    auto retry_arguments = filter_arguments();
    retry_arguments.insert(retry_arguments.begin(), some_builds);
    retry_arguments.push_back(dry_run_flag);
    return {
        {{"build", "retry"},
         "Build failed builds again, given ones or all that match",
         retry_arguments,
         build_retry},
        {{"build", "cancel"}, "Cancel builds", {builds, dry_run_flag}, build_cancel},
        {{"build", "hold"},
         "Let waiting jobs not be dispatched",
         {builds, {"--reason", Kind::option, "Why", "TEXT"}, dry_run_flag},
         build_hold},
        {{"build", "release"},
         "Let held jobs be dispatched again",
         {builds, dry_run_flag},
         build_release},
        {{"build", "rescore"},
         "Give a pending build a score",
         {{"build", Kind::positional, "Build id"},
          score,
          {"--auto", Kind::flag, "The score by the rules again"},
          dry_run_flag},
         build_rescore},
        {{"build", "reupload"},
         "Upload the results of FAILEDTOUPLOAD builds again",
         {builds, dry_run_flag},
         build_reupload},
    };
}

}  // namespace buildd::cmd
