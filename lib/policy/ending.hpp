// From a verdict to the edit that ends an attempt: counts, final state, what fails. Pure.
#pragma once

#include <string>

#include "model/builder.hpp"
#include "model/edits.hpp"
#include "model/past.hpp"
#include "policy/collect.hpp"
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

// `dependencies`: what the builder reported missing. `detail`: why, for history and mail.
Ending plan_ending(const RunningJob& job, const BuilderFacts& builder,
                   const CollectVerdict& verdict, const Thresholds& thresholds,
                   const std::string& dependencies, const std::string& detail,
                   const Past& past = {});

// scan (or a setup exception) fails a builder: what follows for it.
struct PlannedFailure {
    BuilderFailure failure;
    int failures = 0;  // counted ones in a row, with this one
    SuspicionEdit suspicion;
};
PlannedFailure plan_failure(const BuilderFacts& builder, const std::string& reason, bool counted,
                            const Thresholds& thresholds);

}  // namespace buildd::policy
