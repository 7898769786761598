// The jobs that breakers hold (breakers.hpp), and those that they let go to see whether their
// causes have gone.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "db/database.hpp"
#include "model/ids.hpp"
#include "model/start.hpp"

namespace buildd::db {

// Pending jobs of one archive, series, architecture and pocket that wait for one breaker or for
// none: they share all but their sources.
struct AlikeJobs {
    PendingJob example;  // its `files` are empty (queue.hpp)
    std::optional<std::int64_t> held_by;
};
// All but breakers' probes.
std::vector<AlikeJobs> read_alike_jobs(Database& database);

// Lets the pending jobs that are like `jobs` wait for these breakers (nullopt: none): of the same
// archive, series, architecture and pocket, and held by the same.
void hold_like(Database& database, const std::vector<JobId>& jobs,
               const std::vector<std::optional<std::int64_t>>& breakers);
// Holds those that need a file, lets go those that do not. `trusted`: as BreakerRow has it.
void hold_of_file(Database& database, std::int64_t breaker, LibraryFileId file, bool trusted);

// The best of those jobs that a breaker holds and that are alike, of those that some builder might
// be given now: it has not been tried, or the longest ago; of equals the highest score.
struct HeldBest {
    PendingJob job;
    bool idle = false;  // such a builder has nothing to do
    // When one of its owner, of its architecture and trust, and itself was let go by this breaker,
    // since the epoch; nullopt: never.
    std::optional<std::chrono::seconds> owner_tried, group_tried, tried;
};
std::vector<HeldBest> read_held_best(Database& database, std::int64_t breaker);

// Lets it go, if it is held still; the next one in `next_in` at the earliest. `counts`: as a probe
// more. It is not given to the builder where the last one failed while another of its group is in
// use.
bool let_probe_go(Database& database, std::int64_t breaker, JobId job, std::chrono::seconds next_in,
                  bool counts);
// The last that was let go and that nobody has taken waits again.
void hold_probe_again(Database& database, std::int64_t breaker);
// The file that it asks for is there: its next probe is due now, and it is not asked for again.
void probe_now(Database& database, std::int64_t breaker);

}  // namespace buildd::db
