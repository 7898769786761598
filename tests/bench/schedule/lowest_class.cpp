// Uploads without end, about as many as the builders can do or more; now and then a job of the
// lowest class.
#include <algorithm>
#include <fmt/format.h>

#include "chance.hpp"
#include "figures.hpp"

namespace schedule {

namespace {

constexpr std::size_t builders = 20;
constexpr double clocks = 0.01 * 30 * hour;  // passes and `queue build` come now and then
constexpr double length = 10 * day, between_probes = 6 * hour;
// Of BACKPORTS, non-free, LOW and of RELEASE, main, EMERGENCY.
constexpr double lowest_points = 5, highest_points = 2520, per_hour = 100;

std::vector<Job> make_jobs(double load, std::uint64_t seed) {
    Chance chance(seed);
    std::vector<Job> jobs;
    const double between = 20 * 60 / (static_cast<double>(builders) * load);
    double probe_at = day;
    for (double at = chance.exponential(between); at < length; at += chance.exponential(between)) {
        Job& job = jobs.emplace_back();
        job.arrives = at;
        job.time = chance.build_time();
        job.history = chance.history(job.time);
        job.urgency = static_cast<buildd::Urgency>(static_cast<int>(chance.uniform() * 4));
        job.component = chance.uniform() < 0.8 ? "main" : "universe";
        if (at < probe_at) continue;
        probe_at += between_probes;
        job.urgency = buildd::Urgency::LOW;
        job.component = "non-free";
        job.pocket = buildd::Pocket::BACKPORTS;
    }
    return jobs;
}

bool is_probe(const Job& job) {
    return job.pocket == buildd::Pocket::BACKPORTS;
}

constexpr double hours_behind = (highest_points - lowest_points) / per_hour * hour;

// What was before it when it came, and, `with_later`, what came in the hours that it is behind: in
// seconds of the farm.
double backlog(const std::vector<Job>& jobs, const Job& probe, bool with_later) {
    const double until = probe.created + (with_later ? hours_behind : 0);
    double work = 0;
    for (const auto& job : jobs) {
        if (&job == &probe || job.created < 0 || job.created > until) continue;
        if (job.start < 0 || job.start >= probe.created)
            work += job.time;
        else if (job.end > probe.created)
            work += job.end - probe.created;
    }
    return work / static_cast<double>(builders);
}

Figures measure(By by, std::uint64_t seed) {
    Figures figures;
    for (const double load : {0.99, 1.01, 1.04}) {
        auto jobs = make_jobs(load, seed);
        const auto rules = rules_of(by, builders);
        const auto outcome = run({builders, pass_of(by)}, jobs, *rules, length * 2);
        double most = 0, most_simply = 0, longest = 0;
        for (const auto& job : jobs) {
            if (!is_probe(job)) continue;
            const double simply = hours_behind + backlog(jobs, job, false);
            const double bound = std::max(hours_behind, backlog(jobs, job, true)) + clocks;
            most = std::max(most, job.waited() / bound);
            most_simply = std::max(most_simply, job.waited() / simply);
            longest = std::max(longest, job.waited() / hour);
        }
        figures.push_back(
            {fmt::format("lowest class at a load of {}: its wait by its bound, the worst", load),
             "", most, 0, 0, 1});
        figures.push_back({"... by the hours that it is behind and what was before it", "",
                           most_simply, 0, 0, no_goal});
        figures.push_back({"... in hours", "h", longest, 0, 0, no_goal});
        figures.push_back({"... builders idle for want of a pass", "%",
                           100 * outcome.idle / (outcome.idle + outcome.busy), 0, 0, 1});
    }
    return figures;
}

}  // namespace

Figures lowest_class(int seeds) {
    return compare(seeds, measure);
}

}  // namespace schedule
