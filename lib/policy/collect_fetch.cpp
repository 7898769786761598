#include "policy/collect_fetch.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/collect_waiting.hpp"
#include "policy/retry_patterns.hpp"

namespace buildd::policy {

namespace {

AfterFetch given_up(const RunningJob& job, const std::string& reason) {
    EndAttempt end = reset_job(Outcome::SILENT, {true, true});
    end.freeing = Freeing::clean;
    end.line = {Level::WARNING, fmt::format("{}: given up: {}", job.build.title(), reason)};
    keep_fullybuilt(job, end);
    return {std::move(end), std::nullopt};
}

AfterFetch our_fault(const RunningJob& job, const std::string& reason) {
    LeaveAlone left;
    left.our_fault = fmt::format("{}: {}", job.build.title(), reason);
    return {std::move(left), std::chrono::seconds(0)};
}

AfterFetch cut(std::chrono::seconds spent) {
    LeaveAlone left;
    left.cut = true;
    return {std::move(left), spent};
}

}  // namespace

AfterFetch decide_not_fetched(const RunningJob& job, const FetchFailure& failure,
                              const CollectLimits& limits) {
    if (failure.who == FetchFailure::Who::ours) return our_fault(job, failure.reason);
    if (job.fetching + failure.spent >= limits.transfer)
        return given_up(
            job,
            fmt::format("its results and log were not fetched within transfer_timeout ({}): {}",
                        show_duration(limits.transfer), failure.reason));
    if (failure.who == FetchFailure::Who::cut) return cut(failure.spent);
    if (job.silent && *job.silent >= limits.contact) return given_up(job, failure.reason);
    NoContact silent{{Level::DEBUG, fmt::format("{}: {}; tried again in the next pass",
                                                job.build.title(), failure.reason)}};
    return {std::move(silent), failure.spent};
}

bool may_be_retried(const RunningJob& job, const EndAttempt& end) {
    return end.outcome == Outcome::PACKAGEFAIL && job.retries < most_retries;
}

EndAttempt retried(const std::string& pattern) {
    EndAttempt end = finish_build(BuildState::NEEDSBUILD, Outcome::GIVENBACK);
    end.again = Again::fault_passes;
    end.detail =
        fmt::format("PACKAGEFAIL, given back for a fault that passes: its log has '{}'", pattern);
    return end;
}

EndAttempt results_taken(const std::string& leaf) {
    EndAttempt end = finish_build(BuildState::UPLOADING, Outcome::OK);
    end.leaf = leaf;
    return end;
}

EndAttempt results_refused(const RunningJob& job, const std::string& reason) {
    EndAttempt end = finish_build(BuildState::FAILEDTOUPLOAD, Outcome::UNTAKEABLE);
    end.counted.builder = true;
    end.mail = true;
    end.detail = "The results cannot be taken: " + reason;
    end.line = {Level::WARNING, fmt::format("{}: {}", job.build.title(), end.detail)};
    return end;
}

}  // namespace buildd::policy
