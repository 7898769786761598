// Everything is built anew: 30,000 jobs, five days of 300 builders; alone and beside uploads.
#include <algorithm>

#include "chance.hpp"
#include "figures.hpp"

namespace schedule {

namespace {

constexpr std::size_t builders = 300, sources = 30'000;
constexpr double upload_load = 0.1, most_days = 20;

std::vector<Job> make_rebuild(Chance& chance) {
    std::vector<Job> jobs(sources);
    for (auto& job : jobs) {
        job.time = std::clamp(chance.lognormal(1800, 1.3), 60.0, 20 * hour);
        job.history = chance.history(job.time);
        job.rebuild = true;
        job.component = chance.uniform() < 0.6 ? "main" : "universe";
    }
    return jobs;
}

double work_of(const std::vector<Job>& jobs) {
    double work = 0;
    for (const auto& job : jobs) work += job.time;
    return work;
}

double bound_of(const std::vector<Job>& jobs) {
    double longest = 0;
    for (const auto& job : jobs) longest = std::max(longest, job.time);
    return std::max(work_of(jobs) / static_cast<double>(builders), longest);
}

void add_uploads(std::vector<Job>& jobs, Chance& chance) {
    const double until = bound_of(jobs) / (1 - upload_load);
    const double between =
        Chance::mean_build_time() / (static_cast<double>(builders) * upload_load);
    for (double at = chance.exponential(between); at < until; at += chance.exponential(between)) {
        Job& job = jobs.emplace_back();
        job.arrives = at;
        job.time = chance.build_time();
        job.history = chance.history(job.time);
        job.urgency = chance.uniform() < 0.2 ? buildd::Urgency::HIGH : buildd::Urgency::MEDIUM;
        job.component = chance.uniform() < 0.6 ? "main" : "universe";
    }
}

Figure makespan(By by, std::uint64_t seed) {
    Chance chance(seed);
    auto jobs = make_rebuild(chance);
    const auto rules = rules_of(by, builders);
    const auto outcome = run({builders, pass_of(by)}, jobs, *rules, most_days * day);
    return {"rebuild of 30,000 on 300 builders, by its bound", "", outcome.last / bound_of(jobs),
            1.05};
}

Figures beside_uploads(By by, std::uint64_t seed) {
    Chance chance(seed + 1000);
    auto jobs = make_rebuild(chance);
    add_uploads(jobs, chance);
    const auto rules = rules_of(by, builders);
    double passed_over = 0;
    std::size_t uploads_waiting = 0, come = sources;
    Farm farm{builders, pass_of(by)};
    farm.watch = [&](double now, const std::vector<Job*>& started) {
        for (; come < jobs.size() && jobs[come].created >= 0; ++come) ++uploads_waiting;
        double rebuilt = 0;
        for (const Job* job : started)
            job->rebuild ? ++rebuilt : static_cast<double>(--uploads_waiting);
        if (uploads_waiting > 0 && now > 0) passed_over += rebuilt;
    };
    run(farm, jobs, *rules, most_days * day);
    std::vector<double> waits, in_all;
    for (const auto& job : jobs) {
        if (job.rebuild) continue;
        waits.push_back(job.waited() / 60);
        in_all.push_back(job.waited_in_all() / 60);
    }
    return {{"... beside uploads: its jobs that start while an upload waits", "", passed_over, 0},
            {"... the uploads' wait, p95", "min", percentile(waits, 0.95), 5},
            {"... since they came, p95", "min", percentile(in_all, 0.95), no_goal}};
}

}  // namespace

Compared rebuild(int seeds) {
    return compare(seeds, [](By by, std::uint64_t seed) {
        Figures figures{makespan(by, seed)};
        for (auto& figure : beside_uploads(by, seed)) figures.push_back(std::move(figure));
        return figures;
    });
}

}  // namespace schedule
