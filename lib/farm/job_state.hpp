// A job that a builder has, and the state of its build, go together or are mended.
#pragma once

#include "farm/farm.hpp"
#include "model/builder.hpp"

namespace buildd::farm {

// true: they go together, maybe since just now. Else the job is left alone, and a person told of a
// contradiction. `builder` has a job. Throws db::StatementError.
bool job_state_is_sound(const Farm& farm, BuilderFacts& builder);

}  // namespace buildd::farm
