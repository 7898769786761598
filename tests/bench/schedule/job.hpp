// What is scheduled, in virtual seconds.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string_view>

#include "model/labels.hpp"
#include "policy/estimate.hpp"

namespace schedule {

inline constexpr double hour = 3600, day = 24 * hour;
inline constexpr double never = std::numeric_limits<double>::infinity();

struct Job {
    double arrives = 0;                 // its source is published; `queue build` makes the job
    double time = 0;                    // that it takes
    buildd::policy::GoodTimes history;  // of its source
    buildd::Urgency urgency = buildd::Urgency::LOW;
    std::string_view component = "main";
    buildd::Pocket pocket = buildd::Pocket::RELEASE;
    bool rebuild = false;
    std::size_t owner = 0;  // of a PPA; 0: no PPA

    // What becomes of it.
    double created = -1, start = -1;
    double end = never;
    std::optional<buildd::policy::Estimate> estimate{};
    int fairness = 0, lastscore = 0;
    // Until it starts, for ever if it never does: since its queueing, and since its arrival.
    double waited() const { return started() ? start - created : never; }
    double waited_in_all() const { return started() ? start - arrives : never; }
    bool started() const { return start >= 0; }
};

}  // namespace schedule
