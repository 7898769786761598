// Who is blamed when a farm's parts fail, by lib/policy's rules and by counts alone (README.md):
//   blame [--seed N] [--ci]
// Prints figures beside goals; ends 1 when a goal is missed.
#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>
#include <future>
#include <memory>
#include <vector>

#include "evidence.hpp"

namespace {

using namespace bench;

bool goals_met = true;

void goal(const std::string& what, double value, double bound, bool at_most, const char* unit) {
    const bool met = at_most ? value <= bound : value >= bound;
    goals_met = goals_met && met;
    fmt::print("{:<58} {:>9.2f}{} {} {}{}  {}\n", what, value, unit, at_most ? "≤" : "≥", bound,
               unit, met ? "met" : "MISSED");
}

Seconds time_to_blame(const Fault& fault) {
    return fault.blamed_at - fault.first_word - fault.idle;
}

bool is_right(const Fault& fault) {
    if (fault.first_word < 0 && !is_common(fault.kind)) return true;  // nobody met it
    switch (fault.kind) {
        case Kind::black_hole:
            return fault.blamed && time_to_blame(fault) <= 600 && fault.lost == 0;
        case Kind::flaky:
        case Kind::wrong_verdicts:
            return fault.blamed;
        case Kind::bad_package:
        case Kind::fails_builders:
            return fault.blamed && !fault.off;
        case Kind::killer:
            return fault.blamed && !fault.off && fault.touched <= 2;
        default:
            return fault.lost == 0 && !fault.off;
    }
}

struct OfKind {
    int all = 0, right = 0, lost = 0, off = 0;
    std::vector<double> touched, minutes;  // of each
    double share() const { return all == 0 ? 1 : static_cast<double>(right) / all; }
};
using Table = std::array<OfKind, kinds>;

void add(Table& table, const std::vector<Fault>& faults) {
    for (const auto& fault : faults) {
        OfKind& row = table[static_cast<std::size_t>(fault.kind)];
        ++row.all;
        row.right += is_right(fault) ? 1 : 0;
        row.lost += fault.lost;
        row.off += fault.off ? 1 : 0;
        row.touched.push_back(fault.touched);
        if (fault.blamed && fault.first_word >= 0)
            row.minutes.push_back(static_cast<double>(time_to_blame(fault)) / 60);
    }
}

// All but one in 200 are at most so.
double most(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[(values.size() - 1) * 199 / 200];
}

std::unique_ptr<Rules> rules_of(bool evidence, int builders) {
    if (evidence) return std::make_unique<Evidence>(builders);
    return std::make_unique<Counts>();
}

double share(const Table& table) {
    int all = 0, right = 0;
    for (const auto& row : table) all += row.all, right += row.right;
    return static_cast<double>(right) / std::max(all, 1);
}

Table run_mixed(const Size& size, int farms, int faults, bool evidence, std::uint64_t seed) {
    Table table;
    for (int i = 0; i < farms; ++i) {
        Random random(seed + static_cast<std::uint64_t>(i));
        const auto rules = rules_of(evidence, size.builders);
        Farm farm(size, mixed_faults(size, faults, random), *rules,
                  seed + 1000 + static_cast<std::uint64_t>(i));
        farm.run();
        add(table, farm.faults());
    }
    return table;
}

void mixed(int farms, int faults, std::uint64_t seed) {
    const Size size;
    auto counts = std::async(std::launch::async, run_mixed, size, farms, faults, false, seed);
    const Table now = run_mixed(size, farms, faults, true, seed);
    const Table before = counts.get();
    fmt::print("{} mixed faults on {} builders, {} times {} days\n", farms * faults, size.builders,
               farms, size.days);
    fmt::print("{:<28} {:>6} {:>14} {:>14} {:>12} {:>12}\n", "", "faults", "right: counts",
               "right: now", "lost: counts", "lost: now");
    for (std::size_t i = 0; i < kinds; ++i)
        fmt::print("{:<28} {:>6} {:>13.1f}% {:>13.1f}% {:>12} {:>12}\n",
                   name_of(static_cast<Kind>(i)), now[i].all, 100 * before[i].share(),
                   100 * now[i].share(), before[i].lost, now[i].lost);
    fmt::print("{:<28} {:>6} {:>13.1f}% {:>13.1f}%\n\n", "all", "", 100 * share(before),
               100 * share(now));
    goal("right blame", 100 * share(now), 95, false, " %");
    int lost = 0, off = 0;
    double least = 1;
    for (std::size_t i = 0; i < kinds; ++i) {
        least = std::min(least, now[i].share());
        if (!is_common(static_cast<Kind>(i))) continue;
        lost += now[i].lost;
        off += now[i].off;
    }
    const auto& hole = now[static_cast<std::size_t>(Kind::black_hole)];
    goal("right blame, the worst kind", 100 * least, 75, false, " %");
    goal("common causes: builds lost", lost, 0, true, "");
    goal("common causes: that took builders out of use", off, 0, true, "");
    goal("builders that a killer silenced, 199 of 200 killers",
         most(now[static_cast<std::size_t>(Kind::killer)].touched), 2, true, "");
    goal("black hole: out of use after, 199 of 200", most(hole.minutes), 10, true, " min");
    goal("black hole: wrong verdicts left", hole.lost, 0, true, "");
}

void sizes(int faults, std::uint64_t seed) {
    fmt::print("\nThe same on farms of other sizes\n{:<28} {:>14} {:>14}\n", "builders",
               "right: counts", "right: now");
    for (const int builders : {1, 3, 20, 5000}) {
        const Size size{builders, builders == 5000 ? 1 : 30, 0.08, 0.0005};
        const int count = builders == 5000 ? 56 : faults;
        auto counts = std::async(std::launch::async, run_mixed, size, 1, count, false, seed);
        const double now = share(run_mixed(size, 1, count, true, seed));
        fmt::print("{:<28} {:>13.1f}% {:>13.1f}%\n", builders, 100 * share(counts.get()),
                   100 * now);
    }
}

struct ByChance {
    int builders = 0;
    double breakers = 0, off = 0;  // a year; % of the good builders' time
    Seconds longest = 0;
};

// Nothing is wrong, but packages fail.
std::vector<ByChance> run_chance(double failures, bool ci, std::uint64_t seed) {
    std::vector<ByChance> rows;
    for (const int builders : {1, 3, 20, 300, 5000}) {
        const Seconds days = (builders == 5000 ? 1 : builders == 300 ? 10 : 100) / (ci ? 2 : 1);
        const Size size{builders, std::max<Seconds>(days, 1), failures, 0.0005};
        Evidence rules(builders);
        Farm farm(size, {}, rules, seed);
        farm.run();
        const double years = static_cast<double>(size.days) / 365;
        const double all = static_cast<double>(size.days) * 24 * builders;
        rows.push_back(
            {builders, rules.breakers() / years, 100 * farm.hours_off() / all, farm.longest_off()});
    }
    return rows;
}

void print_chance(double failures, const std::vector<ByChance>& rows) {
    fmt::print("\nNo fault, {:.0f} % of the packages fail\n{:<10} {:>14} {:>22} {:>16}\n",
               100 * failures, "builders", "breakers/year", "builder out of use", "longest");
    for (const auto& row : rows) {
        fmt::print("{:<10} {:>14.1f} {:>20.3f} % {:>12} min\n", row.builders, row.breakers, row.off,
                   row.longest / 60);
        goal(fmt::format("{} builders: a good one is out of use for", row.builders), row.off, 0.5,
             true, " %");
        goal(fmt::format("{} builders: false breakers", row.builders), row.breakers, 1, true,
             " a year");
    }
}

void chance(bool ci, std::uint64_t seed) {
    auto many = std::async(std::launch::async, run_chance, 0.30, ci, seed);
    print_chance(0.08, run_chance(0.08, ci, seed));
    print_chance(0.30, many.get());
}

}  // namespace

int main(int count, char** words) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    std::uint64_t seed = 1;
    bool ci = false;
    for (int i = 1; i < count; ++i) {
        if (std::strcmp(words[i], "--ci") == 0) ci = true;
        if (std::strcmp(words[i], "--seed") == 0 && i + 1 < count) seed = std::stoull(words[++i]);
    }
    fmt::print("seed {}\n\n", seed);
    mixed(ci ? 4 : 25, 400, seed);
    sizes(ci ? 100 : 400, seed);
    chance(ci, seed);
    return goals_met ? 0 : 1;
}
