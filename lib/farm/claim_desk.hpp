// Where idle builders wait for the best-scored jobs (spec: behaviour §8).
//
// Jobs are claimed for many builders in one transaction: as soon as every flow that may still come
// has come or given its seat up, or a fifth of a second after the first one came, so that a slow
// builder holds nobody up.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "farm/farm.hpp"
#include "farm/job_lanes.hpp"
#include "model/builder.hpp"

namespace buildd::farm {

class ClaimDesk {
 public:
    // `seats`: how many flows there will be.
    ClaimDesk(Farm& farm, std::size_t seats) : farm_(farm), expected_(seats) {}

    // A flow that may come to the desk. Left: it will not, or it has come.
    class Seat {
     public:
        explicit Seat(ClaimDesk& desk) : desk_(&desk) {}
        Seat(const Seat&) = delete;
        Seat& operator=(const Seat&) = delete;
        void leave();

     private:
        friend class ClaimDesk;
        ClaimDesk* desk_;
    };

    // Reads again what the claims of starts under way were made upon, for all `builders` at once.
    void read_claims(const std::deque<BuilderFacts>& builders);

    // The claim of a start under way that this pass goes on with; nullopt: none was read.
    std::optional<ClaimedJob> take_claim(JobId job);

    // The job that `builder` is to start now, claimed for it; nullopt: there is none.
    net::Task<std::optional<PendingJob>> claim(Seat& seat, const BuilderFacts& builder);

 private:
    struct Choice {
        Wish* wish;
        PendingJob job;
    };

    void serve_if_complete();
    void read_claims_of(const std::vector<JobId>& jobs);
    void serve();
    void give_jobs(std::vector<Wish*> wishes);
    std::vector<Choice> choose(const std::vector<Wish*>& wishes);
    bool startable(const PendingJob& job);
    void supersede(const PendingJob& job, const std::string& why);
    void claim_chosen(std::vector<Choice>& choices);
    void tell_denied();

    Farm& farm_;
    std::size_t expected_;  // seats neither left nor waiting
    bool scheduled_ = false;
    std::vector<Wish*> waiting_;
    std::map<JobId, ClaimedJob> claims_;
    std::set<JobId> refused_;         // could not be claimed just now
    std::set<BuildId> told_;          // that they are denied, by this pass
    std::vector<BuildFacts> denied_;  // to be told
};

}  // namespace buildd::farm
