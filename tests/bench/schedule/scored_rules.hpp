// Rules by which the job with the best score is next, the oldest of those.
#pragma once

#include <vector>

#include "rules.hpp"

namespace schedule {

class ScoredRules : public Rules {
 public:
    void queue(const std::vector<Job*>& jobs, double now) override;
    Job* take(double now) override;
    void finished(Job&) override {}
    std::size_t waiting() const override { return waiting_.size(); }

 protected:
    // Scores those that wait, `jobs` of which have just come; whether any score has changed.
    virtual void score(const std::vector<Job*>& jobs, double now) = 0;
    const std::vector<Job*>& all() const { return waiting_; }

 private:
    std::vector<Job*> waiting_;  // a heap
};

}  // namespace schedule
