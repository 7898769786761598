#include "policy/breaker.hpp"

#include <algorithm>

#include "policy/cause_tally.hpp"

namespace buildd::policy {

Breaker open_breaker(Cause cause, CauseTime now) {
    Breaker breaker;
    breaker.cause = std::move(cause);
    breaker.opened = now;
    breaker.probe_at = now + probe_delay(0);
    return breaker;
}

std::chrono::minutes probe_delay(int probes) {
    const std::chrono::minutes delay{2 << std::clamp(probes, 0, 3)};
    return std::min(delay, std::chrono::minutes(15));
}

bool may_probe(const Breaker& breaker, std::int64_t builder, int living, CauseTime now) {
    return now >= breaker.probe_at && (builder != breaker.last_probe || living <= 1);
}

void note_probe(Breaker& breaker, std::int64_t builder, CauseTime now) {
    breaker.last_probe = builder;
    breaker.probe_at = now + probe_delay(++breaker.probes);
}

bool closes(const Breaker& breaker, const CauseEnd& end) {
    return is_good(end, breaker.cause.word) && end.began > breaker.opened &&
           (end.trusted || !breaker.cause.trusted || !breaker.trusted_waits) &&
           is_on(end.shared, breaker.cause.object);
}

}  // namespace buildd::policy
