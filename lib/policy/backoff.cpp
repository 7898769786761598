#include "policy/backoff.hpp"

#include <algorithm>

namespace buildd::policy {

namespace {

constexpr int many_silent = 3;
constexpr int scouts = 3;

std::chrono::minutes longest_probe_wait(const SilentTogether& together) {
    if (together.all < many_silent) return std::chrono::hours(1);
    return std::chrono::minutes(together.before <= scouts ? 1 : 5);
}

}  // namespace

std::chrono::minutes doubled(std::chrono::minutes first, int times, std::chrono::minutes most) {
    const int shift = std::clamp(times - 1, 0, 10);
    return std::min(most, first * (1 << shift));
}

std::chrono::minutes probe_backoff(int failures, const SilentTogether& together) {
    return doubled(std::chrono::minutes(1), failures, longest_probe_wait(together));
}

std::chrono::minutes same_answer_delay(int answers) {
    if (answers <= 1) return std::chrono::minutes(0);
    return doubled(std::chrono::hours(1), answers - 1, std::chrono::hours(24));
}

std::chrono::minutes chroot_wait_delay(int answers) {
    return doubled(std::chrono::minutes(15), answers, std::chrono::hours(24));
}

std::chrono::minutes giveback_delay(int times) {
    return times <= 1 ? std::chrono::minutes(5) : same_answer_delay(times);
}

std::chrono::minutes start_backoff(int times) {
    return doubled(std::chrono::minutes(5), times, std::chrono::hours(1));
}

std::chrono::minutes upload_backoff(int tries) {
    return doubled(std::chrono::minutes(1), tries, std::chrono::minutes(15));
}

std::chrono::minutes mail_backoff(int tries) {
    return doubled(std::chrono::minutes(1), tries, std::chrono::hours(1));
}

}  // namespace buildd::policy
