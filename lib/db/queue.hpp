// The queue of pending jobs: reading its top, claiming, giving up claims (spec: behaviour §8).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/builder.hpp"
#include "model/edits.hpp"
#include "model/run_limits.hpp"
#include "model/start.hpp"

namespace buildd::db {

// Builders that take the same jobs.
struct JobGroup {
    std::string architecture_tag;
    bool trusted = true;
    auto operator<=>(const JobGroup&) const = default;
};

// Where a job stands in its group's queue.
struct QueuePlace {
    int lastscore = 0;
    std::string created;
    JobId id;
};

// A page of the queue of a group's builders that have this purpose: `count` jobs, best first, after
// `after` (the last one of the page before). Jobs that are not fit for them (policy/fit.hpp), wait
// (`not_before`), or whose archive or architecture is disabled, are not in it.
struct PageWish {
    JobGroup group;
    BuilderPurpose purpose;
    std::size_t count = 0;
    std::optional<QueuePlace> after;
};

// A job on one page or several. `files` of it are empty: see read_source_files.
struct MetJob {
    PendingJob job;
    RunLimits limits;
    std::vector<std::size_t> wishes;  // ascending
};
// Best first. Jobs of archives of which as many run as may are left out, and those of `full`.
std::vector<MetJob> read_pending(Database& database, const std::vector<PageWish>& wishes,
                                 const std::vector<ArchiveId>& full = {});

// Fills `files` in.
void read_source_files(Database& database, std::vector<PendingJob*> jobs);

struct Claim {
    JobId job;
    BuilderId builder;
};
struct Claimed {
    JobId old_id;  // as in the Claim
    JobId job;     // fresh when the job had been attempted before
    BuilderId builder;
};

// Claims as many as are still free, in one transaction; untrusted builders must be CLEAN, unless
// `without_reset`, and become DIRTY.
std::vector<Claimed> claim(Database& database, const std::vector<Claim>& claims,
                           bool without_reset);

// Those of the jobs that are claimed and not dispatched still; `files` are empty as above.
std::vector<ClaimedJob> read_claimed(Database& database, const std::vector<JobId>& jobs);

// What jobs of these builds, which have none, would be.
std::vector<PendingJob> read_as_pending(Database& database, const std::vector<BuildId>& builds);

// This pass goes on with their starts: time in which none did is not theirs.
void go_on_with_starts(Database& database, const std::vector<JobId>& jobs);

// A pending job whose source is no longer published: build SUPERSEDED, job deleted. false: it is
// held or was moved by somebody else.
bool supersede(Database& database, const PendingJob& job);

}  // namespace buildd::db
