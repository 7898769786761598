#include "farm/planned_builds.hpp"

#include <fmt/format.h>
#include <map>
#include <utility>

#include "base/text.hpp"

namespace buildd::farm {

namespace {

// Builds of a source in an archive that are planned already, for another series.
struct Planned {
    std::vector<std::string> tags;
    bool indep = false;
};

void count_in(PublishedSource& source, const Planned& planned) {
    source.taken.insert(source.taken.end(), planned.tags.begin(), planned.tags.end());
    source.indep_taken = source.indep_taken || planned.indep;
}

void add_to(Planned& planned, const policy::BuildPlan& plan) {
    for (const auto& build : plan.missing) {
        planned.tags.push_back(build.tag);
        planned.indep = planned.indep || build.arch_indep;
    }
    planned.indep = planned.indep || plan.adopts_indep;
}

std::string title_of(const PublishedSource& source) {
    return fmt::format("{} {} in {}/{}, archive {}", source.name, source.version,
                       source.distribution, source.series_name, source.archive_name);
}

}  // namespace

std::vector<PlannedSource> plan_sources(db::Database& database,
                                        const std::optional<std::vector<std::string>>& names) {
    const auto architectures = db::series_architectures(database);
    std::map<std::pair<SourceId, ArchiveId>, Planned> planned;
    std::vector<PlannedSource> sources;
    for (auto& source : db::published_sources(database, names)) {
        Planned& so_far = planned[{source.source, source.archive}];
        count_in(source, so_far);
        const auto series = architectures.find(source.series);
        auto plan = policy::plan_builds(source, series == architectures.end()
                                                    ? std::vector<SeriesArchitecture>{}
                                                    : series->second);
        add_to(so_far, plan);
        sources.push_back({std::move(source), std::move(plan)});
    }
    return sources;
}

std::vector<db::NeverBuilt> never_built(const std::vector<PlannedSource>& sources) {
    std::vector<db::NeverBuilt> never;
    for (const auto& [source, plan] : sources)
        if (!plan.never.empty())
            never.push_back({source.source, source.series, source.archive, title_of(source),
                             join(plan.never, "; ")});
    return never;
}

std::string never_sentence(const db::NeverBuilt& never) {
    return fmt::format("nobody builds {}: {}", never.title, never.reason);
}

std::vector<db::NeverBuilt> note_never_built(db::Database& database,
                                             const std::vector<std::string>& names) {
    auto never = never_built(plan_sources(database, names));
    db::store_never_built(database, never, names, false);
    return never;
}

}  // namespace buildd::farm
