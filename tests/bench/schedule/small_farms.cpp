// A flood on a few builders; each two hours another owner queues one job. Its builds take what is
// expected, more or less, or twice that.
#include <algorithm>
#include <fmt/format.h>

#include "chance.hpp"
#include "figures.hpp"

namespace schedule {

namespace {

constexpr double flood_hours = 60, between = 2 * hour;
constexpr std::size_t flooding = 1;

std::vector<Job> make_jobs(std::size_t builders, double longer, std::uint64_t seed) {
    Chance chance(seed);
    std::vector<Job> jobs;
    const auto add = [&](double at, std::size_t owner) {
        Job& job = jobs.emplace_back();
        job.arrives = at;
        job.time = chance.build_time();
        job.history = chance.history(job.time / longer);
        job.owner = owner;
    };
    for (double work = 0; work < flood_hours * hour * static_cast<double>(builders);
         work += jobs.back().time)
        add(0, flooding);
    std::size_t owner = flooding;
    for (double at = 300; at < (flood_hours - 10) * hour; at += between * 2 * chance.uniform())
        add(at, ++owner);
    return jobs;
}

// Of the flood's jobs: how many started while the other's waited, at most.
double passed_over(const std::vector<Job>& jobs) {
    double most = 0;
    for (const auto& job : jobs) {
        if (job.owner == flooding) continue;
        double before = 0;
        for (const auto& other : jobs)
            if (other.owner == flooding && other.start >= job.created &&
                (job.start < 0 || other.start < job.start))
                ++before;
        most = std::max(most, before);
    }
    return most;
}

double measured(By by, std::size_t builders, double longer, std::uint64_t seed) {
    auto jobs = make_jobs(builders, longer, seed);
    const auto rules = rules_of(by, builders);
    run({builders, pass_of(by)}, jobs, *rules, 10 * day);
    return passed_over(jobs);
}

Figures measure(By by, std::uint64_t seed) {
    Figures figures;
    for (const std::size_t builders : {3U, 10U})
        figures.push_back(
            {fmt::format("flood of 60 h on {} builders: its jobs that start before another "
                         "owner's one",
                         builders),
             "", measured(by, builders, 1, seed), 0});
    for (const std::size_t builders : {1U, 3U, 10U})
        figures.push_back(
            {fmt::format("... where builds take twice what is expected, on {}", builders), "",
             measured(by, builders, 2, seed), builders > 1 ? 0 : no_goal});
    return figures;
}

}  // namespace

Compared small_farms(int seeds) {
    return compare(seeds, measure);
}

}  // namespace schedule
