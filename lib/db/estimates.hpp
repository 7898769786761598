// What tells how long pending jobs will take.
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
// Pending jobs of which nothing is said yet, all or those of some builds: a batch (bulk.hpp) of
// those after `after`, by id.
std::vector<UnestimatedJob> jobs_to_estimate(Database& database,
                                             const std::optional<std::vector<BuildId>>& builds,
                                             JobId after);

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

}  // namespace buildd::db
