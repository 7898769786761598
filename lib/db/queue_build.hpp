// What `queue build` reads and writes (spec: behaviour §9).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/build.hpp"

namespace buildd::db {

// A published source on an architecture of its series without any build of it in that archive.
struct MissingBuild {
    SourceId source;
    DistroArchSeriesId arch;
    ArchiveId archive;
    Pocket pocket = Pocket::RELEASE;
    std::string hints;
    std::string architecture_tag;
    bool nominated = false;
};
std::vector<MissingBuild> missing_builds(Database& database);

// Answers how many were made; those that someone else made meanwhile are passed over.
std::int64_t create_builds(Database& database, const std::vector<MissingBuild>& wanted);

// NEEDSBUILD builds that have no job, unless their source has no files; by id.
std::vector<BuildId> builds_without_job(Database& database);
// Answers how many were made: for those that still wait and that nobody else made one for.
std::int64_t create_jobs(Database& database, const std::vector<BuildId>& builds);
// Pending jobs whose source has no files; titles of their builds. One that another transaction
// holds stays.
std::vector<std::string> remove_fileless_jobs(Database& database);

struct WaitingBuild {
    BuildFacts build;
    DistroArchSeriesId arch;
    std::string component;  // the source's current one
    std::string dependencies;
};
std::vector<WaitingBuild> dependency_waits(Database& database);

// Binary packages with, or perhaps providing, one of the names: ours that no later build replaced,
// and those that archives list.
struct AvailableBinary {
    DistroArchSeriesId arch;  // whose builds may use it
    BinaryFacts place;
    std::string name, version, provides;
};
std::vector<AvailableBinary> available_binaries(Database& database,
                                                const std::vector<std::string>& names,
                                                const std::vector<DistroArchSeriesId>& archs);

// A failed build (`from`) → NEEDSBUILD with a fresh job; what the last attempt left is cleared, as
// history keeps it. false: it is in another state, or another build of the same source is active,
// or with `leave_held` another transaction holds it.
bool retry_build(Database& database, BuildId build, BuildState from, bool leave_held = false);

struct UnscoredJob {
    JobId id;
    BuildFacts build;
    Urgency urgency = Urgency::LOW;
    std::string component;
    std::chrono::seconds age{};
    int lastscore = 0;
};
// Pending jobs that no person has scored: all, or those of some builds. A batch (bulk.hpp) of those
// after `after`, by id; empty: there are no more.
std::vector<UnscoredJob> jobs_to_score(Database& database,
                                       const std::optional<std::vector<BuildId>>& builds,
                                       JobId after);
struct NewScore {
    JobId job;
    int score = 0;
};
// Jobs that another transaction holds keep the score they have.
void store_scores(Database& database, const std::vector<NewScore>& scores);

// Pending and running jobs, best first: `queue list`.
struct QueueRow {
    BuildId build;
    BuildState state = BuildState::NEEDSBUILD;
    int score = 0;
    std::string created;  // ISO 8601, UTC
    std::string builder, title;
};
std::vector<QueueRow> list_queue(Database& database, int limit);

}  // namespace buildd::db
