#include "farm/dispatch.hpp"

#include "base/overloaded.hpp"
#include "farm/job_state.hpp"
#include "farm/late_file.hpp"
#include "farm/start_build.hpp"
#include "policy/fetch_blame.hpp"
#include "policy/obstacles.hpp"

namespace buildd::farm {

namespace {

using policy::EndAttempt;

std::chrono::milliseconds age(const Start& start) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(PassClock::Clock::now() -
                                                                 start.claimed);
}

// The builder never began: the claim is taken back, or its build ends.
net::Task<> end_claim(DispatchContext context, EndAttempt end, FileWait file) {
    const Farm& farm = context.base.farm;
    if (end.late) {
        if (file.url.empty()) file.url = context.base.facts().job->start_file;
        co_await ask_for_late_file(farm, context.inquiry, file);
        end.counted = policy::count_late(file.heard);
    }
    if (end.line) farm.log.write(end.line->level, end.line->text);
    AttemptTraces traces;
    traces.file = std::move(file);
    co_await finish_attempt(context.base, std::move(end), std::move(traces), nullptr);
}

void note_what_it_waits_for(const BuilderContext& context, const FileWait& file) {
    if (!file.url.empty() && policy::start_under_way(context.facts()))
        context.ledger.start_waits(context.facts(), file.url);
}

net::Task<> wait_for_files(DispatchContext context, Start& start, std::string why) {
    const BuilderFacts& builder = context.base.facts();
    const auto timeout = context.base.farm.settings().start_timeout;
    auto over = policy::start_over(builder, start.file.url, age(start), timeout);
    if (over) {
        co_await end_claim(context, std::move(*over), start.file);
        co_return;
    }
    note_what_it_waits_for(context.base, start.file);
    context.base.farm.log.info("{}: {}; the next pass goes on with its start",
                               builder.job->build.title(), why);
}

net::Task<> start_claimed(DispatchContext context, Start start) {
    const StartContext starting{context.base.farm, context.base.builder, context.inquiry};
    try {
        auto started = co_await start_build(starting, start);
        if (started) co_return;
        policy::StartFailure failure = started.error();
        std::optional<net::Task<>> goes_on;
        std::visit(Overloaded{
                       [&](policy::FetchesStill& still) {
                           goes_on.emplace(wait_for_files(context, start, std::move(still.why)));
                       },
                       [&](EndAttempt& end) {
                           goes_on.emplace(end_claim(context, std::move(end), start.file));
                       },
                   },
                   failure);
        co_await std::move(*goes_on);
    } catch (const worker::Cut&) {
        note_what_it_waits_for(context.base, start.file);
        throw;
    }
}

// As its claim was made: all is looked at again that it was made upon.
net::Task<> resume_start(DispatchContext context) {
    const Farm& farm = context.base.farm;
    const BuilderFacts& builder = context.base.facts();
    auto claim = context.desk.take_claim(builder.job->id);
    if (!claim) co_return;  // someone else moved it
    auto against = policy::check_claim(builder, *claim, farm.start_rules());
    if (against) {
        co_await end_claim(context, std::move(*against), FileWait());
        co_return;
    }
    if (farm.only_says("go on with the start of {} on '{}'", builder.job->build.title(),
                       builder.name))
        co_return;
    context.seat.leave();
    const auto claimed = builder.job->claimed.value_or(std::chrono::seconds(0));
    Start start{std::move(claim->job), PassClock::Clock::now() - claimed};
    start.asked_for_files = true;
    co_await start_claimed(context, std::move(start));
}

}  // namespace

bool may_take_a_job(const BuilderContext& context) {
    return !context.builder.failed &&
           policy::builder_obstacle(context.facts(), context.farm.reset_rules()) ==
               policy::BuilderObstacle::none;
}

net::Task<> dispatch(DispatchContext context) {
    BuilderFacts& builder = context.base.facts();
    auto status = co_await context.base.session().status();
    const bool idle = *status && (*status)->builder_status == BuilderStatus::IDLE;
    status.reset();
    if (!idle) co_return;
    leave_without_room(context.base.farm);
    auto job = co_await context.desk.claim(context.seat, builder);
    if (!job) co_return;
    builder.job = std::make_unique<RunningJob>();
    builder.job->id = job->id;
    builder.job->build = job->build;
    builder.job->build.state = BuildState::BUILDING;
    builder.job->attempts = job->attempts;
    Start start{std::move(*job), PassClock::Clock::now()};
    co_await start_claimed(context, std::move(start));
}

net::Task<> go_on_with_start(DispatchContext context, bool dispatches) {
    const Farm& farm = context.base.farm;
    if (!job_state_is_sound(farm, context.base.facts())) co_return;
    auto decision = policy::decide_start(context.base.facts(), farm.start_rules(), dispatches);
    std::optional<net::Task<>> goes_on;
    std::visit(Overloaded{
                   [](const policy::LeaveAlone&) {},
                   [&](const policy::GoOnWithStart&) { goes_on.emplace(resume_start(context)); },
                   [&](EndAttempt& end) {
                       goes_on.emplace(end_claim(context, std::move(end), FileWait()));
                   },
               },
               decision);
    if (goes_on) co_await std::move(*goes_on);
}

}  // namespace buildd::farm
