// collect: what became of the builder's job? (spec: behaviour §4, §5)
#include "db/attempts.hpp"
#include "farm/gather.hpp"
#include "farm/visit.hpp"
#include "policy/pockets.hpp"
#include "policy/retry_patterns.hpp"

namespace buildd::farm {

using policy::CollectVerdict;
using policy::JobFate;
using policy::LogWish;

namespace {

CollectVerdict finished(BuildState state, Outcome outcome) {
    CollectVerdict verdict;
    verdict.fate = JobFate::finish;
    verdict.state = state;
    verdict.outcome = outcome;
    verdict.log = LogWish::required;
    verdict.store_info = true;
    verdict.call = policy::BuilderCall::clean;
    return verdict;
}

}  // namespace

net::Task<> Visit::collect() {
    if (!job_state_is_sound()) co_return;
    co_await know_status();
    const auto& status = *status_;
    auto limits = farm_.limits();
    limits.build = build_limit();
    CollectVerdict verdict = policy::judge(*builder_.job, builder_, status, limits);
    const bool stops_aborting = status && !verdict.aborting && builder_.aborting;
    if (stops_aborting) ledger_.not_aborting(builder_);
    co_await act(std::move(verdict));
    turn_.end();
}

// Only of one that has run for long is asked how long others ran.
std::optional<std::chrono::seconds> Visit::build_limit() {
    const RunningJob& job = *builder_.job;
    const auto& timeouts = farm_.settings().build_timeout;
    const auto least = policy::build_limit(timeouts, job.build, std::nullopt);
    if (!job.building || *job.building < least) return std::nullopt;
    return policy::build_limit(timeouts, job.build,
                               db::longest_good_build(farm_.database, job.build.id));
}

bool Visit::job_state_is_sound() {
    RunningJob& job = *builder_.job;
    switch (job.build.state) {
        case BuildState::BUILDING:
        case BuildState::CANCELLING:
            return true;
        case BuildState::FULLYBUILT:
            return true;  // by an uploader that was faster
        case BuildState::NEEDSBUILD:
            if (farm_.only_says("repair build {} to BUILDING", job.build.id.value)) return false;
            if (!db::repair_build_state(farm_.database, job.cookie())) return false;
            farm_.log.warning("{} ({}) has a builder but was NEEDSBUILD; it is BUILDING again",
                              job.build.title(), job.build.id.value);
            job.build.state = BuildState::BUILDING;
            return true;
        default:
            break;
    }
    farm_.needs_person(fmt::format("contradiction {}", job.cookie().text()), Level::ERROR,
                       fmt::format("{} ({}) is {} but its job {} has the builder '{}'; left alone",
                                   job.build.title(), job.build.id.value, label(job.build.state),
                                   job.id.value, builder_.name));
    return false;
}

net::Task<> Visit::act(CollectVerdict verdict) {
    if (verdict.needs_person)
        farm_.needs_person(fmt::format("collect {}", builder_.job->cookie().text()),
                           verdict.say->level, verdict.say->text);
    else if (verdict.say)
        farm_.log.write(verdict.say->level, verdict.say->text);
    if (verdict.say && !verdict.say->more.empty())
        farm_.log.write(verdict.say->level, verdict.say->more);
    switch (verdict.fate) {
        case JobFate::leave:
            break;
        case JobFate::silent:
            ledger_.silent(builder_);
            break;
        case JobFate::keep_tail:
            ++farm_.report.running;
            ledger_.still_running(builder_, verdict.logtail);
            if (verdict.aborting) ledger_.aborting(builder_);
            break;
        case JobFate::ask_abort:
            co_await ask_abort();
            break;
        case JobFate::take_results:
            co_await take_results();
            break;
        case JobFate::reset:
        case JobFate::finish:
            co_await end_without_results(std::move(verdict));
            break;
    }
}

net::Task<> Visit::ask_abort() {
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
net::Task<> Visit::end_without_results(CollectVerdict verdict) {
    std::optional<FetchedLog> log;
    std::string detail;
    const bool retry =
        verdict.outcome == Outcome::PACKAGEFAIL && builder_.job->retries < policy::most_retries;
    if (verdict.log != LogWish::none && !farm_.dry_run) {
        co_await turn_.take();
        const auto planned = plan(verdict, "", "");
        auto fetched =
            co_await fetch_log(farm_, client_, *builder_.job, planned.edit.to, turn_, retry);
        if (fetched) {
            log.emplace(std::move(*fetched));
        } else if (verdict.log == LogWish::required) {
            co_await not_fetched(fetched.error());
            co_return;
        } else {
            say_log_is_lost(fetched.error());
        }
    }
    if (log && log->retry_pattern) {
        detail = fmt::format("PACKAGEFAIL, given back for a fault that passes: its log has '{}'",
                             *log->retry_pattern);
        verdict = policy::retried();
    }
    co_await end(std::move(verdict), std::move(log), std::move(detail));
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
    if (error.kind == FetchError::Kind::ours) {
        farm_.our_fault(fmt::format("{}: {}", builder_.job->build.title(), error.message));
        ledger_.fetched(builder_, std::chrono::seconds(0), error.message);
        co_return;
    }
    const bool cut = error.kind == FetchError::Kind::cut;
    const auto spent = std::chrono::round<std::chrono::seconds>(turn_.spent());
    const policy::FetchHalt halt{builder_.job->fetching + spent, cut, error.message};
    CollectVerdict verdict = policy::fetch_halted(*builder_.job, halt, farm_.limits());
    const bool goes_on = verdict.fate != JobFate::reset && verdict.fate != JobFate::finish;
    if (goes_on) ledger_.fetched(builder_, spent, error.message);
    if (goes_on && cut) throw worker::Cut();
    co_await act(std::move(verdict));
}

net::Task<> Visit::take_results() {
    const BuildFacts& build = builder_.job->build;
    if (policy::pocket_denied(build)) {
        farm_.needs_person(fmt::format("denied {}", build.id.value), Level::CRITICAL,
                           fmt::format("{} ({}) can not be built for pocket {}: illegal status",
                                       build.title(), build.id.value, label(build.target.pocket)));
        co_return;
    }
    if (build.state == BuildState::FULLYBUILT) {
        co_await end_without_results(finished(BuildState::FULLYBUILT, Outcome::OK));
    } else if (!build.source_published) {
        co_await end_without_results(finished(BuildState::SUPERSEDED, Outcome::SUPERSEDED));
    } else if (!farm_.only_says("take in the results of {}", build.title())) {
        co_await upload_results();
    }
}

// Results and log first, then the leaf's place, then the change of state.
net::Task<> Visit::upload_results() {
    const RunningJob& job = *builder_.job;
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
    if (untakeable)
        co_await refuse_results(std::move(*log), gathered.error().message);
    else
        co_await hand_over_results(std::move(*log));
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
    CollectVerdict verdict = finished(BuildState::UPLOADING, Outcome::OK);
    verdict.leaf = *leaf;
    farm_.report.leaves.push_back(*leaf);
    co_await end(std::move(verdict), std::move(log), "");
}

net::Task<> Visit::refuse_results(FetchedLog log, std::string reason) {
    CollectVerdict verdict = finished(BuildState::FAILEDTOUPLOAD, Outcome::UNTAKEABLE);
    verdict.counted.builder = true;
    verdict.mail = true;
    const std::string detail = "The results cannot be taken: " + reason;
    farm_.log.warning("{}: {}", builder_.job->build.title(), detail);
    co_await end(std::move(verdict), std::move(log), detail);
}

}  // namespace buildd::farm
