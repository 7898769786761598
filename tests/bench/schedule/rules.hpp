// Who is next, by several rules.
#pragma once

#include <memory>
#include <vector>

#include "job.hpp"

namespace schedule {

class Rules {
 public:
    virtual ~Rules() = default;
    // `queue build`: `jobs` are made, and what waits is scored.
    virtual void queue(const std::vector<Job*>& jobs, double now) = 0;
    virtual Job* take(double now) = 0;  // nullptr: none waits
    virtual void finished(Job& job) = 0;
    virtual std::size_t waiting() const = 0;
};

// This program's: its own policy code.
std::unique_ptr<Rules> present_rules(std::size_t builders);
// Of the version before: urgency, component and age.
std::unique_ptr<Rules> former_rules();
// Hydra's: of the jobsets that have something to build the one that has used the least of its
// shares in a day. An owner is a jobset; one in which everything is built anew has a tenth of the
// others' shares.
std::unique_ptr<Rules> hydra_rules();
// OBS's: of the projects that have something to build the one with the least load: the builders
// that it has, and what it had, which halves in four hours. What is not built for a changed source
// counts thrice.
std::unique_ptr<Rules> obs_rules();
// copr's: the n-th of an owner's jobs, what runs among them, is behind all that are fewer than n;
// one of a background build is ten later.
std::unique_ptr<Rules> copr_rules();

}  // namespace schedule
