// What `queue build` reads and writes (spec: behaviour §9).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/build.hpp"
#include "model/start.hpp"

namespace buildd::db {

// A build that is to be made.
struct MissingBuild {
    SourceId source;
    DistroArchSeriesId arch;
    ArchiveId archive;
    Pocket pocket = Pocket::RELEASE;
    bool arch_indep = false;
};

// Answers how many were made; those that someone else made meanwhile are passed over.
std::int64_t create_builds(Database& database, const std::vector<MissingBuild>& wanted);

// Builds at such places that nobody has begun make the arch:all packages, too. Answers how many.
std::int64_t adopt_indep(Database& database, const std::vector<MissingBuild>& wanted);

// NEEDSBUILD builds that have no job, unless their source has no files; by id.
std::vector<BuildId> builds_without_job(Database& database);
// Answers how many were made: for those that still wait and that nobody else made one for.
std::int64_t create_jobs(Database& database, const std::vector<BuildId>& builds);
// Pending jobs whose source has no files; titles of their builds. One that another transaction
// holds stays.
std::vector<std::string> remove_fileless_jobs(Database& database);

// Pending jobs that a person holds; of each id, build and made_by alone.
std::vector<PendingJob> parked_jobs(Database& database);

// A failed build (`from`) → NEEDSBUILD with a fresh job, since a person wants it: its answers are
// counted anew. What the last attempt left is cleared, as history keeps it. false: it is in another
// state, or another build of the same source is active or has put its binaries in the archive.
bool retry_build(Transaction& transaction, BuildId build, BuildState from);

// The same of a build that waits for dependencies, since they are there by what is known; that
// knowledge's `index` (policy::index_digest) is kept with its last attempt. false also when another
// transaction holds it.
bool retry_by_itself(Database& database, BuildId build, const std::string& index);

// The same of a CHROOTWAIT build; its last attempt tells so.
bool retry_chroot_by_itself(Database& database, BuildId build);

// A pending build that was left to a person, since it was given back again and again, may be
// dispatched at once. false: it is no such build, and nothing may be committed.
bool let_go_again(Transaction& transaction, BuildId build);

struct UnscoredJob {
    JobId id;
    BuildFacts build;
    Urgency urgency = Urgency::LOW;
    std::string component;
    bool rebuild = false;  // its archive
    int archive_points = 0;
    std::chrono::seconds waited{};   // by its group's clock; negative: it came since
    std::optional<int> given_score;  // a person's
    int fairness = 0;
    std::optional<std::chrono::seconds> expected;  // by good builds of its source
    bool manual = false;
    int lastscore = 0;
};
// Pending jobs: all, or those of some builds. A batch (bulk.hpp) of those after `after`, by id;
// empty: there are no more.
std::vector<UnscoredJob> jobs_to_score(Database& database,
                                       const std::optional<std::vector<BuildId>>& builds,
                                       JobId after);
struct NewScore {
    JobId job;
    int before = 0;
    bool manual = false;
    int score = 0;
};
// Jobs that another transaction holds, or that are scored otherwise meanwhile, stay as they are.
void store_scores(Database& database, const std::vector<NewScore>& scores);

}  // namespace buildd::db
