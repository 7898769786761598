#include "policy/backoff.hpp"

#include <algorithm>

namespace buildd::policy {

namespace {

std::chrono::minutes doubled(std::chrono::minutes first, int times) {
    constexpr std::chrono::minutes most{60};
    const int shift = std::clamp(times - 1, 0, 10);
    return std::min(most, first * (1 << shift));
}

}  // namespace

std::chrono::minutes probe_backoff(int failures) {
    return doubled(std::chrono::minutes(1), failures);
}

std::chrono::minutes giveback_delay(int times) {
    return doubled(std::chrono::minutes(5), times);
}

std::chrono::minutes start_backoff(int times) {
    return doubled(std::chrono::minutes(5), times);
}

std::chrono::minutes mail_backoff(int tries) {
    return doubled(std::chrono::minutes(1), tries);
}

}  // namespace buildd::policy
