// What a builder's answer means for its running job: the table of behaviour §4. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "base/result.hpp"
#include "model/builder.hpp"
#include "model/worker_status.hpp"
#include "policy/attempt_end.hpp"

namespace buildd::policy {

// A standing cause that needs a person: exit status 1. `cause` names it, so that it is told loudly
// only now and then.
struct Attention {
    std::string cause;
    LogLine line;
};

// Job and build stay as they are.
struct LeaveAlone {
    std::optional<Attention> attention = {};
    std::string our_fault = {};  // what of ours has failed: exit status 69; empty: nothing
    bool cut = false;            // the pass is over: nothing more is done for this builder
};

// They stay, too, but the builder's silence lasts.
struct NoContact {
    LogLine line;
};

struct StillRunning {
    std::string logtail;    // to be kept
    bool aborting = false;  // the builder's ABORTING clock runs
};

// Of a build that is CANCELLING. When it was first asked is remembered.
struct RequestAbort {};

// WAITING OK: behaviour §5. What comes of it says collect_fetch.hpp.
struct FetchResults {};

using CollectDecision =
    std::variant<LeaveAlone, NoContact, StillRunning, RequestAbort, FetchResults, EndAttempt>;

struct CollectLimits {
    std::chrono::seconds contact{600};
    std::chrono::seconds stall{12 * 3600};
    std::chrono::seconds abort{180};
    std::chrono::seconds transfer{1800};
    std::optional<std::chrono::seconds> build{};  // of this job, as build_limit() has it
    Level depwait = Level::CRITICAL;              // of the lines about missing dependencies
};

// For a job that was dispatched. `answer`: what status() gave, or the readable reason why there is
// none.
CollectDecision decide_collect(const RunningJob& job, const BuilderFacts& builder,
                               const Result<WorkerStatus>& answer, const CollectLimits& limits);

// Does the builder abort the job, and keep its clock going?
bool is_aborting(const CollectDecision& decision);

// Does the build's state go with a job that a builder has?
enum class JobState {
    sound,
    repair,         // NEEDSBUILD: to be made BUILDING
    contradiction,  // for a person
};
JobState check_job_state(BuildState state);
Attention job_contradiction(const RunningJob& job, const BuilderFacts& builder);

}  // namespace buildd::policy
