// `queue build`: what the published sources still need (spec: behaviour §9).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/failure.hpp"
#include "base/log.hpp"
#include "base/settings.hpp"
#include "base/stop_signals.hpp"
#include "db/database.hpp"

namespace buildd::farm {

struct QueueResult {
    std::int64_t builds = 0;
    std::int64_t jobs = 0;
    std::int64_t retried = 0;
    std::int64_t removed = 0;
    std::int64_t scored = 0;
    std::int64_t for_person = 0;  // waits that were left to a person just now

    std::string summary() const;  // "2 builds and 2 jobs made, 0 retried, 5 scored"
    ExitStatus status() const;
};

// The caller holds the queue lock.
QueueResult build_queue(const Settings& settings, db::Database& database, Log& log);

// Scores pending jobs: all, or those of some builds. Answers how many changed.
std::int64_t score_jobs(db::Database& database, int score_per_hour, Log& log,
                        const std::optional<std::vector<BuildId>>& builds);

// The whole command: lock, build_queue, diary, metrics. nullopt: busy.
std::optional<QueueResult> run_queue_build(const Settings& settings, db::Database& database,
                                           const StopSignals& signals, Log& log);

}  // namespace buildd::farm
