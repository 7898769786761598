// Why does this build not run, why does the queue not move (L42)? Pure: the answers are made of the
// same obstacles that dispatch meets.
#pragma once

#include <string>
#include <vector>

#include "model/why.hpp"
#include "policy/obstacles.hpp"

namespace buildd::policy {

struct WhyRules {
    bool build_security = false;
    ResetRules reset;
};

// The explanation of where a build is: one sentence, where it helps followed by more.
std::vector<std::string> why_build(const ExplainedBuild& build,
                                   const std::vector<WatchedBuilder>& builders,
                                   const WhyRules& rules);

// Something besides its turn and its builders' present work keeps it from being started.
bool is_kept(const ExplainedBuild& build, const std::vector<WatchedBuilder>& builders,
             const WhyRules& rules);

// What a group's jobs and builders are held up by, and what the next pass will make of it.
struct GroupReport {
    std::string architecture_tag;
    bool trusted = true;
    std::int64_t pending = 0, running = 0;
    std::string title;  // "i386 trusted: 12 pending, 2 running"
    std::string jobs;   // "9 may start, 3 archive disabled"; empty: none is pending
    std::string builders;
    std::string verdict;
};
GroupReport why_group(const QueuedGroup& group, const std::vector<WatchedBuilder>& builders,
                      const WhyRules& rules);

// "the last dispatch was …"; a complaint when it is long ago: then cron may not run. `last`:
// nullopt for none ever.
struct PassReport {
    std::string sentence;
    bool overdue = false;
};
PassReport why_no_pass(const std::optional<LastPass>& last);

}  // namespace buildd::policy
