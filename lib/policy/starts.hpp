// What becomes of a start under way: a job that is claimed, while build() was not sent yet. It goes
// on over several passes, for `ensurepresent` blocks a builder that fetches. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "model/builder.hpp"
#include "model/start.hpp"
#include "policy/collect.hpp"
#include "policy/obstacles.hpp"

namespace buildd::policy {

struct StartRules {
    std::chrono::seconds timeout{600};  // since the claim
    bool build_security = false;
    ResetRules reset;
};

// nullptr as a job, or one that was dispatched: no.
bool start_under_way(const BuilderFacts& builder);

// May scan talk to this builder? While a start is under way its silence is no fault.
bool may_probe(const BuilderFacts& builder, const StartRules& rules);

// How a claim ends that does not go on, and why.
struct ClaimEnd {
    CollectVerdict verdict;
    std::string detail;
    bool late = false;  // the file that it waits for was not there in time (fetch_blame.hpp)
};

enum class StartStep {
    leave,  // to a pass that dispatches
    go_on,  // if check_claim has nothing against it
    end,
};
struct StartVerdict {
    StartStep step = StartStep::leave;
    ClaimEnd end;  // with StartStep::end
};

// For a start under way, by state and time; `dispatches`: this pass can go on with it.
StartVerdict judge_start(const BuilderFacts& builder, const StartRules& rules, bool dispatches);

// All that the claim was made upon, looked at again. nullopt: the start goes on.
std::optional<ClaimEnd> check_claim(const BuilderFacts& builder, const ClaimedJob& claim,
                                    const StartRules& rules);

// The end of a start whose time is over: evidence against the file that it waits for, `file` its
// URL (empty: not known). The job waits before it is tried again.
ClaimEnd start_timed_out(const BuilderFacts& builder, const std::string& file,
                         std::chrono::seconds timeout);

}  // namespace buildd::policy
