// Uploads without end, about as many as the builders can do or more; now and then a job of the
// lowest class.
#include <algorithm>
#include <fmt/format.h>

#include "chance.hpp"
#include "figures.hpp"
#include "policy/score.hpp"

namespace schedule {

namespace {

constexpr std::size_t builders = 20;
constexpr double clocks = 0.01 * 30 * hour;  // 18 min: builders wait for passes 1 % of the time
constexpr double length = 10 * day, between_probes = 6 * hour;
constexpr int per_hour = 100;

std::vector<Job> make_jobs(double load, std::uint64_t seed) {
    Chance chance(seed);
    std::vector<Job> jobs;
    const double between = Chance::mean_build_time() / (static_cast<double>(builders) * load);
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

double points(const Job& job) {
    buildd::policy::ScoreFacts facts;
    facts.urgency = job.urgency;
    facts.component = job.component;
    facts.pocket = job.pocket;
    return buildd::policy::score(facts, per_hour).total();
}

// How much later a job may come and still be better than the probe.
double ahead(const Job& job, const Job& probe) {
    return (points(job) - points(probe)) / per_hour * hour;
}

// Work of the farm, in its builders' seconds each, and jobs.
struct Before {
    double behind = 0;      // the most that a job of any class may come later
    double backlog = 0;     // when the probe came
    double later = 0;       // what came in these hours
    int without_right = 0;  // jobs that came too late to be better, and went before it all the same
};

double most_ahead(const std::vector<Job>& jobs, const Job& probe) {
    double most = 0;
    for (const auto& job : jobs) most = std::max(most, ahead(job, probe));
    return most;
}

Before before(const std::vector<Job>& jobs, const Job& probe) {
    Before before;
    before.behind = most_ahead(jobs, probe);
    for (const auto& job : jobs) {
        if (&job == &probe) continue;
        const double later = job.created - probe.created;
        const double left = std::min(job.time, job.end - probe.created);
        if (later <= 0)
            before.backlog += std::max(0.0, left) / builders;
        else if (later <= before.behind)
            before.later += job.time / builders;
        if (later > 0 && later > ahead(job, probe) && job.started() && job.start < probe.start)
            ++before.without_right;
    }
    return before;
}

struct Most {
    double by_bound = 0, by_backlog = 0, waited = 0, without_right = 0;
};

Most most_of(const std::vector<Job>& jobs) {
    Most most;
    for (const auto& job : jobs) {
        if (!is_probe(job)) continue;
        const Before all = before(jobs, job);
        const double bound = std::max(all.behind, all.backlog + all.later) + clocks;
        most.by_bound = std::max(most.by_bound, job.waited() / bound);
        const double simply = all.behind + all.backlog + clocks;
        most.by_backlog = std::max(most.by_backlog, job.waited() / simply);
        most.waited = std::max(most.waited, job.waited() / hour);
        most.without_right += all.without_right;
    }
    return most;
}

Figures measure(By by, std::uint64_t seed) {
    Figures figures;
    for (const double load : {0.99, 1.01, 1.04}) {
        auto jobs = make_jobs(load, seed);
        const auto rules = rules_of(by, builders);
        const auto outcome = run({builders, pass_of(by)}, jobs, *rules, length * 2);
        const Most most = most_of(jobs);
        figures.push_back({fmt::format("lowest class at a load of {}: its wait by its bound", load),
                           "", most.by_bound, 1});
        figures.push_back({"... by the hours that it is behind and what was before it", "",
                           most.by_backlog, load < 1 ? 1 : no_goal});
        figures.push_back({"... in hours", "h", most.waited, no_goal});
        figures.push_back({"... jobs that went before it, come later than their points make up", "",
                           most.without_right, 0});
        figures.push_back({"... builders idle for want of a pass", "%",
                           100 * outcome.idle / (outcome.idle + outcome.busy), 1});
    }
    return figures;
}

}  // namespace

Compared lowest_class(int seeds) {
    return compare(seeds, measure);
}

}  // namespace schedule
