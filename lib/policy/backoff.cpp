#include "policy/backoff.hpp"

#include <algorithm>

namespace buildd::policy {

namespace {

std::chrono::minutes doubled(std::chrono::minutes first, int times,
                             std::chrono::minutes most = std::chrono::hours(1)) {
    const int shift = std::clamp(times - 1, 0, 10);
    return std::min(most, first * (1 << shift));
}

}  // namespace

std::chrono::minutes probe_backoff(int failures) {
    return doubled(std::chrono::minutes(1), failures);
}

std::chrono::minutes same_answer_delay(int answers) {
    if (answers <= 1) return std::chrono::minutes(0);
    return doubled(std::chrono::hours(1), answers - 1, std::chrono::hours(24));
}

std::chrono::minutes giveback_delay(int times) {
    return times <= 1 ? std::chrono::minutes(5) : same_answer_delay(times);
}

std::chrono::minutes start_backoff(int times) {
    return doubled(std::chrono::minutes(5), times);
}

std::chrono::minutes upload_backoff(int tries) {
    return doubled(std::chrono::minutes(1), tries, std::chrono::minutes(15));
}

std::chrono::minutes mail_backoff(int tries) {
    return doubled(std::chrono::minutes(1), tries);
}

}  // namespace buildd::policy
