// What `build why` and `queue why` need to know (lesson L42).
#pragma once

#include <optional>
#include <vector>

#include "db/database.hpp"
#include "model/why.hpp"

namespace buildd::db {

// nullopt: there is no such build.
std::optional<ExplainedBuild> explain_build(Database& database, BuildId build);

// The whole queue, by architecture and trust.
std::vector<QueuedGroup> queued_groups(Database& database);

}  // namespace buildd::db
