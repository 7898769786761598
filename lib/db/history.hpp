// The last seven days, today included, for the charts of `status --html`, which everybody may read:
// private archives do not count. Days are those of UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"

namespace buildd::db {

struct FarmHistory {
    struct QueueHour {
        std::optional<std::int64_t> pending, running;  // nullopt: no pass ended in that hour
    };
    struct Results {
        std::int64_t built = 0, failed = 0;  // builds by when their last attempt ended
    };
    std::vector<std::string> days;  // "11-20", oldest first
    std::vector<QueueHour> queue;   // 24 a day
    std::vector<Results> results;   // of six hours: 4 a day
};

FarmHistory read_history(Database& database);

}  // namespace buildd::db
