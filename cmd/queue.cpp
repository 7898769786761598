// queue build, list, why.
#include <fmt/format.h>

#include "command.hpp"
#include "db/passes.hpp"
#include "db/queue_build.hpp"
#include "db/snapshot.hpp"
#include "farm/farm.hpp"
#include "farm/queue_build.hpp"
#include "show.hpp"
#include "why.hpp"

namespace buildd::cmd {

namespace {

constexpr int shown_jobs = 1000;

ExitStatus queue_build(Context& context, const Arguments&) {
    const StopSignals& signals = context.stop_signals();
    const auto result =
        farm::run_queue_build(context.settings(), context.database(), signals, context.log());
    if (!result) return ExitStatus::busy;
    if (context.dry_run()) print_line(result->summary());
    return ExitStatus::done;
}

ExitStatus queue_list(Context& context, const Arguments&) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& job : db::list_queue(context.database(), shown_jobs))
        rows.push_back({job.build, job.score, job.state, job.builder, job.created, job.title});
    print_table({"BUILD", "SCORE", "STATE", "BUILDER", "CREATED", "TITLE"}, rows);
    return ExitStatus::done;
}

ExitStatus queue_why(Context& context, const Arguments&) {
    const auto groups = db::queued_groups(context.database());
    const auto builders = db::watch_builders(context.database());
    for (const auto& group : groups) {
        const auto report = policy::why_group(group, builders, why_rules(context));
        print_line(report.title);
        if (!report.jobs.empty()) print_line("- jobs: " + report.jobs);
        print_line("- builders: " + report.builders);
        print_line("- so: " + report.verdict);
    }
    if (groups.empty()) print_line("The queue is empty.");
    print_line(policy::why_no_pass(db::last_dispatch(context.database())).sentence);
    return ExitStatus::done;
}

}  // namespace

policy::WhyRules why_rules(const Context& context) {
    return {context.settings().build_security, farm::reset_rules(context.settings())};
}

void print_overdue_pass(Context& context) {
    const auto report = policy::why_no_pass(db::last_dispatch(context.database()));
    if (report.overdue) print_line(report.sentence);
}

std::vector<Command> queue_commands() {
    return {
        {{"queue", "build"},
         "Make missing builds and jobs, retry dependency waits, score the queue",
         {dry_run_flag},
         queue_build},
        {{"queue", "list"}, "Pending and running jobs, best first", {}, queue_list},
        {{"queue", "why"}, "Why the queue does not move", {}, queue_why},
    };
}

}  // namespace buildd::cmd
