#include "scored_rules.hpp"

#include <algorithm>
#include <tuple>

namespace schedule {

namespace {

bool later(const Job* a, const Job* b) {
    return std::tuple(a->lastscore, -a->created, b) < std::tuple(b->lastscore, -b->created, a);
}

}  // namespace

void ScoredRules::queue(const std::vector<Job*>& jobs, double now) {
    waiting_.insert(waiting_.end(), jobs.begin(), jobs.end());
    score(jobs, now);
    std::make_heap(waiting_.begin(), waiting_.end(), later);
}

Job* ScoredRules::take(double) {
    if (waiting_.empty()) return nullptr;
    std::pop_heap(waiting_.begin(), waiting_.end(), later);
    Job* job = waiting_.back();
    waiting_.pop_back();
    return job;
}

}  // namespace schedule
