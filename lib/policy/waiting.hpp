// Until when a group's jobs are said to have waited. Pure.
//
// All jobs of a group have one clock, so that each time it moves all of them gain the same: their
// order among each other stays, and is right towards jobs that came since. It stands still while
// none comes, for then nobody's place would change; where many wait it moves in longer steps, for
// each costs a write of every row.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace buildd::policy {

struct WaitingGroup {
    std::int64_t jobs = 0;                         // that wait
    bool arrivals = false;                         // one came after the clock's time
    std::optional<std::chrono::seconds> behind{};  // the clock; nullopt: there is none yet
};

bool clock_moves(const WaitingGroup& group);

}  // namespace buildd::policy
