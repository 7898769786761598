// Which builds a published source needs, and what of it nobody will ever build (spec: behaviour
// §9). Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/published_source.hpp"

namespace buildd::policy {

struct WantedBuild {
    DistroArchSeriesId arch;
    std::string tag;
    bool arch_indep = false;
};
struct BuildPlan {
    std::vector<WantedBuild> missing;
    // Its build that waits there is to make the arch:all packages too, which no build does.
    std::optional<DistroArchSeriesId> adopts_indep;
    std::vector<std::string> never;  // clauses: "its arch:all packages are …"; mostly none
};

// `architectures`: all of its series. At most one build has arch_indep, and none when a build that
// counts has it.
BuildPlan plan_builds(const PublishedSource& source,
                      const std::vector<SeriesArchitecture>& architectures);

}  // namespace buildd::policy
