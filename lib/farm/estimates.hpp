// How long pending jobs will take, and how PPAs' owners share the builders: noted once for each job
// when it is queued.
#pragma once

#include "db/database.hpp"

namespace buildd::farm {

// Of jobs of which nothing is noted yet (policy/estimate.hpp). Those of which nothing tells
// anything are left for the next time.
void estimate_jobs(db::Database& database);

// PPAs' jobs that are not weighed yet (policy/fairness.hpp), in the order in which they came.
void weigh_jobs(db::Database& database, int score_per_hour);

}  // namespace buildd::farm
