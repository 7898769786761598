// Edits about builders and jobs that are merely well, gathered so that database round trips do not
// grow with their number (spec: behaviour §2.7). Written half a second after the first of them, so
// that a hung builder delays nobody's, and at the end.
#pragma once

#include <string>
#include <vector>

#include "farm/farm.hpp"
#include "model/builder.hpp"
#include "model/edits.hpp"

namespace buildd::farm {

class Ledger {
 public:
    explicit Ledger(Farm& farm) : farm_(farm) {}

    // `builder` still as the snapshot had it, but for what the probe showed.
    void healthy(const BuilderFacts& builder);
    void still_running(const BuilderFacts& builder, const std::string& logtail);
    void silent(const BuilderFacts& builder);
    void start_waits(const BuilderFacts& builder, const std::string& file);  // `file`: its URL
    // Fetching from it has taken so long in this pass, and is not done. `problem`: why.
    void fetched(const BuilderFacts& builder, std::chrono::seconds spent,
                 const std::string& problem);
    void aborting(const BuilderFacts& builder);      // starts its clock, or keeps it going
    void not_aborting(const BuilderFacts& builder);  // stops it

    void flush();

 private:
    void schedule();

    Farm& farm_;
    bool scheduled_ = false;
    std::vector<ProbeEdit> probes_;
    std::vector<TailEdit> tails_, silent_, starts_;
    std::vector<FetchEdit> fetches_;
    std::vector<BuilderId> aborting_, not_aborting_;
};

}  // namespace buildd::farm
