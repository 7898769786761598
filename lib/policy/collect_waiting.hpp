// The rows of behaviour §4 for a builder that has ended our job and WAITs to be asked for it. Pure.
#pragma once

#include "policy/collect.hpp"

namespace buildd::policy {

// `depwait`: the level of the lines about missing dependencies.
CollectDecision decide_waiting(const RunningJob& job, const BuilderFacts& builder,
                               const WorkerStatus& status, Level depwait);

// The builder ended the job unasked: ABORTED, in either generation of the protocol.
EndAttempt aborted_by_itself();

// A build that a faster uploader has made FULLYBUILT stays so at the end of an attempt, and only
// its results (OK) still have something to say.
void keep_fullybuilt(const RunningJob& job, EndAttempt& end);

}  // namespace buildd::policy
