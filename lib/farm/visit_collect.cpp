// collect: what became of the builder's job? (spec: behaviour §4, §5)
#include "base/overloaded.hpp"
#include "db/attempts.hpp"
#include "farm/gather.hpp"
#include "farm/visit.hpp"
#include "policy/build_limit.hpp"
#include "policy/collect_fetch.hpp"

namespace buildd::farm {

using policy::EndAttempt;
using policy::FetchFailure;
using policy::LogNeed;

namespace {

void say(const Farm& farm, const policy::LogLine& line) {
    farm.log.write(line.level, line.text);
    if (!line.more.empty()) farm.log.write(line.level, line.more);
}

FetchFailure failure_of(const FetchError& error, std::chrono::milliseconds spent) {
    const auto seconds = std::chrono::round<std::chrono::seconds>(spent);
    if (error.kind == FetchError::Kind::ours)
        return {FetchFailure::Who::ours, seconds, error.message};
    if (error.kind == FetchError::Kind::cut)
        return {FetchFailure::Who::cut, seconds, error.message};
    return {FetchFailure::Who::builder, seconds, error.message};
}

}  // namespace

net::Task<> Visit::collect() {
    if (!job_state_is_sound()) co_return;
    co_await know_status();
    const auto& status = *status_;
    auto limits = farm_.limits();
    limits.build = build_limit();
    auto decision = policy::decide_collect(*builder_.job, builder_, status, limits);
    const bool stops_aborting = status && !policy::is_aborting(decision) && builder_.aborting;
    if (stops_aborting) ledger_.not_aborting(builder_);
    co_await apply(std::move(decision));
    turn_.end();
}

// Only of one that has run for long is asked how long others ran.
std::optional<std::chrono::seconds> Visit::build_limit() {
    const RunningJob& job = *builder_.job;
    const auto& timeouts = farm_.settings().build_timeout;
    if (!policy::may_be_overtime(timeouts, job)) return std::nullopt;
    return policy::build_limit(timeouts, job.build,
                               db::longest_good_build(farm_.database, job.build.id));
}

bool Visit::job_state_is_sound() {
    RunningJob& job = *builder_.job;
    const auto checked = policy::check_job_state(job.build.state);
    if (checked == policy::JobState::sound) return true;
    if (checked == policy::JobState::contradiction) {
        leave_alone({policy::job_contradiction(job, builder_)});
        return false;
    }
    if (farm_.only_says("repair build {} to BUILDING", job.build.id.value)) return false;
    if (!db::repair_build_state(farm_.database, job.cookie())) return false;
    farm_.log.warning("{} ({}) has a builder but was NEEDSBUILD; it is BUILDING again",
                      job.build.title(), job.build.id.value);
    job.build.state = BuildState::BUILDING;
    return true;
}

// One function for each decision: one that is missing does not compile.
net::Task<> Visit::apply(policy::CollectDecision decision) {
    std::optional<net::Task<>> goes_on;
    std::visit(Overloaded{
                   [this](const policy::LeaveAlone& left) { leave_alone(left); },
                   [this](const policy::NoContact& silent) { no_contact(silent); },
                   [this](const policy::StillRunning& running) { still_running(running); },
                   [&](const policy::RequestAbort&) { goes_on.emplace(request_abort()); },
                   [&](const policy::FetchResults&) { goes_on.emplace(fetch_results()); },
                   [&](EndAttempt& end) { goes_on.emplace(end_with_log(std::move(end))); },
               },
               decision);
    if (goes_on) co_await std::move(*goes_on);
}

void Visit::leave_alone(const policy::LeaveAlone& left) {
    if (left.attention)
        farm_.needs_person(left.attention->cause, left.attention->line.level,
                           left.attention->line.text);
    if (!left.our_fault.empty()) farm_.our_fault(left.our_fault);
    if (left.cut) throw worker::Cut();
}

void Visit::no_contact(const policy::NoContact& silent) {
    say(farm_, silent.line);
    ledger_.silent(builder_);
}

void Visit::still_running(const policy::StillRunning& running) {
    ++farm_.report.running;
    ledger_.still_running(builder_, running.logtail);
    if (running.aborting) ledger_.aborting(builder_);
}

net::Task<> Visit::request_abort() {
    const RunningJob& job = *builder_.job;
    if (farm_.only_says("abort {} on '{}': it is cancelled", job.build.title(), builder_.name))
        co_return;
    if (!db::mark_abort_requested(farm_.database, job.cookie(), builder_.id)) co_return;
    auto aborted = co_await client_.abort();
    status_.reset();
    if (aborted)
        farm_.log.info("Aborting {} on '{}'", job.build.title(), builder_.name);
    else
        farm_.log.info("{} could not be aborted on '{}': {}", job.build.title(), builder_.name,
                       aborted.error().message);
}

// Everything but a successful build: the log first where there is one, then the change.
net::Task<> Visit::end_with_log(EndAttempt end) {
    if (end.line) say(farm_, *end.line);
    std::optional<FetchedLog> log;
    if (end.log != LogNeed::none && !farm_.dry_run) {
        co_await turn_.take();
        const auto planned = plan(end, "");
        const bool retry = policy::may_be_retried(*builder_.job, end);
        auto fetched =
            co_await fetch_log(farm_, client_, *builder_.job, planned.edit.to, turn_, retry);
        if (fetched) {
            log.emplace(std::move(*fetched));
        } else if (end.log == LogNeed::required) {
            co_await not_fetched(fetched.error());
            co_return;
        } else {
            say_log_is_lost(fetched.error());
        }
    }
    if (log && log->retry_pattern) end = policy::retried(*log->retry_pattern);
    co_await finish_attempt(std::move(end), std::move(log));
}

// The job ends all the same: its builder may never give the log.
void Visit::say_log_is_lost(const FetchError& error) {
    const std::string what = fmt::format("{}: its log could not be kept: {}",
                                         builder_.job->build.title(), error.message);
    if (error.kind == FetchError::Kind::ours)
        farm_.our_fault(what);
    else
        farm_.log.info("{}", what);
}

net::Task<> Visit::not_fetched(const FetchError& error) {
    const FetchFailure failure = failure_of(error, turn_.spent());
    auto after = policy::decide_not_fetched(*builder_.job, failure, farm_.limits());
    if (after.noted) ledger_.fetched(builder_, *after.noted, error.message);
    co_await apply(std::move(after.decision));
}

// Results and log first, then the leaf's place, then the change of state.
net::Task<> Visit::fetch_results() {
    const RunningJob& job = *builder_.job;
    if (farm_.only_says("take in the results of {}", job.build.title())) co_return;
    FileMap files = (*status_)->filemap.value_or(FileMap());
    co_await turn_.take();
    auto gathered = co_await gather(farm_, client_, job, std::move(files), turn_);
    const bool untakeable = !gathered && gathered.error().kind == FetchError::Kind::forever;
    if (!gathered && !untakeable) {
        co_await not_fetched(gathered.error());
        co_return;
    }
    const BuildState named = untakeable ? BuildState::FAILEDTOUPLOAD : BuildState::FULLYBUILT;
    auto log = co_await fetch_log(farm_, client_, job, named, turn_);
    if (!log) {
        co_await not_fetched(log.error());
        co_return;
    }
    if (!untakeable) {
        co_await hand_over_results(std::move(*log));
        co_return;
    }
    auto refused = policy::results_refused(job, gathered.error().message);
    say(farm_, *refused.line);
    co_await finish_attempt(std::move(refused), std::move(*log));
}

net::Task<> Visit::hand_over_results(FetchedLog log) {
    const FileMap files = (*status_)->filemap.value_or(FileMap());
    auto papers = co_await store_papers(farm_, *builder_.job, files);
    if (!papers) {
        const FetchError error{FetchError::Kind::ours, papers.error().message};
        co_await not_fetched(error);
        co_return;
    }
    log.papers = std::move(*papers);
    auto leaf =
        co_await farm_.loop.offload([&] { return move_to_incoming(farm_, *builder_.job, files); });
    if (!leaf) {
        co_await not_fetched(leaf.error());
        co_return;
    }
    farm_.report.leaves.push_back(*leaf);
    auto taken = policy::results_taken(*leaf);
    co_await finish_attempt(std::move(taken), std::move(log));
}

}  // namespace buildd::farm
