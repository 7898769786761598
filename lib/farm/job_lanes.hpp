// Builders that wait for jobs, by what they may take: those of a lane read the same pages of the
// queue.
#pragma once

#include <set>
#include <vector>

#include "db/queue.hpp"
#include "net/loop.hpp"
#include "policy/run_room.hpp"

namespace buildd::farm {

// A builder that waits for a job.
struct Wish {
    Wish(net::Loop& loop, const BuilderFacts& facts) : builder(facts), answered(loop) {}
    const BuilderFacts& builder;
    net::Event answered;
    std::optional<PendingJob> job;
};

class JobLanes {
 public:
    explicit JobLanes(const std::vector<Wish*>& wishes);

    // A page of each lane that still has waiting builders and jobs; empty: nothing is left to do.
    std::vector<db::PageWish> next_pages();

    // Takes note of how far the answer to next_pages() has read; returns those of it that are still
    // to be judged.
    std::vector<db::MetJob> read(std::vector<db::MetJob> met);

    // Builders that read the job wait still.
    bool wanted(const db::MetJob& met) const;

    // The builder that is to have the job: of those that read it and that it fits, one that can do
    // the least else. It waits no longer. nullptr: there is none.
    Wish* take(const db::MetJob& met);

    // Nobody can have it.
    void leave_out(JobId job) { judged_.insert(job); }

    // As many jobs of the archive run, with those that were taken, as may: `full()` then has it.
    bool is_limited(const db::MetJob& met);
    const std::vector<ArchiveId>& full() const { return full_; }

 private:
    struct Lane {
        db::PageWish page;
        std::vector<Wish*> waiting;
        bool at_end = false;
    };

    std::vector<Lane> lanes_;         // in the order in which they are asked
    std::vector<std::size_t> asked_;  // lanes, by their places in what next_pages() returned
    policy::RunRoom room_;
    std::vector<ArchiveId> full_;
    std::set<JobId> judged_;  // given to somebody, or left out
};

}  // namespace buildd::farm
