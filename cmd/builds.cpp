// build list, show, log, why.
#include "builds.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "db/build_details.hpp"
#include "db/snapshot.hpp"
#include "librarian/gunzip.hpp"
#include "show.hpp"
#include "why.hpp"

namespace buildd::cmd {

namespace {

using Kind = Argument::Kind;

constexpr int shown_builds = 1000;

BuildId build_of(Context& context, const Arguments& arguments) {
    return find_build(context, arguments.one("build"));
}

[[noreturn]] void throw_unknown(BuildId build) {
    throw Failure(ExitStatus::usage, fmt::format("there is no build {}", build.value));
}

int limit_of(const Arguments& arguments) {
    const auto text = arguments.maybe("--limit");
    if (!text) return shown_builds;
    const auto limit = parse_int(*text);
    if (!limit || *limit < 1 || *limit > 1'000'000'000)
        throw Failure(ExitStatus::usage,
                      fmt::format("--limit: '{}' is no number of builds", one_line(*text)));
    return static_cast<int>(*limit);
}

ExitStatus build_list(Context& context, const Arguments& arguments) {
    db::BuildFilter filter = filter_of(arguments);
    filter.limit = limit_of(arguments);
    std::vector<std::vector<std::string>> rows;
    for (const auto& b : db::list_builds(context.database(), filter))
        rows.push_back({std::to_string(b.id.value), b.state, b.finished, b.builder, b.title});
    print_table({"BUILD", "STATE", "FINISHED", "BUILDER", "TITLE"}, rows);
    return ExitStatus::done;
}

ExitStatus build_log(Context& context, const Arguments& arguments) {
    const BuildId id = build_of(context, arguments);
    const auto log = db::find_log(context.database(), id);
    if (!log.exists) throw_unknown(id);
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

// Where a stored file lies; no folder is opened for that.
std::string place_of(const Context& context, const std::optional<LibraryFile>& file) {
    if (!file) return "";
    const Librarian librarian(context.settings().librarian_root, {});
    return librarian.path(file->id, file->filename, file->restricted);
}

std::string archive_words(const BuildFacts& build) {
    const std::string owner = build.archive.owner.empty() ? "" : " of " + build.archive.owner;
    return fmt::format("{}/{} ({}{}{})", build.target.distribution, build.archive.name,
                       label(build.archive.purpose), owner,
                       build.archive.is_private ? ", private" : "");
}

std::string score_words(const db::BuildDetails& details) {
    if (!details.score) return "no job";
    return fmt::format("{}{}", *details.score, details.manual_score ? " (set by a person)" : "");
}

void show_attempts(Context& context, BuildId build) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& a : db::read_attempts(context.database(), build))
        rows.push_back({a.cookie, a.outcome, a.builder, a.started, a.finished,
                        place_of(context, a.log), a.leaf, a.detail});
    if (rows.empty()) return;
    print_line("");
    print_table({"ATTEMPT", "OUTCOME", "BUILDER", "STARTED", "FINISHED", "LOG", "LEAF", "DETAIL"},
                rows);
}

ExitStatus build_show(Context& context, const Arguments& arguments) {
    const BuildId id = build_of(context, arguments);
    const auto d = db::read_build_details(context.database(), id);
    if (!d) throw_unknown(id);
    const BuildFacts& build = d->build;
    print_table({"BUILD", std::to_string(id.value)},
                {{"title", build.title()},
                 {"state", fmt::format("{} ({})", label(build.state), title(build.state))},
                 {"archive", archive_words(build)},
                 {"pocket", std::string(label(build.target.pocket))},
                 {"component", d->component},
                 {"score", score_words(*d)},
                 {"builder", d->builder},
                 {"created", d->created},
                 {"started", d->started},
                 {"finished", d->finished},
                 {"duration", d->duration ? show_duration(*d->duration) : ""},
                 {"not before", d->not_before},
                 {"dependencies", d->dependencies},
                 {"failures", std::to_string(build.failure_count)},
                 {"log", place_of(context, d->log)},
                 {"upload log", place_of(context, d->upload_log)},
                 {"leaf", d->leaf}});
    show_attempts(context, id);
    return ExitStatus::done;
}

ExitStatus build_why(Context& context, const Arguments& arguments) {
    const BuildId id = build_of(context, arguments);
    const auto build = db::explain_build(context.database(), id);
    if (!build) throw_unknown(id);
    print_line(fmt::format("build {}, {}: {}", id.value, build->job.build.title(),
                           label(build->job.build.state)));
    for (const auto& sentence :
         policy::why_build(*build, db::watch_builders(context.database()), why_rules(context)))
        print_line(sentence);
    if (build->job.build.state == BuildState::NEEDSBUILD) print_overdue_pass(context);
    return ExitStatus::done;
}

}  // namespace

std::vector<Command> build_commands() {
    const Argument build{"build", Kind::positional, "Build id, or a source with one build"};
    auto list_arguments = filter_arguments();
    list_arguments.push_back({"--limit", Kind::option, "At most so many (1000)", "N"});
    return {
        {{"build", "list"}, "List builds, newest first", list_arguments, build_list},
        {{"build", "show"}, "Everything about one build, with its attempts", {build}, build_show},
        {{"build", "why"}, "Why a build does not run, or where it is", {build}, build_why},
        {{"build", "log"},
         "Print a build's log, or the tail of a running one's",
         {build},
         build_log},
    };
}

}  // namespace buildd::cmd
