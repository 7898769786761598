// build list.
#include "builds.hpp"

#include <fmt/format.h>
#include <utility>

#include "base/text.hpp"
#include "show.hpp"

namespace buildd::cmd {

namespace {

using Kind = Argument::Kind;

Record record_of(const db::BuildRow& build) {
    return {{"build", "BUILD", build.id.value},
            state_field("STATE", build.state),
            {"finished", "FINISHED", build.finished, to_the_minute(build.finished)},
            {"builder", "BUILDER", build.builder},
            {"title", "TITLE", build.title}};
}

ExitStatus build_list(Context& context, const Arguments& arguments) {
    db::BuildFilter filter = filter_of(arguments);
    const int limit = limit_of(arguments);
    filter.limit = limit + 1;
    auto builds = db::list_builds(context.database(), filter);
    const bool cut = std::cmp_greater(builds.size(), limit);
    if (cut) builds.pop_back();
    show_list(arguments, table_of("builds", builds, record_of));
    if (cut)
        context.log().warning("only the newest {} builds are listed: --limit lists more", limit);
    return ExitStatus::done;
}

}  // namespace

BuildId build_of(Context& context, const Arguments& arguments) {
    return find_build(context, arguments.one("build"));
}

void throw_unknown(BuildId build) {
    throw Failure(ExitStatus::usage, fmt::format("there is no build {}", build.value));
}

std::vector<Command> build_commands() {
    const Argument build{"build", Kind::positional, "Build id, or a source with one build"};
    auto list_arguments = filter_arguments();
    list_arguments.push_back(limit_flag);
    list_arguments.push_back(json_flag);
    return {
        {{"build", "list"}, "List builds, newest first", list_arguments, build_list},
        {{"build", "show"},
         "Everything about one build, with its attempts",
         {build, json_flag},
         build_show},
        {{"build", "why"},
         "Why a build does not run, or where it is",
         {{"build", Kind::positional, "Build id, or a source"}, json_flag},
         build_why},
        {{"build", "log"},
         "Print a build's log, or the tail of a running one's",
         {build, follow_flag},
         build_log},
    };
}

}  // namespace buildd::cmd
