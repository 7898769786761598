// queue build, list, why.
#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "builds.hpp"
#include "command.hpp"
#include "db/breakers.hpp"
#include "db/passes.hpp"
#include "db/queue_build.hpp"
#include "db/snapshot.hpp"
#include "expected_times.hpp"
#include "farm/farm.hpp"
#include "farm/planned_builds.hpp"
#include "farm/queue_build.hpp"
#include "json.hpp"
#include "policy/cause_words.hpp"
#include "show.hpp"
#include "why.hpp"

namespace buildd::cmd {

namespace {

constexpr std::size_t shown_sources = 20;

ExitStatus queue_build(Context& context, const Arguments&) {
    const StopSignals& signals = context.stop_signals();
    context.tell_problems();
    const auto result =
        farm::run_queue_build(context.settings(), context.database(), signals, context.log());
    if (!result) return ExitStatus::busy;
    if (context.dry_run()) print_line(result->summary());
    return result->status();
}

Field state_of(const db::QueueRow& job) {
    Field state = state_field("STATE", job.state);
    if (!job.parked_by.empty()) state.shown = text_of(state) + ", held by " + job.parked_by;
    return state;
}

Record record_of(const db::QueueRow& job, const ExpectedTimes& times) {
    return {{"build", "BUILD", job.build.value},
            {"score", "SCORE", std::int64_t{job.score}},
            state_of(job),
            {"held_by", "", job.parked_by},
            {"builder", "BUILDER", job.builder},
            {"created", "CREATED", job.created, to_the_minute(job.created)},
            moment_field("start", "START", times.start),
            moment_field("end", "END", times.end),
            {"title", "TITLE", job.title}};
}

ExitStatus queue_list(Context& context, const Arguments& arguments) {
    db::BuildFilter filter = filter_of(arguments);
    filter.limit = limit_of(arguments);
    const auto jobs = db::list_queue(context.database(), filter);
    std::vector<BuildId> builds;
    for (const auto& row : jobs.rows) builds.push_back(row.build);
    auto times = expected_times(context, builds);
    show_list(arguments, table_of("jobs", jobs.rows, [&times](const db::QueueRow& job) {
                  return record_of(job, times[job.build]);
              }));
    if (std::cmp_less(jobs.rows.size(), jobs.total))
        context.log().warning("only the best {} of {} jobs are listed: --limit lists more",
                              jobs.rows.size(), jobs.total);
    return ExitStatus::done;
}

Record group_record(const policy::GroupReport& report) {
    return {{"architecture", "", report.architecture_tag},
            {"trusted", "", report.trusted},
            {"pending", "", report.pending},
            {"running", "", report.running},
            {"jobs", "jobs", report.jobs},
            {"builders", "builders", report.builders},
            {"verdict", "so", report.verdict}};
}

Record never_record(const db::NeverBuilt& never) {
    return {{"source", "", never.title}, {"reason", "", never.reason}};
}

void print_never(const std::vector<db::NeverBuilt>& never) {
    for (std::size_t i = 0; i < std::min(never.size(), shown_sources); ++i)
        print_line(farm::never_sentence(never[i]));
    if (never.size() > shown_sources)
        print_line(
            fmt::format("... and something of {} more sources", never.size() - shown_sources));
}

Record breaker_record(const db::BreakerRow& breaker) {
    return {{"cause", "", breaker.words},
            {"jobs", "", breaker.held},
            {"builders", "", breaker.builders}};
}

void print_group(const policy::GroupReport& report) {
    print_line(report.title);
    for (const auto& field : group_record(report))
        if (!field.heading.empty() && !text_of(field).empty())
            print_line(fmt::format("- {}: {}", field.heading, text_of(field)));
}

ExitStatus queue_why(Context& context, const Arguments& arguments) {
    const auto builders = db::watch_builders(context.database());
    std::vector<policy::GroupReport> groups;
    for (const auto& group : db::queued_groups(context.database()))
        groups.push_back(policy::why_group(group, builders, why_rules(context)));
    const auto never = farm::never_built(farm::plan_sources(context.database(), std::nullopt));
    const auto last = db::last_dispatch(context.database());
    const auto pass = policy::why_no_pass(last);
    const auto breakers = db::open_breakers(context.database());
    if (arguments.has(json_flag.name)) {
        print_json(to_json({{"overdue", "", pass.overdue}},
                           {{"groups", to_json(table_of("groups", groups, group_record))},
                            {"breakers", to_json(table_of("breakers", breakers, breaker_record))},
                            {"never_built", to_json(table_of("never_built", never, never_record))},
                            {"last_dispatch", to_json(last)}}));
        return ExitStatus::done;
    }
    for (const auto& group : groups) print_group(group);
    if (groups.empty()) print_line("The queue is empty.");
    for (const auto& breaker : breakers)
        print_line(policy::open_sentence(breaker.words, breaker.held, breaker.builders));
    print_never(never);
    print_line(pass.sentence);
    return ExitStatus::done;
}

}  // namespace

policy::WhyRules why_rules(const Context& context) {
    return {context.settings().build_security, farm::reset_rules(context.loaded())};
}

std::string to_json(const std::optional<LastPass>& pass) {
    if (!pass) return to_json(Value());
    return to_json(Record{{"command", "", pass->command},
                          {"host", "", pass->host},
                          {"started", "", pass->started},
                          {"finished", "", pass->finished},
                          {"exit_status", "", number_or_null(pass->exit_status)},
                          {"summary", "", pass->summary}});
}

std::vector<Command> queue_commands() {
    auto list_arguments = name_filters();
    list_arguments.push_back(limit_flag);
    list_arguments.push_back(json_flag);
    return {
        {{"queue", "build"},
         "Make missing builds and jobs, retry waits, score the queue",
         {dry_run_flag},
         queue_build,
         Command::Tells::itself},
        {{"queue", "list"}, "Pending and running jobs, best first", list_arguments, queue_list},
        {{"queue", "why"}, "Why the queue does not move", {json_flag}, queue_why},
    };
}

}  // namespace buildd::cmd
