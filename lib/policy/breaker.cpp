#include "policy/breaker.hpp"

#include <algorithm>
#include <tuple>

#include "policy/cause_tally.hpp"

namespace buildd::policy {

bool closes(const Breaker& breaker, const CauseEnd& end) {
    return is_good(end, breaker.cause.word) && end.began > breaker.opened &&
           (end.trusted || !breaker.cause.trusted || !breaker.trusted_waits) &&
           is_on(end.shared, breaker.cause.object);
}

std::chrono::minutes probe_delay(int probes) {
    const std::chrono::minutes delay{2 << std::clamp(probes, 0, 3)};
    return std::min(delay, std::chrono::minutes(15));
}

ProbeTurn probe_turn(const ProbeState& state) {
    if (state.gone) return ProbeTurn::instead;
    if (state.unclaimed)
        return *state.unclaimed < probe_delay(0) ? ProbeTurn::none : ProbeTurn::instead;
    return state.due ? ProbeTurn::next : ProbeTurn::none;
}

std::optional<std::size_t> next_probe(bool trusted, std::span<const ProbeCandidate> candidates) {
    const auto rank = [trusted](const ProbeCandidate& one) {
        return std::tuple(trusted && !one.trusted, !one.idle, one.owner_tried, one.group_tried,
                          one.tried, -one.score);
    };
    const auto best = std::ranges::min_element(candidates, {}, rank);
    if (best == candidates.end()) return std::nullopt;
    return static_cast<std::size_t>(best - candidates.begin());
}

}  // namespace buildd::policy
