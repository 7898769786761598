// What tells how long pending jobs will take, and what owners wait for already.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"

namespace buildd::db {

struct UnestimatedJob {
    JobId id;
    std::int64_t source = 0;  // its name's number
    std::string architecture_tag;
    std::uint64_t size = 0;  // of the source's files
};
// Pending jobs of which nothing is said yet: a batch (bulk.hpp) of those after `after`, by id.
std::vector<UnestimatedJob> jobs_to_estimate(Database& database, JobId after);

struct GoodBuild {
    std::int64_t source = 0;
    std::string architecture_tag;
    std::chrono::seconds time{};
};
// Of each of the sources and architecture the last five.
std::vector<GoodBuild> last_good_builds(Database& database,
                                        const std::vector<std::int64_t>& sources);

// Of the farm's last good builds: what an architecture's take.
struct UsualBuild {
    std::string architecture_tag;
    std::chrono::seconds time{};
    std::uint64_t size = 0;  // of their sources
};
std::vector<UsualBuild> usual_builds(Database& database);

// Of those: what sources that two architectures have built took on each.
struct ComparedBuilds {
    std::string here, there;
    std::int64_t sources = 0;
    std::chrono::seconds time_here{}, time_there{};
};
std::vector<ComparedBuilds> compared_builds(Database& database);

struct NewEstimate {
    JobId job;
    std::chrono::seconds time{};
    bool known = false;  // by good builds of its source
};
void store_estimates(Database& database, const std::vector<NewEstimate>& estimates);

// A PPA's pending job that was not weighed yet.
struct UnweighedJob {
    JobId id;
    std::int64_t owner = 0;
    std::string architecture_tag;
    std::optional<std::chrono::seconds> expected;
};
// As jobs_to_estimate; without those of archives in which everything is built anew.
std::vector<UnweighedJob> jobs_to_weigh(Database& database, JobId after);

// What an owner's weighed jobs still need; one of which nothing is known `assumed`.
struct OwnerNeed {
    std::int64_t owner = 0;
    std::string architecture_tag;
    std::chrono::seconds time{};
};
std::vector<OwnerNeed> owners_needs(Database& database, std::chrono::seconds assumed);

struct UsableBuilders {
    std::string architecture_tag;
    std::int64_t builders = 0;
};
// Untrusted ones that are in use.
std::vector<UsableBuilders> untrusted_builders(Database& database);

struct NewWeight {
    JobId job;
    int fairness = 0;
};
void store_weights(Database& database, const std::vector<NewWeight>& weights);

}  // namespace buildd::db
