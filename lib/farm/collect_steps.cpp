#include "farm/collect_steps.hpp"

#include "base/overloaded.hpp"
#include "db/attempts.hpp"
#include "farm/fetch_results.hpp"
#include "farm/finish_attempt.hpp"
#include "policy/collect_fetch.hpp"

namespace buildd::farm {

namespace {

using policy::EndAttempt;
using policy::FetchFailure;
using policy::LogNeed;

void say(const Farm& farm, const std::optional<policy::LogLine>& line) {
    if (!line) return;
    farm.log.write(line->level, line->text);
    if (!line->more.empty()) farm.log.write(line->level, line->more);
}

void leave_alone(const Farm& farm, const policy::LeaveAlone& left) {
    if (left.attention)
        farm.needs_person(left.attention->cause, left.attention->line.level,
                          left.attention->line.text);
    if (!left.our_fault.empty()) farm.our_fault(left.our_fault);
    if (left.cut) throw worker::Cut();
}

void no_contact(const BuilderContext& context, const policy::NoContact& silent) {
    say(context.farm, silent.line);
    context.ledger.silent(context.facts());
}

void still_running(const BuilderContext& context, const policy::StillRunning& running) {
    ++context.farm.report.running;
    context.ledger.still_running(context.facts(), running.logtail);
    if (running.aborting) context.ledger.aborting(context.facts());
}

net::Task<> request_abort(BuilderContext context) {
    const Farm& farm = context.farm;
    const BuilderFacts& builder = context.facts();
    const std::string title = builder.job->build.title();
    if (farm.only_says("abort {} on '{}': it is cancelled", title, builder.name)) co_return;
    if (!db::mark_abort_requested(farm.database, builder.job->cookie(), builder.id)) co_return;
    auto aborted = co_await context.session().abort();
    if (aborted)
        farm.log.info("Aborting {} on '{}'", title, builder.name);
    else
        farm.log.info("{} could not be aborted on '{}': {}", title, builder.name,
                      aborted.error().message);
}

FetchFailure failure_of(const FetchError& error, std::chrono::milliseconds spent) {
    FetchFailure failure{FetchFailure::Who::builder,
                         std::chrono::round<std::chrono::seconds>(spent), error.message};
    if (error.kind == FetchError::Kind::ours) failure.who = FetchFailure::Who::ours;
    if (error.kind == FetchError::Kind::cut) failure.who = FetchFailure::Who::cut;
    return failure;
}

net::Task<> not_fetched(CollectContext context, FetchError error) {
    const BuilderFacts& builder = context.base.facts();
    auto after = policy::decide_not_fetched(*builder.job, failure_of(error, context.turn.spent()),
                                            context.base.farm.limits());
    if (after.noted) context.base.ledger.fetched(builder, *after.noted, error.message);
    co_await apply_decision(context, std::move(after.decision));
}

// The job ends all the same: its builder may never give the log.
void say_log_is_lost(const Farm& farm, const BuildFacts& build, const FetchError& error) {
    const std::string what =
        fmt::format("{}: its log could not be kept: {}", build.title(), error.message);
    if (error.kind == FetchError::Kind::ours)
        farm.our_fault(what);
    else
        farm.log.info("{}", what);
}

net::Task<Result<FetchedLog, FetchError>> fetch_log_of(CollectContext context, EndAttempt end) {
    const Farm& farm = context.base.farm;
    const RunningJob& job = *context.base.facts().job;
    co_await context.turn.take();
    const auto planned = plan_end(context.base, end, "");
    const bool retry = policy::may_be_retried(job, end);
    auto fetched =
        co_await fetch_log(farm, context.base.session(), job, planned.edit.to, context.turn, retry);
    co_return fetched;
}

// Everything but results that are taken in: the log first where there is one, then the change.
net::Task<> end_attempt(CollectContext context, EndAttempt end) {
    const Farm& farm = context.base.farm;
    say(farm, end.line);
    AttemptTraces traces;
    if (end.log != LogNeed::none && !farm.dry_run) {
        auto fetched = co_await fetch_log_of(context, end);
        if (fetched) {
            traces.log.emplace(std::move(*fetched));
        } else if (end.log == LogNeed::required) {
            co_await not_fetched(context, fetched.error());
            co_return;
        } else {
            say_log_is_lost(farm, context.base.facts().job->build, fetched.error());
        }
    }
    if (traces.log && traces.log->retry_pattern) end = policy::retried(*traces.log->retry_pattern);
    co_await finish_attempt(context.base, std::move(end), std::move(traces), &context.turn);
}

net::Task<> take_results(CollectContext context) {
    const Farm& farm = context.base.farm;
    const std::string title = context.base.facts().job->build.title();
    if (farm.only_says("take in the results of {}", title)) co_return;
    auto fetched = co_await fetch_results(context.base, context.turn);
    if (!fetched) {
        co_await not_fetched(context, fetched.error());
        co_return;
    }
    say(farm, fetched->end.line);
    AttemptTraces traces;
    traces.log.emplace(std::move(fetched->log));
    co_await finish_attempt(context.base, std::move(fetched->end), std::move(traces),
                            &context.turn);
}

}  // namespace

// One function for each decision: one that is missing does not compile.
net::Task<> apply_decision(CollectContext context, policy::CollectDecision decision) {
    const BuilderContext& base = context.base;
    std::optional<net::Task<>> goes_on;
    std::visit(Overloaded{
                   [&](const policy::LeaveAlone& left) { leave_alone(base.farm, left); },
                   [&](const policy::NoContact& silent) { no_contact(base, silent); },
                   [&](const policy::StillRunning& running) { still_running(base, running); },
                   [&](const policy::RequestAbort&) { goes_on.emplace(request_abort(base)); },
                   [&](const policy::FetchResults&) { goes_on.emplace(take_results(context)); },
                   [&](EndAttempt& end) { goes_on.emplace(end_attempt(context, std::move(end))); },
               },
               decision);
    if (goes_on) co_await std::move(*goes_on);
}

}  // namespace buildd::farm
