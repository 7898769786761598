// A farm of builders in virtual time: passes, and `queue build` every five minutes.
#pragma once

#include <functional>

#include "rules.hpp"

namespace schedule {

struct Farm {
    std::size_t builders = 1;
    double pass = 20;  // seconds from one to the next
    // After each pass: what has started in it.
    std::function<void(double now, const std::vector<Job*>& started)> watch = {};
};

struct Outcome {
    double busy = 0, idle = 0;  // builders' seconds; idle: while a job waited
    double last = 0;            // the last end
};

// `jobs`: by arrival. Until all are built or `until`.
Outcome run(const Farm& farm, std::vector<Job>& jobs, Rules& rules, double until);

}  // namespace schedule
