// CHROOTWAIT builds in `queue build` and `build why`: one rule for both.
#pragma once

#include <optional>
#include <string>

#include "base/settings.hpp"
#include "farm/waits.hpp"

namespace buildd::farm {

// Has builds tried again whose time has come, and leaves to a person those that have ended so too
// often in a row. What an open breaker holds waits for that. The caller holds the queue lock.
WaitsResult retry_chroot_waits(const Settings& settings, db::Database& database, Log& log);

// What the next `queue build` makes of it, and when. nullopt: it does nothing about it.
std::optional<std::string> chroot_wait_sentence(const Settings& settings, db::Database& database,
                                                BuildId build);

}  // namespace buildd::farm
