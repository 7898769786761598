// One reset, its lock and slot held: from DIRTY to CLEAN or failed. Private to resets.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "farm/farm.hpp"
#include "farm/work.hpp"
#include "model/builder.hpp"
#include "model/edits.hpp"

namespace buildd::farm {

class ResetJob {
 public:
    enum class End {
        left,    // it needs no reset now, or someone else was there
        clean,   // it is CLEAN and well
        failed,  // of the builder: it is out of use for a while
        ours,    // the command could not be run: no builder's fault, and logged
    };

    // `folder`: of its child (supervise::ChildOrder).
    ResetJob(Farm& farm, BuilderFacts builder, const WorkHold& hold, std::string folder)
        : farm_(farm),
          hold_(hold),
          folder_(std::move(folder)),
          builder_(std::move(builder)),
          client_(farm.http, builder_.url, farm.settings().socket_timeout) {}

    net::Task<End> run();

 private:
    bool settle_what_was_left();
    net::Task<End> run_command();
    net::Task<End> wait_until_well();
    net::Loop::Clock::time_point deadline() const;
    net::Task<bool> echo();
    net::Task<bool> learn();
    End finish();
    End fail();  // both for problem_
    End ours();

    Farm& farm_;
    const WorkHold& hold_;
    const std::string folder_;
    const BuilderFacts builder_;
    worker::Client client_;
    bool commanded_ = false;  // the command has ended well
    std::string problem_;     // why it is not well
    bool silent_ = false;     // … that it did not answer
    ProbeEdit probe_;
};

}  // namespace buildd::farm
