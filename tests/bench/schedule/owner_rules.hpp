// Rules by which an owner is next, and of its jobs the oldest.
#pragma once

#include <deque>
#include <map>

#include "rules.hpp"

namespace schedule {

class OwnerRules : public Rules {
 public:
    void queue(const std::vector<Job*>& jobs, double now) override;
    Job* take(double now) override;
    void finished(Job& job) override;
    std::size_t waiting() const override { return waiting_; }

 protected:
    struct Owner {
        bool rebuild = false;  // everything is built anew, beside what else the owner has
        std::deque<Job*> waiting, done;
        std::size_t running = 0;
        double used = 0, used_at = 0;  // what it has had, as the rules count it; since when
    };
    // The owner with the least is next, of equals the one whose job is the oldest.
    virtual double burden(Owner& owner, double now) const = 0;
    virtual void ended(Owner&, Job&) {}

 private:
    Owner& owner_of(const Job& job);

    std::map<std::size_t, Owner> owners_;
    std::size_t waiting_ = 0;
};

}  // namespace schedule
