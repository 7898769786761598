#include "figures.hpp"

#include <algorithm>

namespace schedule {

namespace {

// Keeps of each figure the worse.
void worsen(Figures& kept, const Figures& figures) {
    if (kept.empty()) kept = figures;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        double& value = kept[i].value;
        value = kept[i].at_least ? std::min(value, figures[i].value)
                                 : std::max(value, figures[i].value);
    }
}

}  // namespace

std::unique_ptr<Rules> rules_of(By by, std::size_t builders) {
    switch (by) {
        case By::present:
            break;
        case By::former:
            return former_rules();
        case By::hydra:
            return hydra_rules();
        case By::obs:
            return obs_rules();
        case By::copr:
            return copr_rules();
    }
    return present_rules(builders);
}

double pass_of(By by) {
    return by == By::former ? 60 : 20;
}

Compared compare(int seeds, const std::function<Figures(By, std::uint64_t seed)>& measure) {
    Compared all;
    for (int seed = 1; seed <= seeds; ++seed)
        for (std::size_t i = 0; i < rules.size(); ++i)
            worsen(all[i], measure(rules[i], static_cast<std::uint64_t>(seed)));
    return all;
}

double percentile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at),
                     values.end());
    return values[at];
}

}  // namespace schedule
