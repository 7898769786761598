#include "policy/score.hpp"

#include <array>
#include <fmt/format.h>

namespace buildd::policy {

namespace {

struct Step {
    std::int64_t value;
    int points;
};

int urgency_points(Urgency urgency) {
    switch (urgency) {
        case Urgency::LOW:
            return 5;
        case Urgency::MEDIUM:
            return 10;
        case Urgency::HIGH:
            return 15;
        case Urgency::EMERGENCY:
            return 20;
    }
    return 0;
}

int component_points(std::string_view component) {
    if (component == "universe") return 250;
    if (component == "restricted") return 750;
    if (component == "main") return 1000;
    if (component == "partner") return 1250;
    return 0;
}

int age_points(std::int64_t seconds) {
    static constexpr std::array<Step, 6> steps{
        {{14400, 100}, {7200, 50}, {3600, 20}, {1800, 15}, {900, 10}, {300, 5}}};
    constexpr std::int64_t day = 86400, most_days = 1'000'000;
    for (const auto& step : steps) {
        if (seconds <= step.value) continue;
        const auto days =
            step.points == 100 ? std::min((seconds - step.value) / day, most_days) : 0;
        return step.points + static_cast<int>(days) * 100;
    }
    return 0;
}

}  // namespace

std::string Score::text() const {
    return fmt::format("U+{} C+{} T+{} = {}", urgency, component, age, total());
}

Score score(Urgency urgency, std::string_view component, std::chrono::seconds age) {
    return {urgency_points(urgency), component_points(component), age_points(age.count())};
}

}  // namespace buildd::policy
