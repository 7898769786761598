// One owner queues 3,000 jobs at once, sixty others a few now and then.
#include <algorithm>
#include <map>
#include <numeric>

#include "chance.hpp"
#include "figures.hpp"

namespace schedule {

namespace {

constexpr std::size_t builders = 220, flooding = 1, others = 60;
constexpr double flood_at = hour, window = 4 * hour, others_load = 0.3;

std::vector<Job> make_jobs(std::uint64_t seed) {
    Chance chance(seed);
    std::vector<Job> jobs;
    const auto add = [&](double at, std::size_t owner) {
        Job& job = jobs.emplace_back();
        job.arrives = at;
        job.time = chance.build_time();
        job.history = chance.history(job.time);
        job.owner = owner;
    };
    double mean = 0;
    for (int i = 0; i < 3000; ++i) add(flood_at, flooding);
    for (const auto& job : jobs) mean += job.time / 3000;
    const double between = mean / (static_cast<double>(builders) * others_load);
    for (double at = chance.exponential(between); at < flood_at + 2 * window;
         at += chance.exponential(between))
        add(at, 2 + static_cast<std::size_t>(chance.uniform() * others));
    std::stable_sort(jobs.begin(), jobs.end(),
                     [](const Job& a, const Job& b) { return a.arrives < b.arrives; });
    return jobs;
}

struct Work {
    double wanted = 0, got = 0, fair = 0;
};

// What each owner would get of the window if nobody got more than another who wants more.
void share_out(std::map<std::size_t, Work>& owners) {
    std::vector<Work*> by_need;
    for (auto& [owner, work] : owners) by_need.push_back(&work);
    std::sort(by_need.begin(), by_need.end(),
              [](const Work* a, const Work* b) { return a->wanted < b->wanted; });
    double left = builders * window;
    std::size_t sharers = by_need.size();
    for (Work* work : by_need) {
        work->fair = std::min(work->wanted, left / static_cast<double>(sharers--));
        left -= work->fair;
    }
}

// Jain's index of what the owners got of their fair shares: 1 where all got the same part.
double fairness_index(const std::vector<Job>& jobs) {
    const double end = flood_at + window;
    std::map<std::size_t, Work> owners;
    for (const auto& job : jobs) {
        if (job.created < flood_at || job.created >= end) continue;
        Work& work = owners[job.owner];
        work.wanted += std::min(job.time, end - job.created);
        if (job.start >= 0 && job.start < end) work.got += std::min(job.time, end - job.start);
    }
    share_out(owners);
    double sum = 0, squares = 0;
    for (const auto& [owner, work] : owners) {
        const double part = work.got / work.fair;
        sum += part;
        squares += part * part;
    }
    return sum * sum / (static_cast<double>(owners.size()) * squares);
}

Figures measure(By by, std::uint64_t seed) {
    auto jobs = make_jobs(seed);
    const auto rules = rules_of(by, builders);
    run({builders, pass_of(by)}, jobs, *rules, day);
    std::vector<double> waits, in_all;
    for (const auto& job : jobs)
        if (job.owner != flooding && job.created >= flood_at && job.created < flood_at + window) {
            waits.push_back(job.waited() / 60);
            in_all.push_back(job.waited_in_all() / 60);
        }
    return {
        {"flood of 3,000 on 220 builders: others' wait, p95", "min", percentile(waits, 0.95), 2},
        {"... since they came, p95", "min", percentile(in_all, 0.95), no_goal},
        {"... Jain's index of what owners got of their fair shares", "", fairness_index(jobs), 0.97,
         true}};
}

}  // namespace

Compared flood(int seeds) {
    return compare(seeds, measure);
}

}  // namespace schedule
