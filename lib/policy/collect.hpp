// What a builder's answer means for its running job: the table of behaviour §4. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/build_timeouts.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "model/builder.hpp"
#include "model/worker_status.hpp"
#include "policy/counted.hpp"
#include "policy/rescue.hpp"

namespace buildd::policy {

// "job and build" column.
enum class JobFate {
    leave,         // unchanged
    silent,        // unchanged, but no contact: silent_since
    keep_tail,     // still running: store `logtail`
    reset,         // back to NEEDSBUILD, job kept
    finish,        // build goes to `state`, job deleted
    take_results,  // WAITING OK: behaviour §5
    ask_abort,     // CANCELLING: abort(); when it was first asked is remembered
};

// Does the builder's log have to be in the librarian before the state changes?
enum class LogWish { none, wanted, required };

struct SaidLine {
    Level level = Level::DEBUG;
    std::string text;
    std::string more = {};  // a line of its own right after it; empty: none
};

// One row of the table.
struct CollectVerdict {
    JobFate fate = JobFate::leave;
    BuildState state = BuildState::NEEDSBUILD;  // after finish and reset
    Outcome outcome = Outcome::OK;              // of the attempt, after finish and reset
    std::string logtail;
    LogWish log = LogWish::none;
    bool store_info = false;
    std::string leaf;                         // with UPLOADING
    bool giveback = false;                    // lastscore 0, not_before
    bool retry = false;                       // with giveback: for a fault that passes
    bool start_again = false;                 // not_before, by its failed starts
    BuilderCall call = BuilderCall::none;     // once the change is committed
    bool rescue = false;                      // … and say so as scan does
    std::optional<std::string> fail_builder;  // as scan fails it
    Counted counted;
    bool mail = false;
    bool aborting = false;      // the builder's ABORTING clock runs
    bool needs_person = false;  // exit status 1
    std::optional<SaidLine> say;
};

struct CollectLimits {
    std::chrono::seconds contact{600};
    std::chrono::seconds stall{12 * 3600};
    std::chrono::seconds abort{180};
    std::chrono::seconds transfer{1800};
    std::optional<std::chrono::seconds> build{};  // of this job, as build_limit() has it
    Level depwait = Level::CRITICAL;              // of the lines about missing dependencies
};

// build_timeout for a build: what is set for its source and architecture, else the larger of the
// usual one and five times `longest`, its longest good build.
std::chrono::seconds build_limit(const BuildTimeouts& timeouts, const BuildFacts& build,
                                 const std::optional<std::chrono::seconds>& longest);

// For a job that was dispatched. `answer`: what status() gave, or the readable reason why there is
// none.
CollectVerdict judge(const RunningJob& job, const BuilderFacts& builder,
                     const Result<WorkerStatus>& answer, const CollectLimits& limits);

// PACKAGEFAIL of a job whose log tells of a fault that passes: given back, as by the builder
// itself.
CollectVerdict retried();

// A log or result could not be fetched: kept silent, or given up after `limits.contact`.
CollectVerdict fetch_failed(const RunningJob& job, const std::string& reason,
                            const CollectLimits& limits);

// Log and results are not all there as a pass stops fetching them.
struct FetchHalt {
    std::chrono::seconds spent{};  // on fetching, in all passes of this attempt
    bool cut = false;              // by the end of the pass: it says nothing of the builder
    std::string reason;            // and how far it got
};
// Gone on with by the next pass, as after fetch_failed() where the builder failed, or given up
// after `limits.transfer`.
CollectVerdict fetch_halted(const RunningJob& job, const FetchHalt& halt,
                            const CollectLimits& limits);

}  // namespace buildd::policy
