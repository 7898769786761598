// What the end of a pass left unfinished, for people and for the next pass.
#pragma once

#include <string>

#include "farm/farm.hpp"

namespace buildd::farm {

// `command`: of this pass. `cut_before`: some builders are noted as cut by earlier passes. Says who
// was cut short, loudly once an hour who is again and again, and notes it: those that the pass did
// not come to are the first in the next, and those that it cut short are next to them.
void note_cut_short(const Farm& farm, const std::string& command, bool cut_before);

}  // namespace buildd::farm
