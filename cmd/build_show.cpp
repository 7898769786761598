// build show.
#include <fmt/format.h>

#include "base/text.hpp"
#include "builds.hpp"
#include "db/build_details.hpp"
#include "show.hpp"

namespace buildd::cmd {

namespace {

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

// Where it is built, and for what.
Record place_record(const db::BuildDetails& details) {
    const BuildFacts& build = details.build;
    return {
        {"build", "BUILD", build.id.value},
        {"title", "title", build.title()},
        {"source", "", build.source.name},
        {"version", "", build.source.version},
        {"state", "state", std::string(label(build.state)),
         fmt::format("{} ({})", label(build.state), title(build.state)),
         state_field("", build.state).tone},
        {"archive", "archive", build.target.distribution + "/" + build.archive.name,
         archive_words(build)},
        {"purpose", "", std::string(label(build.archive.purpose))},
        {"owner", "", build.archive.owner},
        {"private", "", build.archive.is_private},
        {"series", "", build.target.distribution + "/" + build.target.series},
        {"architecture", "", build.target.architecture_tag},
        {"pocket", "pocket", std::string(label(build.target.pocket))},
        {"component", "component", details.component},
        {"arch_indep", "arch:all", build.arch_indep, build.arch_indep ? "made here" : "not here"}};
}

Field time_field(const char* key, const char* heading, const std::string& time) {
    return {key, heading, time, to_the_second(time)};
}

Record record_of(const Context& context, const db::BuildDetails& d) {
    Record record = place_record(d);
    const std::string duration = d.duration ? show_duration(*d.duration) : "";
    const auto seconds = d.duration ? Value(std::int64_t{d.duration->count()}) : Value();
    const Record rest{{"score", "score", number_or_null(d.score), score_words(d)},
                      {"manual_score", "", d.manual_score},
                      {"builder", "builder", d.builder},
                      time_field("created", "created", d.created),
                      time_field("started", "started", d.started),
                      time_field("finished", "finished", d.finished),
                      {"duration", "duration", seconds, duration},
                      time_field("not_before", "not before", d.not_before),
                      {"dependencies", "dependencies", d.dependencies},
                      {"failure_count", "failures", std::int64_t{d.build.failure_count}},
                      {"log", "log", place_of(context, d.log)},
                      {"upload_log", "upload log", place_of(context, d.upload_log)},
                      {"leaf", "leaf", d.leaf}};
    record.insert(record.end(), rest.begin(), rest.end());
    return record;
}

Record attempt_record(const Context& context, const db::AttemptRow& a) {
    return {{"cookie", "ATTEMPT", a.cookie},
            {"outcome", "OUTCOME", a.outcome},
            {"builder", "BUILDER", a.builder},
            time_field("started", "STARTED", a.started),
            time_field("finished", "FINISHED", a.finished),
            {"log", "LOG", place_of(context, a.log)},
            {"leaf", "LEAF", a.leaf},
            {"detail", "DETAIL", a.detail}};
}

Record paper_record(const Context& context, const db::PaperRow& paper) {
    return {{"cookie", "ATTEMPT", paper.cookie}, {"file", "FILE", place_of(context, paper.file)}};
}

// One thing that build() of an attempt was given.
struct GivenThing {
    std::string cookie, what, value;
};

Record thing_record(const GivenThing& thing) {
    return {{"cookie", "ATTEMPT", thing.cookie},
            {"what", "GIVEN", thing.what},
            {"value", "WHAT", thing.value}};
}

void add_things(std::vector<GivenThing>& things, const Context& context, const std::string& cookie,
                const db::GivenRow& given) {
    if (given.chroot) things.push_back({cookie, "chroot", place_of(context, given.chroot)});
    for (const auto& line : split(given.archive_lines, '\n'))
        if (!line.empty()) things.push_back({cookie, "archive", line});
}

}  // namespace

ExitStatus build_show(Context& context, const Arguments& arguments) {
    const BuildId id = build_of(context, arguments);
    const auto details = db::read_build_details(context.database(), id);
    if (!details) throw_unknown(id);
    const auto rows = db::read_attempts(context.database(), id);
    const auto attempts = table_of("attempts", rows, [&](const db::AttemptRow& attempt) {
        return attempt_record(context, attempt);
    });
    std::vector<GivenThing> things;
    for (const auto& row : rows) add_things(things, context, row.cookie, row.given);
    add_things(things, context, details->cookie, details->given);
    const auto papers =
        table_of("files", db::read_papers(context.database(), id),
                 [&](const db::PaperRow& paper) { return paper_record(context, paper); });
    show_record(arguments, record_of(context, *details),
                {attempts, papers, table_of("given", things, thing_record)});
    return ExitStatus::done;
}

}  // namespace buildd::cmd
