// What published sources still need, by the rule that `queue build` follows and `build why` asks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "db/published_sources.hpp"
#include "policy/wanted_builds.hpp"

namespace buildd::farm {

struct PlannedSource {
    PublishedSource source;
    policy::BuildPlan plan;
};

// Without `names` all that lack something, with them all sources of these names. An archive gets
// one build for an architecture of a source that several of its series publish.
std::vector<PlannedSource> plan_sources(db::Database& database,
                                        const std::optional<std::vector<std::string>>& names);

// What of them nobody will build.
std::vector<db::NeverBuilt> never_built(const std::vector<PlannedSource>& sources);

// "nobody builds tiny 1.0 in ubuntu/hoary, archive primary: its series …"
std::string never_sentence(const db::NeverBuilt& never);

// For the sources of some names: what it is now, kept for `status`.
std::vector<db::NeverBuilt> note_never_built(db::Database& database,
                                             const std::vector<std::string>& names);

}  // namespace buildd::farm
