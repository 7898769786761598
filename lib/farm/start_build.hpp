// A claimed job on its way to build(): over several passes, for a builder that fetches a file
// answers nothing else (spec: behaviour §8, "Start").
#pragma once

#include "farm/builder_context.hpp"
#include "farm/file_inquiry.hpp"
#include "farm/finish_attempt.hpp"
#include "farm/pass_clock.hpp"
#include "model/start.hpp"
#include "policy/start_failure.hpp"

namespace buildd::farm {

struct StartContext {
    Farm& farm;
    BuilderInPass& builder;  // its job is the claimed one
    FileInquiry& inquiry;
};

struct Start {
    PendingJob job;
    PassClock::Clock::time_point claimed;
    bool asked_for_files = false;  // the builder may be busy fetching, and answer nothing else
    FileWait file = {};            // that it was asked for last
    std::string build_type = {};   // to be sent with build(), once the builder has told it
};

using StartResult = Result<void, policy::StartFailure>;

// Without an error build() was sent, or somebody else has moved the job; what the builder made of
// it is collect's to find out where its answer was lost. With one it was not, or came to nothing,
// and the caller undoes the claim or leaves it to the next pass. `start` outlives the call. Throws
// worker::Cut before build() is sent.
net::Task<StartResult> start_build(StartContext context, Start& start);

// Nothing is begun that could not be dispatched any more: it is left to the next pass.
void leave_without_room(const Farm& farm);  // throws worker::Cut

}  // namespace buildd::farm
