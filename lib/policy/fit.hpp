// May this builder have this job, of those of its architecture and trust (spec: behaviour §8)?
// Pure; dispatch asks the same function as `build why`, so that the two never disagree (L42).
#pragma once

#include <optional>
#include <tuple>

#include "model/builder.hpp"
#include "model/start.hpp"

namespace buildd::policy {

// In the order in which they are looked for; the first is told.
enum class Misfit {
    tag,       // the job needs one that the builder has not
    reserved,  // the builder is for jobs that need its tags, and this one needs none
    refused,   // the builder refuses its source
    failed,    // it failed it, and others of its kind live that did not and may have it
    doubted,   // it was failed by a suspect, and others could tell who is to blame
};

// nullopt: it may.
std::optional<Misfit> misfit(const BuilderFacts& builder, const BuildFacts& build,
                             const JobDemands& demands);
inline std::optional<Misfit> misfit(const BuilderFacts& builder, const PendingJob& job) {
    return misfit(builder, job.build, job.demands);
}

// In which order builders of a group are asked: reserved ones first, then those with few tags, for
// who can do more is kept for it.
inline auto asking_order(const BuilderPurpose& purpose) {
    return std::tuple(!purpose.reserved, purpose.tags.size(), purpose);
}

}  // namespace buildd::policy
