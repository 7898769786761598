// Those of the version before: urgency, component and age.
#include "policy/score.hpp"
#include "scored_rules.hpp"

namespace schedule {

namespace {

namespace policy = buildd::policy;

int age_points(double seconds) {
    if (seconds > 14400) return 100 + 100 * static_cast<int>((seconds - 14400) / day);
    if (seconds > 7200) return 50;
    if (seconds > 3600) return 20;
    if (seconds > 1800) return 15;
    if (seconds > 900) return 10;
    return seconds > 300 ? 5 : 0;
}

class FormerRules : public ScoredRules {
    void score(const std::vector<Job*>&, double now) override {
        for (Job* job : all()) {
            policy::ScoreFacts facts;
            facts.urgency = job->urgency;
            if (!job->component.starts_with("non-free") && job->component != "contrib")
                facts.component = job->component;
            facts.pocket = buildd::Pocket::BACKPORTS;
            job->lastscore = policy::score(facts, 1).total() + age_points(now - job->created);
        }
    }
};

}  // namespace

std::unique_ptr<Rules> former_rules() {
    return std::make_unique<FormerRules>();
}

}  // namespace schedule
