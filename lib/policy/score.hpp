// How urgent a job is. Pure.
//
// However many better ones come, a job of the lowest class is first after D hours, D being the
// difference of points / the points of an hour: who comes later has less than it by then. So it
// starts when these are over, or else when what was before it when it came, and what came better
// within D, is done. Not so where everything is built anew: such a job gains a tenth of what
// uploads do, and is done when they leave builders free.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "model/labels.hpp"

namespace buildd::policy {

struct ScoreFacts {
    Urgency urgency = Urgency::LOW;
    std::string_view component;
    Pocket pocket = Pocket::RELEASE;
    bool rebuild = false;     // its archive builds everything anew, beside uploads
    bool is_private = false;  // its archive
    int archive_points = 0;   // that a person gave its archive
    std::chrono::seconds waited{};
    int fairness = 0;                              // taken off when it was queued: not positive
    std::optional<std::chrono::seconds> expected;  // that it will take, by good attempts
};

struct Score {
    std::optional<int> given;  // a person's, in place of all but the time it has waited since
    int urgency = 0;
    int component = 0;
    int pocket = 0;
    int archive = 0;
    int waiting = 0;  // grows for ever: nothing starves (L44)
    int fairness = 0;
    int expected = 0;  // the longest first, where everything is built anew
    int total() const;
    std::string text() const;  // "U+15 C+1000 T+0 = 1015"; other terms where they are not 0
};

// `per_hour`: points for each hour of waiting; where everything is built anew a tenth of that.
Score score(const ScoreFacts& job, int per_hour);
// Of a job that a person gave `points` so long ago.
Score given_score(int points, std::chrono::seconds waited, int per_hour);

}  // namespace buildd::policy
