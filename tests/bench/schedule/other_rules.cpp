// Those of other build farms, by their ideas; an owner of a PPA is a jobset, a project, an owner.
#include <cmath>

#include "owner_rules.hpp"

namespace schedule {

namespace {

// As there: what still runs does not count.
class HydraRules : public OwnerRules {
    void ended(Owner& owner, Job& job) override {
        owner.done.push_back(&job);
        owner.used += job.time;
    }

    double burden(Owner& owner, double now) const override {
        for (; !owner.done.empty() && owner.done.front()->start < now - day; owner.done.pop_front())
            owner.used -= owner.done.front()->time;
        return owner.used / (owner.rebuild ? 10 : 100);
    }
};

class ObsRules : public OwnerRules {
    static double left_after(double seconds) { return std::exp2(-seconds / (4 * hour)); }

    void ended(Owner& owner, Job& job) override {
        owner.used *= left_after(job.end - owner.used_at);
        owner.used += 1 - left_after(job.time);
        owner.used_at = job.end;
    }

    double burden(Owner& owner, double now) const override {
        const double load = owner.used * left_after(now - owner.used_at);
        return (load + static_cast<double>(owner.running)) * (owner.rebuild ? 3 : 1);
    }
};

class CoprRules : public OwnerRules {
    double burden(Owner& owner, double) const override {
        return static_cast<double>(owner.running) + (owner.rebuild ? 10 : 0);
    }
};

}  // namespace

std::unique_ptr<Rules> hydra_rules() {
    return std::make_unique<HydraRules>();
}

std::unique_ptr<Rules> obs_rules() {
    return std::make_unique<ObsRules>();
}

std::unique_ptr<Rules> copr_rules() {
    return std::make_unique<CoprRules>();
}

}  // namespace schedule
