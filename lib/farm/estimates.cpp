#include "farm/estimates.hpp"

#include <map>
#include <utility>

#include "db/estimates.hpp"
#include "db/weights.hpp"
#include "policy/estimate.hpp"
#include "policy/fairness.hpp"
#include "policy/score.hpp"

namespace buildd::farm {

namespace {

using Tag = std::string;
using TimesByTag = std::map<Tag, policy::GoodTimes>;

// The farm's last builds: what tells where a source alone does not.
struct LastBuilds {
    std::map<Tag, policy::Usual> usual;
    std::map<std::pair<Tag, Tag>, policy::Speeds> speeds;

    explicit LastBuilds(db::Database& database) {
        for (const auto& one : db::usual_builds(database))
            usual[one.architecture_tag] = {one.time, one.size};
        for (const auto& one : db::compared_builds(database))
            speeds[{one.here, one.there}] = {one.sources, one.time_here, one.time_there};
    }

    // Another architecture's where this one has built nothing.
    std::optional<policy::Usual> usual_of(const Tag& tag) const {
        const auto found = usual.find(tag);
        if (found != usual.end()) return found->second;
        return usual.empty() ? std::nullopt : std::optional(usual.begin()->second);
    }
};

std::map<std::int64_t, TimesByTag> good_times(db::Database& database,
                                              const std::vector<db::UnestimatedJob>& jobs) {
    std::vector<std::int64_t> sources;
    for (const auto& job : jobs) sources.push_back(job.source);
    std::map<std::int64_t, TimesByTag> times;
    for (const auto& build : db::last_good_builds(database, sources))
        times[build.source][build.architecture_tag].push_back(build.time);
    return times;
}

policy::EstimateFacts facts_of(const db::UnestimatedJob& job, const TimesByTag& times,
                               const LastBuilds& last) {
    policy::EstimateFacts facts;
    facts.size = job.size;
    facts.usual = last.usual_of(job.architecture_tag);
    for (const auto& [tag, good] : times) {
        if (tag == job.architecture_tag) {
            facts.own = good;
            continue;
        }
        const auto speeds = last.speeds.find({job.architecture_tag, tag});
        facts.elsewhere.push_back(
            {good, speeds == last.speeds.end() ? policy::Speeds{} : speeds->second});
    }
    return facts;
}

struct Owners {
    std::map<std::pair<std::int64_t, Tag>, std::chrono::seconds> needs;
    std::map<Tag, std::int64_t> builders;

    explicit Owners(db::Database& database) {
        for (const auto& one : db::owners_needs(database, policy::assumed_time))
            needs[{one.owner, one.architecture_tag}] = one.time;
        for (const auto& one : db::untrusted_builders(database))
            builders[one.architecture_tag] = one.builders;
    }
};

int weight_of(const db::UnweighedJob& job, std::chrono::seconds before, std::int64_t builders,
              int per_hour) {
    const int anew = policy::fairness(before, builders, per_hour);
    if (!job.fairness) return anew;
    return policy::fairness_again(*job.fairness, anew,
                                  policy::given_score(0, job.waited, per_hour).waiting);
}

}  // namespace

void estimate_jobs(db::Database& database, const std::optional<std::vector<BuildId>>& builds) {
    std::optional<LastBuilds> last;
    for (JobId after{0};;) {
        const auto jobs = db::jobs_to_estimate(database, builds, after);
        if (jobs.empty()) return;
        if (!last) last.emplace(database);
        if (last->usual.empty()) return;
        const auto times = good_times(database, jobs);
        std::vector<db::NewEstimate> estimates;
        for (const auto& job : jobs) {
            const auto of_source = times.find(job.source);
            const auto estimate = policy::estimate(
                facts_of(job, of_source == times.end() ? TimesByTag{} : of_source->second, *last));
            if (estimate) estimates.push_back({job.id, estimate->time, estimate->known});
        }
        db::store_estimates(database, estimates);
        after = jobs.back().id;
    }
}

void weigh_jobs(db::Database& database, int score_per_hour,
                const std::optional<std::vector<BuildId>>& builds) {
    std::optional<Owners> owners;
    for (JobId after{0};;) {
        const auto jobs = db::jobs_to_weigh(database, builds, after);
        if (jobs.empty()) return;
        if (!owners) owners.emplace(database);
        std::vector<db::NewWeight> weights;
        for (const auto& job : jobs) {
            auto& before = owners->needs[{job.owner, job.architecture_tag}];
            const auto builders = owners->builders[job.architecture_tag];
            weights.push_back({job.id, weight_of(job, before, builders, score_per_hour)});
            if (job.takes_builders) before += job.expected.value_or(policy::assumed_time);
        }
        db::store_weights(database, weights);
        after = jobs.back().id;
    }
}

}  // namespace buildd::farm
