// The dependency waits of `queue build` and of `build why`: one rule for both.
#pragma once

#include <cstdint>
#include <optional>

#include "base/log.hpp"
#include "db/database.hpp"
#include "policy/waits.hpp"

namespace buildd::farm {

struct WaitsResult {
    std::int64_t retried = 0;
    std::int64_t for_person = 0;  // found now: of them it is said loudly once
};

// Has builds tried again whose waits have ended, and leaves to a person those that do not get on by
// that. The caller holds the queue lock.
WaitsResult retry_waits(db::Database& database, Log& log);

// What the next `queue build` makes of a build's wait. nullopt: it is in none that may end by
// itself.
std::optional<policy::WaitVerdict> judge_wait(db::Database& database, BuildId build);

}  // namespace buildd::farm
