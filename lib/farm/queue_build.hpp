// `queue build`: what the published sources still need (spec: behaviour §9).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "db/database.hpp"

namespace buildd::farm {

struct QueueResult {
    std::int64_t builds = 0;
    std::int64_t jobs = 0;
    std::int64_t retried = 0;
    std::int64_t removed = 0;
    std::int64_t scored = 0;

    std::string summary() const;
};

// The caller holds the queue lock.
QueueResult build_queue(db::Database& database, Log& log);

// Scores pending jobs that no person has scored: all, or those of some builds. Answers how many
// changed.
std::int64_t score_jobs(db::Database& database, Log& log,
                        const std::optional<std::vector<BuildId>>& builds);

}  // namespace buildd::farm
