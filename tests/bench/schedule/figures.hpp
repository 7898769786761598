// What the scenarios measure: this program's rules beside others', and the goal.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "farm.hpp"

namespace schedule {

inline constexpr double no_goal = 1e9;

struct Figure {
    std::string what, unit;
    double present = 0, former = 0, hydra = 0;
    double goal = 0;
    bool at_least = false;  // else at most

    bool met() const { return at_least ? present >= goal : present <= goal; }
};
using Figures = std::vector<Figure>;

enum class By { present, former, hydra };
// The farm as it is by these rules (passes come as the timers that go with them say), and they.
std::unique_ptr<Rules> rules_of(By by, std::size_t builders);
double pass_of(By by);

// A scenario run by each of the rules with the same jobs: figures as `measure` adds them, in the
// same order; the worst over `seeds`.
Figures compare(int seeds, const std::function<Figures(By, std::uint64_t seed)>& measure);

double percentile(std::vector<double> values, double share);

// The first "Shown by" of the scheduler.
Figures flood(int seeds);
Figures small_farms(int seeds);
Figures rebuild(int seeds);
Figures lowest_class(int seeds);

}  // namespace schedule
