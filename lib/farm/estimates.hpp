// How long pending jobs will take, and how PPAs' owners share the builders: noted once for each job
// when it is queued.
#pragma once

#include <optional>
#include <vector>

#include "db/database.hpp"

namespace buildd::farm {

// Of jobs of which nothing is noted yet (policy/estimate.hpp), all or those of some builds. Those
// of which nothing tells anything are left for the next time.
void estimate_jobs(db::Database& database,
                   const std::optional<std::vector<BuildId>>& builds = std::nullopt);

// PPAs' jobs that are not weighed yet or are to be again (policy/fairness.hpp), all or those of
// some builds, in the order in which they came.
void weigh_jobs(db::Database& database, int score_per_hour,
                const std::optional<std::vector<BuildId>>& builds = std::nullopt);

}  // namespace buildd::farm
