#include "policy/waiting.hpp"

#include <algorithm>

namespace buildd::policy {

namespace {

constexpr std::int64_t jobs_of_a_step = 50'000;
constexpr std::chrono::minutes step{5}, longest_step{60};

}  // namespace

bool clock_moves(const WaitingGroup& group) {
    if (!group.behind) return true;
    if (!group.arrivals) return false;
    return *group.behind >= std::min(step * (group.jobs / jobs_of_a_step), longest_step);
}

}  // namespace buildd::policy
