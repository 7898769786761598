#include "policy/estimate.hpp"

#include <algorithm>

namespace buildd::policy {

std::optional<std::chrono::seconds> time_to_empty(const QueueLoad& load) {
    if (load.pending == 0 || load.builders == 0 || !load.usual) return std::nullopt;
    const std::int64_t halves = 2 * load.pending + load.running;
    // The last job takes its whole time, however many builders there are.
    return std::max(*load.usual, *load.usual * halves / (2 * load.builders));
}

}  // namespace buildd::policy
