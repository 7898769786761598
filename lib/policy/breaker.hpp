// An open breaker: nobody is blamed for its cause, its jobs wait, and one after the other of them
// is let go, as a probe, to find out whether the cause has gone. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>

#include "policy/common_cause.hpp"

namespace buildd::policy {

struct Breaker {
    Cause cause;
    CauseTime opened{};
    bool trusted_waits = true;  // a trusted job is held, or none at all
};

// Does this end show that the cause has gone? Not what was under way before it was opened; not an
// untrusted builder's word where trusted ones opened it, while a trusted job waits.
bool closes(const Breaker& breaker, const CauseEnd& end);

// After so many probes: 2, 4, 8, 15, 15 … minutes.
std::chrono::minutes probe_delay(int probes);

// How the last probe stands.
struct ProbeState {
    bool due = false;                                 // the delay is over
    std::optional<std::chrono::seconds> unclaimed{};  // no builder has taken it for so long
    bool gone = false;                                // it is needed no more, and never ended
};

enum class ProbeTurn {
    none,
    next,
    instead,  // of one that came to nothing: the delay does not grow by it
};
ProbeTurn probe_turn(const ProbeState& state);

// The best of the held jobs that are alike, of those that could be started now.
struct ProbeCandidate {
    bool trusted = true;
    bool idle = false;  // a builder that may have it has nothing to do
    // When one of its owner, of its architecture, and itself was tried last; nullopt: never.
    std::optional<CauseTime> owner_tried{}, group_tried{}, tried{};
    int score = 0;
};

// Which is to be the next. `trusted`: the cause is; while a trusted job can go none other is of
// use. Then owners, architectures and jobs take turns, so that what fails by itself holds up
// nobody. nullopt: there are none.
std::optional<std::size_t> next_probe(bool trusted, std::span<const ProbeCandidate> candidates);

}  // namespace buildd::policy
