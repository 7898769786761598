// What the next pass could start: free builders and the jobs that fit them. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "model/why.hpp"
#include "policy/run_room.hpp"

namespace buildd::policy {

class FreeBuilders {
 public:
    explicit FreeBuilders(std::vector<const BuilderFacts*> free);

    std::size_t count() const { return free_.size(); }
    std::int64_t count_fitting(const QueuedJob& job) const;

    // The limits on the job's archive and owner, once what was given runs.
    RunLimits limits_after(const QueuedJob& job) const {
        return room_.left(job.build.archive, job.limits);
    }

    // Gives the jobs of the classes to builders, those that need tags first; returns how many have
    // got one. Builders that have one are free no more.
    std::int64_t give(const std::vector<JobClass>& classes);

 private:
    std::int64_t give_one_class(const JobClass& jobs);

    std::vector<const BuilderFacts*> free_;  // in the order in which they are asked
    RunRoom room_;
};

}  // namespace buildd::policy
