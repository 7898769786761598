// build() itself, and how a start that comes to nothing is undone (spec: behaviour §8, "Start").
#include "base/text.hpp"
#include "db/attempts.hpp"
#include "farm/build_request.hpp"
#include "farm/visit.hpp"
#include "policy/fetch_blame.hpp"

namespace buildd::farm {

namespace {

// Named, since g++ 12 miscompiles a braced argument beside co_await.
constexpr policy::Counted both{true, true};

}  // namespace

net::Task<> Visit::send_build(const PendingJob& job, const BuildArguments& arguments) {
    RunningJob& running = *builder_.job;
    leave_without_room();
    const PassClock::Hold hold(farm_.clock);  // from here to the answer the pass does not end
    const Given given{arguments.arch_indep, job.chroot->id, arguments.archives};
    if (!db::mark_dispatched(farm_.database, running.cookie(), builder_.id, given)) {
        farm_.log.info("{} was moved by someone else meanwhile; not started", job.build.title());
        co_return;
    }
    running.dispatched = true;
    ++running.attempts;
    auto answer =
        co_await client_.build(build_request(job, running.cookie().text(), build_type_, arguments));
    status_.reset();
    if (!answer && answer.error().kind == worker::CallError::Kind::transport) {
        co_await ask_what_became_of_build(answer.error().message);
        co_return;
    }
    if (!answer || !answer->started) {
        std::string reason = answer ? answer->text : answer.error().message;
        co_await undo(both, std::move(reason));
        co_return;
    }
    ++farm_.report.started;
    farm_.log.info("Started {} on '{}' ({})", job.build.title(), builder_.name,
                   running.cookie().text());
}

net::Task<> Visit::ask_what_became_of_build(std::string why) {
    const std::string cookie = builder_.job->cookie().text();
    if (!farm_.clock.room_for(farm_.settings().socket_timeout)) {
        farm_.log.info("build() of {} got no answer ({}); left to collect", cookie, why);
        co_return;
    }
    co_await know_status(true);
    const auto& status = *status_;
    if (!status) {
        farm_.log.info("build() of {} got no answer ({}), nor did status(); left to collect",
                       cookie, why);
    } else if (status->builder_status != BuilderStatus::IDLE && status->build_id == cookie) {
        ++farm_.report.started;
        farm_.log.info("Started {} on '{}' ({}), though its answer was lost",
                       builder_.job->build.title(), builder_.name, cookie);
    } else {
        co_await undo(both, why);
    }
}

net::Task<> Visit::undo(policy::Counted counted, std::string detail) {
    auto undone = policy::start_undone(counted, std::move(detail));
    co_await finish_attempt(std::move(undone), std::nullopt);
}

net::Task<> Visit::end_claim(policy::EndAttempt end) {
    if (end.late) {
        if (waits_for_.empty()) waits_for_ = builder_.job->start_file;
        heard_ = co_await ask_for_late_file();
        end.counted = policy::count_late(heard_);
    }
    if (end.line) farm_.log.write(end.line->level, end.line->text);
    co_await finish_attempt(std::move(end), std::nullopt);
}

// Its silence is no fault: it may be fetching. The next pass goes on, until the start's time is
// over.
net::Task<> Visit::wait_for_files(std::string reason) {
    const auto timeout = farm_.settings().start_timeout;
    if (PassClock::Clock::now() - claimed_at_ < timeout) {
        note_what_start_waits_for();
        farm_.log.info("{}: {}; the next pass goes on with its start", builder_.job->build.title(),
                       reason);
        co_return;
    }
    auto over = policy::start_timed_out(builder_, waits_for_, timeout);
    co_await end_claim(std::move(over));
}

void Visit::note_what_start_waits_for() {
    if (!waits_for_.empty() && policy::start_under_way(builder_))
        ledger_.start_waits(builder_, waits_for_);
}

net::Task<> Visit::setup_failed(worker::CallError error) {
    if (error.late && asked_for_files_)
        co_await wait_for_files(error.message);
    else if (error.kind == worker::CallError::Kind::transport)
        co_await fail_setup(error.message);
    else
        co_await undo(both, error.message);
}

net::Task<> Visit::fail_setup(std::string reason) {
    auto failed = policy::setup_failed(reason);
    co_await finish_attempt(std::move(failed), std::nullopt);
}

}  // namespace buildd::farm
