#include "figures.hpp"

#include <algorithm>

namespace schedule {

namespace {

double worse(double a, double b, bool at_least) {
    return at_least ? std::min(a, b) : std::max(a, b);
}

double& field_of(Figure& figure, By by) {
    if (by == By::present) return figure.present;
    return by == By::former ? figure.former : figure.hydra;
}

}  // namespace

std::unique_ptr<Rules> rules_of(By by, std::size_t builders) {
    if (by == By::present) return present_rules(builders);
    return by == By::former ? former_rules() : hydra_rules();
}

double pass_of(By by) {
    return by == By::former ? 60 : 20;
}

Figures compare(int seeds, const std::function<Figures(By, std::uint64_t seed)>& measure) {
    Figures all;
    for (int seed = 1; seed <= seeds; ++seed)
        for (const By by : {By::present, By::former, By::hydra}) {
            Figures figures = measure(by, static_cast<std::uint64_t>(seed));
            if (all.empty()) all = figures;
            for (std::size_t i = 0; i < figures.size(); ++i) {
                const double value = figures[i].present;
                double& kept = field_of(all[i], by);
                kept = seed == 1 ? value : worse(kept, value, all[i].at_least);
            }
        }
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
