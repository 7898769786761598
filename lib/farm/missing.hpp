// What keeps the farm from building until a person acts, told loudly once an hour.
#pragma once

#include "farm/farm.hpp"

namespace buildd::farm {

void tell_what_is_missing(const Farm& farm);

}  // namespace buildd::farm
