#include "policy/why.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/why_words.hpp"

namespace buildd::policy {

namespace {

constexpr std::size_t named_builders = 10;
constexpr std::chrono::minutes pass_is_overdue{10};

using Builders = std::vector<const WatchedBuilder*>;

// Of that architecture; one that has not said its tag yet counts for all tags of its family.
bool is_of_architecture(const BuilderFacts& builder, const std::string& tag) {
    if (!builder.architecture_tag.empty()) return builder.architecture_tag == tag;
    const auto& tags = builder.family_tags;
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

Builders builders_of(const std::vector<WatchedBuilder>& all, const std::string& tag, bool trusted) {
    Builders found;
    for (const auto& builder : all)
        if (is_of_architecture(builder.facts, tag) && builder.facts.trusted == trusted)
            found.push_back(&builder);
    return found;
}

std::int64_t count_free(const Builders& builders, const ResetRules& reset) {
    return std::count_if(builders.begin(), builders.end(), [&](const WatchedBuilder* builder) {
        return builder_obstacle(builder->facts, reset) == BuilderObstacle::none;
    });
}

std::int64_t count_startable(const std::vector<JobClass>& classes, bool build_security) {
    std::int64_t count = 0;
    for (const auto& one : classes)
        if (job_obstacle(one.job, build_security) == JobObstacle::none) count += one.count;
    return count;
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

// A build that could start: is there a builder, and whose turn is it?
std::vector<std::string> why_not_yet(const ExplainedBuild& build,
                                     const std::vector<WatchedBuilder>& all,
                                     const WhyRules& rules) {
    const BuildFacts& facts = build.job.build;
    const std::string& tag = facts.target.architecture_tag;
    const Builders builders = builders_of(all, tag, facts.trusted());
    if (builders.empty())
        return {no_builder_at_all(facts, !builders_of(all, tag, !facts.trusted()).empty())};
    const auto ahead = count_startable(build.ahead, rules.build_security);
    const auto free = count_free(builders, rules.reset);
    const std::string place =
        fmt::format("number {} in the queue of {}", ahead + 1, group_words(tag, facts.trusted()));
    if (ahead < free)
        return {
            fmt::format("It will be dispatched by the next pass: it is {}, and {} of its "
                        "builders {} free.",
                        place, free, free == 1 ? "is" : "are")};
    if (free > 0)
        return {fmt::format("It waits for its turn: it is {}, and {} of its builders {} free.",
                            place, free, free == 1 ? "is" : "are")};
    std::vector<std::string> sentences{fmt::format("No builder can take it now; it is {}.", place)};
    for (const auto* builder : builders) {
        if (sentences.size() > named_builders) {
            sentences.push_back(
                fmt::format("… and {} more builders.", builders.size() - named_builders));
            break;
        }
        sentences.push_back(
            builder_sentence(*builder, builder_obstacle(builder->facts, rules.reset)));
    }
    return sentences;
}

void add_count(std::string& list, std::int64_t count, std::string_view what) {
    if (count == 0) return;
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", count, what);
}

std::string job_counts(const QueuedGroup& group, bool build_security) {
    std::array<std::int64_t, job_obstacles> counts{};
    for (const auto& one : group.pending)
        counts[static_cast<std::size_t>(job_obstacle(one.job, build_security))] += one.count;
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

std::string verdict(std::int64_t pending, std::int64_t startable, std::int64_t free) {
    if (pending == 0) return "nothing is pending";
    if (startable == 0) return "none of its jobs may start";
    if (free == 0) return "no builder can take a job";
    return fmt::format("the next pass starts {} of them", std::min(startable, free));
}

}  // namespace

std::vector<std::string> why_build(const ExplainedBuild& build,
                                   const std::vector<WatchedBuilder>& builders,
                                   const WhyRules& rules) {
    const JobObstacle obstacle = job_obstacle(build.job, rules.build_security);
    if (obstacle == JobObstacle::none) return why_not_yet(build, builders, rules);
    if (obstacle == JobObstacle::not_needed) return {state_sentence(build)};
    return {job_sentence(build, obstacle)};
}

GroupReport why_group(const QueuedGroup& group, const std::vector<WatchedBuilder>& all,
                      const WhyRules& rules) {
    const Builders builders = builders_of(all, group.architecture_tag, group.trusted);
    GroupReport report{group.architecture_tag, group.trusted, 0, group.running, {}, {}, {}, {}};
    for (const auto& one : group.pending) report.pending += one.count;
    report.title = fmt::format("{}: {} pending, {} running",
                               group_words(group.architecture_tag, group.trusted), report.pending,
                               group.running);
    report.jobs = job_counts(group, rules.build_security);
    report.builders = builder_counts(builders, rules.reset);
    report.verdict = verdict(report.pending, count_startable(group.pending, rules.build_security),
                             count_free(builders, rules.reset));
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
