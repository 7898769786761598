#include "farm/job_state.hpp"

#include "db/attempts.hpp"
#include "policy/collect.hpp"

namespace buildd::farm {

namespace {

bool repair_state(const Farm& farm, RunningJob& job) {
    if (farm.only_says("repair build {} to BUILDING", job.build.id.value)) return false;
    if (!db::repair_build_state(farm.database, job.cookie())) return false;
    farm.log.warning("{} ({}) has a builder but was NEEDSBUILD; it is BUILDING again",
                     job.build.title(), job.build.id.value);
    job.build.state = BuildState::BUILDING;
    return true;
}

}  // namespace

bool job_state_is_sound(const Farm& farm, BuilderFacts& builder) {
    RunningJob& job = *builder.job;
    switch (policy::check_job_state(job.build.state)) {
        case policy::JobState::sound:
            return true;
        case policy::JobState::repair:
            return repair_state(farm, job);
        case policy::JobState::contradiction:
            break;
    }
    const auto told = policy::job_contradiction(job, builder);
    farm.needs_person(told.cause, told.line.level, told.line.text);
    return false;
}

}  // namespace buildd::farm
