#include "farm/start_build.hpp"

#include "db/attempts.hpp"
#include "farm/build_request.hpp"
#include "farm/send_files.hpp"
#include "policy/dispatch.hpp"

namespace buildd::farm {

namespace {

using policy::StartFailure;

BuildArguments arguments_for(const Farm& farm, const BuilderFacts& builder, const PendingJob& job) {
    const bool reset_after = !builder.trusted && !farm.settings().vm_resume_command.empty();
    return policy::build_arguments(job, farm.settings().build_url, reset_after);
}

StartResult check(const Farm& farm, const PendingJob& job, const BuildArguments& arguments) {
    const auto checked = policy::check_start(job, arguments);
    if (checked) return {};
    farm.needs_person(fmt::format("unstartable {}", job.build.id.value), Level::ERROR,
                      fmt::format("{} ({}) cannot be started: {}", job.build.title(),
                                  job.build.id.value, checked.error().message));
    return StartFailure(policy::start_undone({true, false}, checked.error().message));
}

// What to call the build; unknown when no scan of this pass went before.
net::Task<StartResult> learn_build_type(StartContext context, Start& start) {
    auto info = co_await context.builder.session.info();
    if (!info) co_return setup_failure(info.error(), start);
    const auto type = build_type_for(*info);
    if (!type) co_return StartFailure(policy::setup_failed("the builder builds no packages"));
    start.build_type = *type;
    co_return StartResult();
}

// Asked once more right before build(): one that is sent to a busy builder wrecks its job.
net::Task<StartResult> ready_to_build(StartContext context) {
    auto status = co_await context.builder.session.status_now();
    if (!status) co_return policy::status_failure(status.error().message, status.error().late);
    if (status->builder_status == BuilderStatus::IDLE) co_return StartResult();
    co_return policy::not_idle(*status);
}

// `unanswered`: why build() has no answer.
net::Task<StartResult> ask_what_became_of_build(StartContext context, std::string unanswered) {
    const Farm& farm = context.farm;
    const RunningJob& job = *context.builder.facts.job;
    const std::string cookie = job.cookie().text();
    if (!farm.clock.room_for(farm.settings().socket_timeout)) {
        farm.log.info("build() of {} got no answer ({}); left to collect", cookie, unanswered);
        co_return StartResult();
    }
    auto status = co_await context.builder.session.status(true);
    switch (policy::what_became_of_build(*status, job.cookie())) {
        case policy::BuildSent::unknown:
            farm.log.info("build() of {} got no answer ({}), nor did status(); left to collect",
                          cookie, unanswered);
            co_return StartResult();
        case policy::BuildSent::started:
            ++farm.report.started;
            farm.log.info("Started {} on '{}' ({}), though its answer was lost", job.build.title(),
                          context.builder.facts.name, cookie);
            co_return StartResult();
        case policy::BuildSent::not_started:
            break;
    }
    co_return policy::build_refused(unanswered);
}

net::Task<StartResult> send_build(StartContext context, Start& start, BuildArguments arguments) {
    const Farm& farm = context.farm;
    const BuilderFacts& builder = context.builder.facts;
    RunningJob& running = *builder.job;
    const PendingJob& job = start.job;
    leave_without_room(farm);
    const PassClock::Hold hold(farm.clock);  // from here to the answer the pass does not end
    const Given given{arguments.arch_indep, job.chroot->id, arguments.archives};
    if (!db::mark_dispatched(farm.database, running.cookie(), builder.id, given)) {
        farm.log.info("{} was moved by someone else meanwhile; not started", job.build.title());
        co_return StartResult();
    }
    running.dispatched = true;
    ++running.attempts;
    auto answer = co_await context.builder.session.build(
        build_request(job, running.cookie().text(), start.build_type, arguments));
    if (!answer && answer.error().kind == worker::CallError::Kind::transport) {
        auto became = co_await ask_what_became_of_build(context, answer.error().message);
        co_return became;
    }
    if (!answer) co_return policy::build_refused(answer.error().message);
    if (!answer->started) co_return policy::build_refused(answer->text);
    ++farm.report.started;
    farm.log.info("Started {} on '{}' ({})", job.build.title(), builder.name,
                  running.cookie().text());
    co_return StartResult();
}

}  // namespace

net::Task<StartResult> start_build(StartContext context, Start& start) {
    const Farm& farm = context.farm;
    auto arguments = arguments_for(farm, context.builder.facts, start.job);
    auto done = check(farm, start.job, arguments);
    if (!done) co_return done;
    if (!start.asked_for_files) {  // else it may be busy with one, and answer nothing else
        done = co_await learn_build_type(context, start);
        if (!done) co_return done;
    }
    done = co_await send_files(context, start);
    if (!done) co_return done;
    done = co_await learn_build_type(context, start);
    if (!done) co_return done;
    done = co_await ready_to_build(context);
    if (!done) co_return done;
    done = co_await send_build(context, start, std::move(arguments));
    co_return done;
}

void leave_without_room(const Farm& farm) {
    if (!farm.clock.room_for(farm.settings().socket_timeout)) throw worker::Cut();
}

}  // namespace buildd::farm
