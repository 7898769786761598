#include "policy/fairness.hpp"

#include <algorithm>

namespace buildd::policy {

namespace {

constexpr std::int64_t owners_at_once = 20;
constexpr double most = 100'000'000;

}  // namespace

int fairness(std::chrono::seconds before, std::int64_t builders, int per_hour) {
    const std::int64_t share = std::max<std::int64_t>(1, builders / owners_at_once);
    const double hours = static_cast<double>(std::max<std::int64_t>(0, before.count())) / 3600;
    return -static_cast<int>(std::min(hours * per_hour / static_cast<double>(share), most));
}

int fairness_again(int was, int anew, int waiting) {
    return std::max(was, anew - waiting);
}

}  // namespace buildd::policy
