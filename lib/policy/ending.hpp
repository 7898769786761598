// From the decision that an attempt ends to the edit that does it: counts, final state, what fails.
// Pure.
#pragma once

#include <string>

#include "model/builder.hpp"
#include "model/edits.hpp"
#include "model/past.hpp"
#include "policy/attempt_end.hpp"
#include "policy/counted.hpp"
#include "policy/quarantine.hpp"

namespace buildd::policy {

struct Ending {
    AttemptEnd edit;    // without its log
    bool mail = false;  // the build's people are told
    bool gave_up_build = false;
    bool left_to_person = false;   // given back again and again
    bool gave_up_builder = false;  // a person must look
};

BuilderRecord record_of(const BuilderFacts& builder);
SuspicionEdit suspicion_edit(const BuilderFacts& builder, const BuilderJudged& judged);

// Does plan_ending() need the past? A good end of a builder against which nothing speaks says
// nothing new, nor does one that counts against nobody.
bool needs_past(const BuilderFacts& builder, const EndAttempt& end);

// `dependencies`: what the builder reported missing.
Ending plan_ending(const RunningJob& job, const BuilderFacts& builder, const EndAttempt& end,
                   const Thresholds& thresholds, const std::string& dependencies,
                   const Past& past = {});

// Whether others may have met with the same: by the file that the start could not have (`edit.file`
// is set already) or by the last lines of its log.
void add_evidence(AttemptEnd& edit, const std::string& log_tail);

// scan (or a setup exception) fails a builder: what follows for it.
struct PlannedFailure {
    BuilderFailure failure;
    int failures = 0;  // counted ones in a row, with this one
    SuspicionEdit suspicion;
};
PlannedFailure plan_failure(const BuilderFacts& builder, const std::string& reason, bool counted,
                            const Thresholds& thresholds);

}  // namespace buildd::policy
