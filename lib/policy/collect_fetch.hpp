// What follows when a job's log or results were fetched, or were not (behaviour §4, §5). Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "policy/collect.hpp"

namespace buildd::policy {

// Log and results are not all there as a pass stops fetching them.
struct FetchFailure {
    enum class Who {
        builder,
        cut,   // by the end of the pass: it says nothing of the builder
        ours,  // our disk or librarian
    };
    Who who = Who::builder;
    std::chrono::seconds spent{};  // on fetching, in this pass
    std::string reason;            // and how far it got
};

struct AfterFetch {
    CollectDecision decision;
    // Unless the attempt ends: what the job is noted to have taken of transfer_timeout in this
    // pass.
    std::optional<std::chrono::seconds> noted;
};

// Gone on with by the next pass, or given up after `limits.transfer`, or where the builder was
// silent for `limits.contact`. What fails us costs the job nothing.
AfterFetch decide_not_fetched(const RunningJob& job, const FetchFailure& failure,
                              const CollectLimits& limits);

// May the log of a job that ends so tell of a fault that passes (retry_patterns)?
bool may_be_retried(const RunningJob& job, const EndAttempt& end);
// Then it is given back, as by the builder itself. `pattern`: what its log has.
EndAttempt retried(const std::string& pattern);

// The results are in incoming/<leaf>.
EndAttempt results_taken(const std::string& leaf);
// They can never be taken. `reason`: why.
EndAttempt results_refused(const RunningJob& job, const std::string& reason);

}  // namespace buildd::policy
