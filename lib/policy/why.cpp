#include "policy/why.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/builder_state.hpp"
#include "policy/fit.hpp"
#include "policy/free_builders.hpp"
#include "policy/why_words.hpp"

namespace buildd::policy {

namespace {

constexpr std::size_t named_builders = 10;
constexpr std::chrono::minutes pass_is_overdue{10};

using Builders = std::vector<const WatchedBuilder*>;

Builders builders_of(const std::vector<WatchedBuilder>& all, const std::string& tag, bool trusted) {
    Builders found;
    for (const auto& builder : all)
        if (architecture_of(builder.facts) == tag && builder.facts.trusted == trusted)
            found.push_back(&builder);
    return found;
}

FreeBuilders free_ones(const Builders& builders, const ResetRules& reset) {
    std::vector<const BuilderFacts*> free;
    for (const auto* builder : builders)
        if (builder_obstacle(builder->facts, reset) == BuilderObstacle::none)
            free.push_back(&builder->facts);
    return FreeBuilders(std::move(free));
}

// One that gets no jobs before a person acts lets none start; where all are so, they are told.
bool is_unmet(const QueuedJob& job, const Builders& builders) {
    bool in_use = false;
    for (const auto* builder : builders) {
        const BuilderFacts& facts = builder->facts;
        if (facts.failed_for_person || facts.manual) continue;
        in_use = true;
        if (!misfit(facts, job.build, job.demands)) return false;
    }
    return in_use || (!builders.empty() && !job.demands.tags.empty());
}

JobObstacle obstacle_of(const QueuedJob& job, const Builders& builders, bool build_security) {
    const JobObstacle obstacle = job_obstacle(job, build_security);
    return obstacle == JobObstacle::none && is_unmet(job, builders) ? JobObstacle::unmet : obstacle;
}

std::vector<JobClass> startable(const std::vector<JobClass>& classes, const Builders& builders,
                                bool build_security) {
    std::vector<JobClass> found;
    for (const auto& one : classes)
        if (obstacle_of(one.job, builders, build_security) == JobObstacle::none)
            found.push_back(one);
    return found;
}

std::int64_t count(const std::vector<JobClass>& classes) {
    std::int64_t jobs = 0;
    for (const auto& one : classes) jobs += one.count;
    return jobs;
}

std::string no_builder_at_all(const BuildFacts& build, bool of_other_trust) {
    const std::string& tag = build.target.architecture_tag;
    if (!of_other_trust)
        return fmt::format(
            "There is no builder of the architecture {}: 'buildd-master builder "
            "add' makes one known.",
            tag);
    return build.trusted()
               ? fmt::format("All builders of {} are untrusted: they build PPAs only.", tag)
               : fmt::format(
                     "It is a PPA's build, and all builders of {} are trusted: they build "
                     "everything but PPAs.",
                     tag);
}

// Of builders that may have it, who all cannot take it now.
std::vector<std::string> who_cannot(const QueuedJob& job, const Builders& builders,
                                    const ResetRules& reset) {
    std::vector<std::string> sentences;
    std::size_t more = 0, others = 0;
    for (const auto* builder : builders)
        if (misfit(builder->facts, job.build, job.demands))
            ++others;
        else if (sentences.size() == named_builders)
            ++more;
        else
            sentences.push_back(
                builder_sentence(*builder, builder_obstacle(builder->facts, reset)));
    if (more > 0) sentences.push_back(fmt::format("… and {} more builders.", more));
    if (others > 0)
        sentences.push_back(fmt::format(
            "{} may not have it: it failed there before, or 'buildd-master builder show' tells "
            "tags, whether it is reserved and what it refuses.",
            counted(static_cast<std::int64_t>(others), "more builder")));
    return sentences;
}

// A build that could start: is there a builder, and whose turn is it?
std::vector<std::string> why_not_yet(const ExplainedBuild& build,
                                     const std::vector<WatchedBuilder>& all,
                                     const WhyRules& rules) {
    const BuildFacts& facts = build.job.build;
    const std::string& tag = facts.target.architecture_tag;
    const Builders builders = builders_of(all, tag, facts.trusted());
    if (builders.empty())
        return {no_builder_at_all(facts, !builders_of(all, tag, !facts.trusted()).empty())};
    const auto ahead = startable(build.ahead, builders, rules.build_security);
    FreeBuilders free = free_ones(builders, rules.reset);
    const auto fitting = free.count_fitting(build.job);
    const std::string place = fmt::format("number {} in the queue of {}", count(ahead) + 1,
                                          group_words(tag, facts.trusted()));
    if (fitting == 0) {
        auto sentences = who_cannot(build.job, builders, rules.reset);
        sentences.insert(sentences.begin(),
                         fmt::format("No builder can take it now; it is {}.", place));
        return sentences;
    }
    free.give(ahead);
    ExplainedBuild then = build;
    then.job.limits = free.limits_after(build.job);
    const bool limited = job_obstacle(then.job, rules.build_security) == JobObstacle::limited;
    const bool next = !limited && free.count_fitting(build.job) > 0;
    std::vector<std::string> sentences{
        fmt::format("It {}: it is {}, and {} of its builders {} free.",
                    next ? "will be dispatched by the next pass" : "waits for its turn", place,
                    fitting, fitting == 1 ? "is" : "are")};
    if (limited)
        sentences.push_back("With those before it: " + job_sentence(then, JobObstacle::limited));
    return sentences;
}

void add_count(std::string& list, std::int64_t count, std::string_view what) {
    if (count == 0) return;
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", count, what);
}

std::string job_counts(const QueuedGroup& group, const Builders& builders, bool build_security) {
    std::array<std::int64_t, job_obstacles> counts{};
    for (const auto& one : group.pending)
        counts[static_cast<std::size_t>(obstacle_of(one.job, builders, build_security))] +=
            one.count;
    std::string list;
    for (std::size_t i = 0; i < counts.size(); ++i)
        add_count(list, counts[i], job_words(static_cast<JobObstacle>(i)));
    return list;
}

std::string builder_counts(const Builders& builders, const ResetRules& reset) {
    std::array<std::int64_t, builder_obstacles> counts{};
    for (const auto* builder : builders)
        ++counts[static_cast<std::size_t>(builder_obstacle(builder->facts, reset))];
    std::string list;
    for (std::size_t i = 0; i < counts.size(); ++i)
        add_count(list, counts[i], builder_words(static_cast<BuilderObstacle>(i)));
    return list.empty() ? "none" : list;
}

std::string verdict(std::int64_t pending, const std::vector<JobClass>& jobs, FreeBuilders free) {
    if (pending == 0) return "nothing is pending";
    if (jobs.empty()) return "none of its jobs may start";
    if (free.count() == 0) return "no builder can take a job";
    const auto started = free.give(jobs);
    if (started == 0) return "no free builder may have any of them";
    return fmt::format("the next pass starts {} of them", started);
}

JobObstacle obstacle_among(const ExplainedBuild& build, const std::vector<WatchedBuilder>& all,
                           const WhyRules& rules) {
    const BuildFacts& facts = build.job.build;
    return obstacle_of(build.job, builders_of(all, facts.target.architecture_tag, facts.trusted()),
                       rules.build_security);
}

}  // namespace

bool is_kept(const ExplainedBuild& build, const std::vector<WatchedBuilder>& builders,
             const WhyRules& rules) {
    return obstacle_among(build, builders, rules) != JobObstacle::none;
}

std::vector<std::string> why_build(const ExplainedBuild& build,
                                   const std::vector<WatchedBuilder>& builders,
                                   const WhyRules& rules) {
    const JobObstacle obstacle = obstacle_among(build, builders, rules);
    if (obstacle == JobObstacle::none) return why_not_yet(build, builders, rules);
    if (obstacle == JobObstacle::not_needed) return {state_sentence(build)};
    return {job_sentence(build, obstacle)};
}

GroupReport why_group(const QueuedGroup& group, const std::vector<WatchedBuilder>& all,
                      const WhyRules& rules) {
    const Builders builders = builders_of(all, group.architecture_tag, group.trusted);
    GroupReport report{group.architecture_tag, group.trusted, 0, group.running, {}, {}, {}, {}};
    report.pending = count(group.pending);
    report.title = fmt::format("{}: {} pending, {} running",
                               group_words(group.architecture_tag, group.trusted), report.pending,
                               group.running);
    report.jobs = job_counts(group, builders, rules.build_security);
    report.builders = builder_counts(builders, rules.reset);
    report.verdict =
        verdict(report.pending, startable(group.pending, builders, rules.build_security),
                free_ones(builders, rules.reset));
    return report;
}

PassReport why_no_pass(const std::optional<LastPass>& last) {
    if (!last) return {"No pass has dispatched jobs yet: does cron run it?", true};
    const bool overdue = last->age > pass_is_overdue;
    const std::string what =
        last->exit_status ? fmt::format("ended {} ago with exit status {}: {}",
                                        show_duration(last->age), *last->exit_status, last->summary)
                          : fmt::format("began {} ago and has not ended", show_duration(last->age));
    return {fmt::format("The last pass that dispatches ({} on {}) {}{}", last->command, last->host,
                        what, overdue ? ". Does cron run it?" : ""),
            overdue};
}

}  // namespace buildd::policy
