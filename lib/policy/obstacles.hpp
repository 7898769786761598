// What keeps a pending job from being started, and a builder from being given one (spec: behaviour
// §8). dispatch asks the same functions as `build why`, so that the two never disagree (L42).
#pragma once

#include <string>

#include "model/why.hpp"

namespace buildd::policy {

// In the order in which they are looked for; the first is told.
enum class JobObstacle {
    none,
    not_needed,  // the build is not NEEDSBUILD
    no_job,
    claimed,
    parked,        // a person holds it, and it is needed
    common_cause,  // it meets what others failed by, until that has gone
    not_before,
    archive_disabled,
    architecture_disabled,
    superseded,  // the next dispatch deletes the job, `queue build` a parked one
    made,        // so it does: the archive has the binaries from another build
    for_person,  // given back again and again
    security,
    no_chroot,
    denied,
    limited,   // as many of its archive, or of its owner, run as may
    unmet,     // no builder in use may have it: said by `why` alone, which knows them all
    not_read,  // dispatch does not read it, for none of these reasons
};
inline constexpr auto job_obstacles = static_cast<std::size_t>(JobObstacle::not_read) + 1;

JobObstacle job_obstacle(const QueuedJob& job, bool build_security);

enum class BuilderObstacle {
    none,
    disabled,  // as BuilderState has them …
    failed,
    manual,
    busy,
    quarantined,
    cut_off,
    unclean,               // its host is reset first
    unknown_architecture,  // it has not said its tag yet
    no_reset,              // not CLEAN, and nothing cleans it
};
inline constexpr auto builder_obstacles = static_cast<std::size_t>(BuilderObstacle::no_reset) + 1;

// How untrusted builders become CLEAN, by the settings.
struct ResetRules {
    bool has_command = false;    // vm_resume_command
    bool without_reset = false;  // untrusted_without_reset
};

// As far as the database knows: whether it answers and is idle, only a pass finds out.
BuilderObstacle builder_obstacle(const BuilderFacts& builder, const ResetRules& reset);

// Untrusted builders are claimed only CLEAN.
bool needs_reset(const BuilderFacts& builder, const ResetRules& reset);

}  // namespace buildd::policy
