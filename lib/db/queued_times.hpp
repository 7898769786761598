// What tells when queued jobs will start and end, as their groups' queues are now.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "db/database.hpp"

namespace buildd::db {

struct QueuedTimes {
    std::chrono::seconds before{};   // that the pending jobs before it take
    std::chrono::seconds running{};  // that its group's running ones still take, in all
    std::int64_t builders = 0;       // its group's, in use; 0 also where dispatch does not read it,
                                     // or it has no chroot, or none of them may have it
    std::optional<std::chrono::seconds> expected;  // that it takes itself
    std::optional<std::chrono::seconds> building;  // since its buildstart, while it has a builder
};

// Of those of the builds that have a job. One of which nothing is known takes `assumed`.
std::map<BuildId, QueuedTimes> read_queued_times(Database& database,
                                                 const std::vector<BuildId>& builds,
                                                 std::chrono::seconds assumed);

}  // namespace buildd::db
