// What owners of PPAs wait for already, and what their jobs stand back by (policy/fairness.hpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"

namespace buildd::db {

// A PPA's pending job that was not weighed yet, or that is to be weighed again.
struct UnweighedJob {
    JobId id;
    std::int64_t owner = 0;
    std::string architecture_tag;
    std::optional<std::chrono::seconds> expected;
    bool takes_builders = true;   // else it is held, or is left to a person, or nobody may build it
    std::optional<int> fairness;  // that it has; nullopt: it was never weighed
    std::chrono::seconds waited{};  // by its group's clock
};
// All or those of some builds: a batch (bulk.hpp) of those after `after`, by id; without those of
// archives in which everything is built anew.
std::vector<UnweighedJob> jobs_to_weigh(Database& database,
                                        const std::optional<std::vector<BuildId>>& builds,
                                        JobId after);

// Has the pending jobs that these builds' owners have in the builds' groups weighed again.
void weigh_owners_again(Database& database, const std::vector<BuildId>& builds);

// What an owner's weighed jobs that take builders still need; one of which nothing is known
// `assumed`.
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
// Untrusted ones that no person has put out of use: what passes is no measure of a share.
std::vector<UsableBuilders> untrusted_builders(Database& database);

struct NewWeight {
    JobId job;
    int fairness = 0;
};
void store_weights(Database& database, const std::vector<NewWeight>& weights);

}  // namespace buildd::db
