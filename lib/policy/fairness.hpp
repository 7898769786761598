// What an owner's many jobs are put back by, so that another's few are not behind all of them.
// Pure.
//
// Each job of a PPA stands back by the time that its owner's jobs before it need at the owner's
// share. Waiting makes up for as much as that share would have built meanwhile: an owner who got
// more than its share is behind those who got none.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace buildd::policy {

// What a job is taken to need when nothing is known of any.
inline constexpr std::chrono::minutes assumed_time{15};

// Points, not positive. `before`: what its owner's jobs before it in its group, waiting and
// running, are expected to need still.
int fairness(std::chrono::seconds before, std::int64_t builders, int per_hour);

// Of a job that stands back by `was`, after jobs of its owner went unbuilt: as if it were queued
// now, or as it was where that is better. `anew`: its fairness by what is before it now; `waiting`:
// the points that it has for waiting.
int fairness_again(int was, int anew, int waiting);

}  // namespace buildd::policy
