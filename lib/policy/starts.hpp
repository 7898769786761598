// What becomes of a start under way: a job that is claimed, while build() was not sent yet. It goes
// on over several passes, for `ensurepresent` blocks a builder that fetches. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

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

// Does it? Of one that it has failed only when its time has come.
bool is_probed(const BuilderFacts& builder, const StartRules& rules);

// If check_claim has nothing against it.
struct GoOnWithStart {};

// LeaveAlone: to a pass that dispatches.
using StartDecision = std::variant<LeaveAlone, GoOnWithStart, EndAttempt>;

// For a start under way, by state and time; `dispatches`: this pass can go on with it.
StartDecision decide_start(const BuilderFacts& builder, const StartRules& rules, bool dispatches);

// All that the claim was made upon, looked at again. nullopt: the start goes on.
std::optional<EndAttempt> check_claim(const BuilderFacts& builder, const ClaimedJob& claim,
                                      const StartRules& rules);

// The end of a start whose time is over: evidence against the file that it waits for, `file` its
// URL (empty: not known). The job waits before it is tried again.
EndAttempt start_timed_out(const BuilderFacts& builder, const std::string& file,
                           std::chrono::seconds timeout);

// The claim is taken back; what the builder may have heard of it is history.
EndAttempt start_undone(Counted counted, std::string why);

// The same, and the builder is failed: it gave no answer.
EndAttempt setup_failed(const std::string& reason);

}  // namespace buildd::policy
