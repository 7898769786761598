// What the program is measured beside.
#include <algorithm>
#include <deque>
#include <map>

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

class HydraRules : public Rules {
 public:
    void queue(const std::vector<Job*>& jobs, double) override {
        for (Job* job : jobs) jobsets_[jobset_of(*job)].waiting.push_back(job);
        waiting_ += jobs.size();
    }

    Job* take(double now) override {
        Jobset* best = nullptr;
        for (auto& [name, jobset] : jobsets_) {
            jobset.forget(now - day);
            if (!jobset.waiting.empty() && (best == nullptr || jobset.share() < best->share()))
                best = &jobset;
        }
        if (best == nullptr) return nullptr;
        Job* job = best->waiting.front();
        best->waiting.pop_front();
        --waiting_;
        return job;
    }

    // As there: what still runs does not count.
    void finished(Job& job) override {
        Jobset& jobset = jobsets_[jobset_of(job)];
        jobset.done.push_back(&job);
        jobset.used += job.time;
    }

    std::size_t waiting() const override { return waiting_; }

 private:
    struct Jobset {
        std::deque<Job*> waiting, done;
        double used = 0, shares = 100;

        double share() const { return used / shares; }
        void forget(double before) {
            while (!done.empty() && done.front()->start < before) {
                used -= done.front()->time;
                done.pop_front();
            }
        }
    };

    std::size_t jobset_of(const Job& job) {
        const std::size_t number = 2 * job.owner + (job.rebuild ? 1 : 0);
        if (job.rebuild) jobsets_[number].shares = 10;
        return number;
    }

    std::map<std::size_t, Jobset> jobsets_;
    std::size_t waiting_ = 0;
};

}  // namespace

std::unique_ptr<Rules> former_rules() {
    return std::make_unique<FormerRules>();
}

std::unique_ptr<Rules> hydra_rules() {
    return std::make_unique<HydraRules>();
}

}  // namespace schedule
