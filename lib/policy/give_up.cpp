#include "policy/give_up.hpp"

namespace buildd::policy {

namespace {

constexpr int builders_to_give_up = 3;
constexpr int silent_builders_to_give_up = 2;

}  // namespace

bool give_up(const FailedAttempts& failed, const BuilderKind& kind, int threshold) {
    if (failed.silent_builders >= silent_builders_to_give_up) return true;
    if (failed.builders >= builders_to_give_up) return true;
    // Where many live, but those that it needs are few.
    const int enough = kind.living < builders_to_give_up ? threshold : 2 * threshold;
    return failed.all >= enough && failed.all > kind.failures;
}

}  // namespace buildd::policy
