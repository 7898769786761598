#include "farm/reset_job.hpp"

#include <algorithm>

#include "base/files.hpp"
#include "base/text.hpp"
#include "db/builders.hpp"
#include "db/resets.hpp"
#include "policy/ending.hpp"
#include "policy/health.hpp"
#include "supervise/record.hpp"
#include "supervise/supervise.hpp"

namespace buildd::farm {

namespace {

constexpr std::size_t max_notes = 2000;
constexpr net::Milliseconds between_echoes{1000};

Result<net::Command> reset_command(const Settings& settings, const BuilderFacts& builder) {
    auto arguments = net::substitute(settings.vm_resume_command, {{"vm_host", builder.vm_host}});
    if (!arguments) return Error{"vm_resume_command: " + arguments.error().message};
    net::Command command;
    command.arguments = std::move(*arguments);
    command.timeout = settings.vm_resume_timeout;
    return command;
}

}  // namespace

net::Task<ResetJob::End> ResetJob::run() {
    if (!settle_what_was_left()) co_return ours();
    if (!db::begin_reset(farm_.database, builder_.id, builder_.clean_status)) co_return End::left;
    End end = End::clean;
    if (!commanded_) end = co_await run_command();
    if (end == End::clean) end = co_await wait_until_well();
    if (end != End::ours) (void)supervise::forget(folder_);
    co_return end;
}

// A command of an earlier process must not reset the builder under its next job. One that ended
// well in this CLEANING need not be repeated. false: see problem_.
bool ResetJob::settle_what_was_left() {
    using State = supervise::Left::State;
    const auto left = supervise::inspect(folder_);
    Result<void> gone;
    if (!left)
        gone = left.error();
    else if (left->state == State::orphan)
        gone = supervise::end_orphan(folder_);
    else if (left->state == State::running)
        gone = Error{"an earlier vm_resume_command still runs, though nothing holds its lock"};
    commanded_ = left && left->end && left->end->end.succeeded() &&
                 builder_.clean_status == CleanStatus::CLEANING;
    if (gone && !commanded_) gone = supervise::forget(folder_);
    if (!gone) problem_ = gone.error().message;
    return gone.ok();
}

net::Task<ResetJob::End> ResetJob::run_command() {
    auto command = reset_command(farm_.settings(), builder_);
    if (!command) {
        problem_ = command.error().message;
        co_return ours();
    }
    farm_.log.debug("Resetting the host of '{}': {}", builder_.name, join(command->arguments, " "));
    supervise::ChildOrder order;
    order.folder = folder_;
    order.command = std::move(*command);
    order.held_fds = hold_.fds();
    auto ended = co_await supervise::run_supervised(farm_.loop, std::move(order));
    if (!ended) {
        problem_ = "vm_resume_command: " + ended.error().message;
        co_return ours();
    }
    if (ended->end.succeeded()) co_return End::clean;
    problem_ = fmt::format("vm_resume_command failed: {}: {}", ended->end.text(),
                           to_utf8(ended->output).substr(0, max_notes));
    co_return fail();
}

// The first packets after a reset may get lost (L24).
net::Task<ResetJob::End> ResetJob::wait_until_well() {
    const auto until = deadline();
    auto echoed = co_await echo();
    while (!echoed && farm_.loop.now() < until) {
        co_await farm_.loop.sleep(between_echoes);
        echoed = co_await echo();
    }
    if (!echoed) {
        problem_ = fmt::format("Reset but not back within {}: {}",
                               show_duration(farm_.settings().vm_resume_timeout), problem_);
        co_return fail();
    }
    auto well = co_await learn();
    if (well) co_return finish();
    co_return fail();
}

// Counted from the end of the command, also where an earlier process has waited in vain.
net::Loop::Clock::time_point ResetJob::deadline() const {
    const std::chrono::seconds limit = farm_.settings().vm_resume_timeout;
    const auto ended = modified(supervise::end_path(folder_));
    if (!ended) return farm_.loop.now() + limit;
    const auto since =
        std::chrono::ceil<std::chrono::seconds>(std::chrono::system_clock::now() - *ended);
    return farm_.loop.now() + std::clamp(limit - since, std::chrono::seconds(0), limit);
}

net::Task<bool> ResetJob::echo() {
    auto echoed = co_await client_.echo();
    if (!echoed)
        problem_ = echoed.error().message;
    else
        problem_ = policy::echo_fault(*echoed).value_or("");
    silent_ = !echoed && echoed.error().kind == worker::CallError::Kind::transport;
    co_return problem_.empty();
}

// What scan asks, too, and that it is idle.
net::Task<bool> ResetJob::learn() {
    auto info = co_await client_.info();
    if (!info) {
        problem_ = "Reset but not well: " + info.error().message;
        co_return false;
    }
    if (const auto fault = policy::info_fault(*info, builder_.family_tags)) {
        problem_ = *fault;
        co_return false;
    }
    auto status = co_await client_.status();
    if (!status || status->builder_status != BuilderStatus::IDLE) {
        problem_ =
            fmt::format("Reset but not idle: {}",
                        status ? one_line(status->raw_builder_status) : status.error().message);
        co_return false;
    }
    probe_.builder = builder_.id;
    probe_.architecture_tag = info->architecture_tag;
    probe_.version = status->version;
    co_return true;
}

ResetJob::End ResetJob::finish() {
    if (!db::end_reset(farm_.database, probe_)) return End::left;
    farm_.log.info("Builder '{}' is clean", builder_.name);
    return End::clean;
}

// One that had failed before is due again after its next failed probe.
ResetJob::End ResetJob::fail() {
    if (!builder_.ok) {
        db::note_failed_reset(farm_.database, builder_.id, problem_);
        farm_.log.info("Builder '{}' was reset in vain: {}", builder_.name, problem_);
        return End::failed;
    }
    BuilderFailure failure =
        policy::plan_failure(builder_, problem_, false, farm_.thresholds()).failure;
    failure.silent = silent_;
    if (!db::fail_builder(farm_.database, failure, builder_.failure_count)) return End::left;
    ++farm_.report.failed;
    farm_.log.warning("Builder '{}' failed: {}", builder_.name, failure.notes);
    return End::failed;
}

ResetJob::End ResetJob::ours() {
    farm_.needs_person("resets", Level::ERROR,
                       fmt::format("The host of '{}' cannot be reset, and no other is tried: {}",
                                   builder_.name, problem_));
    return End::ours;
}

}  // namespace buildd::farm
