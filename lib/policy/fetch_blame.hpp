// Whose fault is it that a builder could not fetch a file? The master has asked for it, too. Pure.
#pragma once

#include "policy/common_cause.hpp"
#include "policy/counted.hpp"

namespace buildd::policy {

// What the status of an answer to HEAD says. A server that cannot serve is none; one that knows no
// HEAD says nothing.
Asked heard(long status);

// There: that builder's way to it, or its disk. Gone, or no answer: nobody's. Not known: the job's,
// for others will find out.
Counted count_fetch(Asked asked);

// A start whose file did not come in time. Gone, or no answer: nobody's. Else it may be too much
// for any builder, or come to none, or not to this one.
Counted count_late(Asked asked);

}  // namespace buildd::policy
