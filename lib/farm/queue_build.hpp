// `queue build`: what the published sources still need (spec: behaviour §9).
#pragma once

#include <functional>

#include "base/log.hpp"
#include "db/database.hpp"

namespace buildd::farm {

struct QueueResult {
    std::int64_t builds = 0;
    std::int64_t jobs = 0;
    std::int64_t retried = 0;
    std::int64_t removed = 0;
    std::int64_t scored = 0;
};

// The caller holds the queue lock.
QueueResult build_queue(db::Database& database, Log& log);

}  // namespace buildd::farm
