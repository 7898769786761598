#include <algorithm>
#include <cmath>
#include <map>

#include "policy/fairness.hpp"
#include "policy/score.hpp"
#include "policy/waiting.hpp"
#include "scored_rules.hpp"

namespace schedule {

namespace {

namespace policy = buildd::policy;
using std::chrono::seconds;

constexpr int per_hour = 100;
constexpr policy::Usual usual{std::chrono::minutes(15), 1'000'000};

seconds whole(double time) {
    return seconds(std::llround(time));
}

class PresentRules : public ScoredRules {
 public:
    explicit PresentRules(std::size_t builders) : builders_(static_cast<std::int64_t>(builders)) {}

    Job* take(double now) override {
        Job* job = ScoredRules::take(now);
        if (job != nullptr && job->owner != 0) {
            Owner& owner = owners_[job->owner];
            owner.waiting -= job->estimate->time;
            owner.running.push_back(job);
        }
        return job;
    }

    void finished(Job& job) override {
        if (job.owner != 0) std::erase(owners_[job.owner].running, &job);
    }

 private:
    struct Owner {
        seconds waiting{};
        std::vector<Job*> running;

        seconds needs(double now) const {
            seconds time = waiting;
            for (const Job* job : running)
                time += std::max(seconds(0), job->estimate->time - whole(now - job->start));
            return time;
        }
    };

    void admit(Job& job, double now) {
        policy::EstimateFacts facts;
        facts.own = job.history;
        facts.usual = usual;
        job.estimate = policy::estimate(facts);
        if (job.owner == 0) return;
        Owner& owner = owners_[job.owner];
        job.fairness = policy::fairness(owner.needs(now), builders_, per_hour);
        owner.waiting += job.estimate->time;
    }

    void score_one(Job& job) const {
        policy::ScoreFacts facts;
        facts.urgency = job.urgency;
        facts.component = job.component;
        facts.pocket = job.pocket;
        facts.rebuild = job.rebuild;
        facts.waited = whole(*clock_ - job.created);
        facts.fairness = job.fairness;
        if (job.estimate->known) facts.expected = job.estimate->time;
        job.lastscore = policy::score(facts, per_hour).total();
    }

    void score(const std::vector<Job*>& jobs, double now) override {
        for (Job* job : jobs) admit(*job, now);
        policy::WaitingGroup group{static_cast<std::int64_t>(all().size()), !jobs.empty(), {}};
        if (clock_) group.behind = whole(now - *clock_);
        const bool moves = policy::clock_moves(group);
        if (moves) clock_ = now;
        for (Job* job : moves ? all() : jobs) score_one(*job);
    }

    std::int64_t builders_;
    std::optional<double> clock_;
    std::map<std::size_t, Owner> owners_;
};

}  // namespace

std::unique_ptr<Rules> present_rules(std::size_t builders) {
    return std::make_unique<PresentRules>(builders);
}

}  // namespace schedule
