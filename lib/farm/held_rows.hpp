// Rows that somebody else's transaction holds (spec: behaviour §2.5): their builder or job waits
// for a later pass, and the log tells who keeps it.
#pragma once

#include <vector>

#include "db/held_rows.hpp"
#include "farm/farm.hpp"

namespace buildd::farm {

// Each at INFO; held for ten minutes, at WARNING with its holder once an hour.
void say_held(const Farm& farm, const std::vector<db::HeldRow>& rows);

// A change about this builder or its job was given up, since it had to wait for a lock (is_busy).
// It must have been undone. Throws Failure(busy), naming the holder, when whole tables are locked.
void leave_to_next_pass(const Farm& farm, const BuilderFacts& builder);

// Throws Failure(busy), naming the holder, when somebody has a whole table of the farm locked.
void end_if_table_is_locked(db::Database& database);

}  // namespace buildd::farm
