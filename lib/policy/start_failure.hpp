// What a start comes to whose builder did not do as it was asked before, or at, build(). Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "base/result.hpp"
#include "model/builder.hpp"
#include "model/ids.hpp"
#include "model/worker_status.hpp"
#include "policy/attempt_end.hpp"

namespace buildd::policy {

// The builder may be fetching a file, and answers nothing else meanwhile: its silence is no fault,
// and the next pass goes on, until the start's time is over.
struct FetchesStill {
    std::string why;
};

using StartFailure = std::variant<FetchesStill, EndAttempt>;

// How a call before build() failed.
enum class CallFailure {
    late_while_it_fetches,  // no answer in time, and it was asked for files
    no_answer,
    bad_answer,  // not the protocol, or a fault
};
StartFailure call_failure(CallFailure failure, const std::string& why);

// Right before build(). `late`: status() got no answer in time.
StartFailure status_failure(const std::string& why, bool late);
StartFailure not_idle(const WorkerStatus& status);

// build() said no, or nothing came of it.
StartFailure build_refused(const std::string& why);

// After a build() whose answer was lost. `status`: as decide_collect() takes it.
enum class BuildSent {
    unknown,  // left to collect
    started,
    not_started,
};
BuildSent what_became_of_build(const Result<WorkerStatus>& status, const Cookie& cookie);

// The end of one that waits for `file` and was claimed `age` ago; nullopt: it may go on.
std::optional<EndAttempt> start_over(const BuilderFacts& builder, const std::string& file,
                                     std::chrono::milliseconds age, std::chrono::seconds timeout);

}  // namespace buildd::policy
