// An open breaker: nobody is blamed for its cause, its jobs wait, and a probe after the other finds
// out whether the cause has gone. Pure.
#pragma once

#include <chrono>
#include <cstdint>

#include "policy/common_cause.hpp"

namespace buildd::policy {

struct Breaker {
    Cause cause;
    CauseTime opened{};
    CauseTime probe_at{};
    bool trusted_waits = true;    // a trusted job is held
    int probes = 0;               // that were sent
    std::int64_t last_probe = 0;  // its builder; 0: none yet
};

Breaker open_breaker(Cause cause, CauseTime now);

// After so many probes: 2, 4, 8, 15, 15 … minutes.
std::chrono::minutes probe_delay(int probes);

// May one of the jobs that it holds be tried on this builder now? On the last probe's only where no
// other of its group lives.
bool may_probe(const Breaker& breaker, std::int64_t builder, int living, CauseTime now);

// As one is sent.
void note_probe(Breaker& breaker, std::int64_t builder, CauseTime now);

// Does this end show that the cause has gone? Not what was under way before it was opened; not an
// untrusted builder's word where trusted ones opened it, while a trusted job waits.
bool closes(const Breaker& breaker, const CauseEnd& end);

}  // namespace buildd::policy
