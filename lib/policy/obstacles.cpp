#include "policy/obstacles.hpp"

#include <algorithm>

#include "policy/builder_state.hpp"
#include "policy/dispatch.hpp"

namespace buildd::policy {

namespace {

// What is needed no more is told as that: `queue build` makes it SUPERSEDED.
JobObstacle obstacle_of_parked(const QueuedJob& job) {
    if (!job.build.source_published) return JobObstacle::superseded;
    return job.made_by ? JobObstacle::made : JobObstacle::parked;
}

JobObstacle obstacle_at_start(const QueuedJob& job, bool build_security) {
    switch (dispatchable(job.build, job.has_chroot, job.made_by.has_value(), build_security)) {
        case Dispatchable::superseded:
            return JobObstacle::superseded;
        case Dispatchable::made:
            return JobObstacle::made;
        case Dispatchable::for_person:
            return JobObstacle::for_person;
        case Dispatchable::security:
            return JobObstacle::security;
        case Dispatchable::no_chroot:
            return JobObstacle::no_chroot;
        case Dispatchable::denied:
            return JobObstacle::denied;
        case Dispatchable::start:
            break;
    }
    if (std::min(job.limits.archive.value_or(1), job.limits.owner.value_or(1)) <= 0)
        return JobObstacle::limited;
    return job.candidate ? JobObstacle::none : JobObstacle::not_read;
}

}  // namespace

JobObstacle job_obstacle(const QueuedJob& job, bool build_security) {
    if (job.build.state != BuildState::NEEDSBUILD) return JobObstacle::not_needed;
    if (!job.has_job) return JobObstacle::no_job;
    if (job.claimed) return JobObstacle::claimed;
    if (!job.parked_by.empty()) return obstacle_of_parked(job);
    if (!job.cause.empty()) return JobObstacle::common_cause;
    if (job.waits && !job.build.for_person) return JobObstacle::not_before;
    if (!job.archive_enabled) return JobObstacle::archive_disabled;
    if (!job.architecture_enabled) return JobObstacle::architecture_disabled;
    return obstacle_at_start(job, build_security);
}

bool needs_reset(const BuilderFacts& builder, const ResetRules& reset) {
    if (builder.trusted || builder.clean_status == CleanStatus::CLEAN) return false;
    return reset.has_command || !reset.without_reset;
}

BuilderObstacle builder_obstacle(const BuilderFacts& builder, const ResetRules& reset) {
    switch (builder_state(builder)) {
        case BuilderState::DISABLED:
            return BuilderObstacle::disabled;
        case BuilderState::FAILED:
            return BuilderObstacle::failed;
        case BuilderState::BUILDING:
            return BuilderObstacle::busy;
        case BuilderState::MANUAL:
            return BuilderObstacle::manual;
        case BuilderState::QUARANTINED:
            return BuilderObstacle::quarantined;
        case BuilderState::CUTOFF:
            return BuilderObstacle::cut_off;
        case BuilderState::CANARY:
        case BuilderState::IDLE:
            break;
    }
    if (needs_reset(builder, reset) && reset.has_command) return BuilderObstacle::unclean;
    if (builder.architecture_tag.empty()) return BuilderObstacle::unknown_architecture;
    if (needs_reset(builder, reset)) return BuilderObstacle::no_reset;
    return BuilderObstacle::none;
}

}  // namespace buildd::policy
