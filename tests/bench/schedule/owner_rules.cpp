#include "owner_rules.hpp"

#include <tuple>

namespace schedule {

OwnerRules::Owner& OwnerRules::owner_of(const Job& job) {
    Owner& owner = owners_[2 * job.owner + (job.rebuild ? 1 : 0)];
    owner.rebuild = job.rebuild;
    return owner;
}

void OwnerRules::queue(const std::vector<Job*>& jobs, double) {
    for (Job* job : jobs) owner_of(*job).waiting.push_back(job);
    waiting_ += jobs.size();
}

Job* OwnerRules::take(double now) {
    Owner* best = nullptr;
    std::pair<double, double> least;
    for (auto& [number, owner] : owners_) {
        if (owner.waiting.empty()) continue;
        const std::pair rank(burden(owner, now), owner.waiting.front()->created);
        if (best == nullptr || rank < least) std::tie(best, least) = std::pair(&owner, rank);
    }
    if (best == nullptr) return nullptr;
    Job* job = best->waiting.front();
    best->waiting.pop_front();
    ++best->running;
    --waiting_;
    return job;
}

void OwnerRules::finished(Job& job) {
    Owner& owner = owner_of(job);
    --owner.running;
    ended(owner, job);
}

}  // namespace schedule
