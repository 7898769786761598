// build list, log.
#include <fmt/format.h>

#include "base/text.hpp"
#include "command.hpp"
#include "db/build_admin.hpp"
#include "librarian/gunzip.hpp"
#include "show.hpp"

namespace buildd::cmd {

namespace {

using Kind = Argument::Kind;

constexpr int shown_builds = 1000;

BuildId build_of(const Arguments& arguments) {
    const auto id = parse_int(arguments.one("build"));
    if (!id || *id < 1)
        throw Failure(ExitStatus::usage, fmt::format("'{}' is no build id: 'buildd-master build "
                                                     "list' shows them",
                                                     one_line(arguments.one("build"))));
    return BuildId{*id};
}

ExitStatus build_list(Context& context, const Arguments& arguments) {
    db::BuildFilter filter;
    if (const auto state = arguments.maybe("--state"))
        filter.state = parse_label<BuildState>(*state, "build state");
    filter.limit = shown_builds;
    std::vector<std::vector<std::string>> rows;
    for (const auto& b : db::list_builds(context.database(), filter))
        rows.push_back({b.id, b.state, b.finished, b.builder, b.title});
    print_table({"BUILD", "STATE", "FINISHED", "BUILDER", "TITLE"}, rows);
    return ExitStatus::done;
}

ExitStatus build_log(Context& context, const Arguments& arguments) {
    const BuildId id = build_of(arguments);
    const auto log = db::find_log(context.database(), id);
    if (!log.exists)
        throw Failure(ExitStatus::usage, fmt::format("there is no build {}", id.value));
    if (log.file) {
        const std::string path =
            context.librarian().path(log.file->id, log.file->filename, log.file->restricted);
        if (const auto printed = print_gunzipped(path, stdout); !printed)
            throw Failure(ExitStatus::unavailable, printed.error().message);
    } else if (log.tail) {
        fmt::print("{}\n", mask_passwords(*log.tail));
    } else {
        throw Failure(ExitStatus::bad_input, fmt::format("build {} has no log yet", id.value));
    }
    return ExitStatus::done;
}

}  // namespace

std::vector<Command> build_commands() {
    return {
        {{"build", "list"},
         "List builds, newest first",
         {{"--state", Kind::option, "Only in this state", "STATE"}},
         build_list},
        {{"build", "log"},
         "Print a build's log, or the tail of a running one's",
         {{"build", Kind::positional, "Build id"}},
         build_log},
    };
}

}  // namespace buildd::cmd
