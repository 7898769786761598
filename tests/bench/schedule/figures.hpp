// What the scenarios measure: this program's rules beside others', and the goal.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "farm.hpp"

namespace schedule {

inline constexpr double no_goal = 1e9;

enum class By { present, former, hydra, obs, copr };
inline constexpr std::array rules{By::present, By::former, By::hydra, By::obs, By::copr};

struct Figure {
    std::string what, unit;
    double value = 0;
    double goal = 0;        // of the present rules
    bool at_least = false;  // else at most

    bool met() const { return at_least ? value >= goal : value <= goal; }
};
using Figures = std::vector<Figure>;

// The farm as it is by these rules (passes come as the timers that go with them say), and they.
std::unique_ptr<Rules> rules_of(By by, std::size_t builders);
double pass_of(By by);

// A scenario run by each of the rules with the same jobs: of each the figures as `measure` has
// them, the worst over `seeds`.
using Compared = std::array<Figures, rules.size()>;
Compared compare(int seeds, const std::function<Figures(By, std::uint64_t seed)>& measure);

double percentile(std::vector<double> values, double share);

// The first "Shown by" of the scheduler.
Compared flood(int seeds);
Compared small_farms(int seeds);
Compared rebuild(int seeds);
Compared lowest_class(int seeds);

}  // namespace schedule
