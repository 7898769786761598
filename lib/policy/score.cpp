#include "policy/score.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>

namespace buildd::policy {

namespace {

constexpr int rebuild_points = -2600, private_points = 2500;
constexpr int rebuild_slower = 10;
constexpr std::chrono::minutes longest_expected{720};

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

int pocket_points(Pocket pocket) {
    switch (pocket) {
        case Pocket::BACKPORTS:
            return 0;
        case Pocket::RELEASE:
            return 1500;
        case Pocket::PROPOSED:
        case Pocket::UPDATES:
            return 3000;
        case Pocket::SECURITY:
            return 4500;
    }
    return 0;
}

struct ComponentPoints {
    std::string_view name;
    int points;
};

// Debian's beside those of Ubuntu that are alike.
int component_points(std::string_view component) {
    static constexpr std::array<ComponentPoints, 8> known{{{"multiverse", 0},
                                                           {"non-free", 0},
                                                           {"universe", 250},
                                                           {"contrib", 250},
                                                           {"restricted", 750},
                                                           {"non-free-firmware", 750},
                                                           {"main", 1000},
                                                           {"partner", 1250}}};
    for (const auto& one : known)
        if (one.name == component) return one.points;
    return 0;
}

int waiting_points(std::chrono::seconds waited, int per_hour) {
    constexpr std::int64_t longest = 100LL * 365 * 24 * 3600, most = 500'000'000;
    const std::int64_t seconds = std::clamp<std::int64_t>(waited.count(), 0, longest);
    return static_cast<int>(std::min(seconds * per_hour / 3600, most));
}

int expected_points(const std::optional<std::chrono::seconds>& expected) {
    const auto longest = std::chrono::seconds(longest_expected);
    const auto time = std::clamp(expected.value_or(longest), std::chrono::seconds(0), longest);
    return static_cast<int>(time / std::chrono::minutes(1));
}

}  // namespace

int Score::total() const {
    constexpr std::int64_t most = 2'000'000'000;
    std::int64_t sum = given.value_or(0);
    for (const int term : {urgency, component, pocket, archive, waiting, fairness, expected})
        sum += term;
    return static_cast<int>(std::clamp(sum, -most, most));
}

std::string Score::text() const {
    if (given) return fmt::format("S{:+} T+{} = {}", *given, waiting, total());
    std::string words = fmt::format("U+{} C+{}", urgency, component);
    const auto add = [&words](char name, int points) {
        if (points != 0) words += fmt::format(" {}{:+}", name, points);
    };
    add('P', pocket);
    add('A', archive);
    words += fmt::format(" T+{}", waiting);
    add('F', fairness);
    add('E', expected);
    return words + fmt::format(" = {}", total());
}

Score score(const ScoreFacts& job, int per_hour) {
    Score score;
    score.urgency = urgency_points(job.urgency);
    score.component = component_points(job.component);
    score.pocket = pocket_points(job.pocket);
    score.archive = job.archive_points + (job.rebuild ? rebuild_points : 0) +
                    (job.is_private ? private_points : 0);
    score.waiting = waiting_points(job.waited, per_hour) / (job.rebuild ? rebuild_slower : 1);
    score.fairness = job.fairness;
    score.expected = job.rebuild ? expected_points(job.expected) : 0;
    return score;
}

Score given_score(int points, std::chrono::seconds waited, int per_hour) {
    Score score;
    score.given = points;
    score.waiting = waiting_points(waited, per_hour);
    return score;
}

}  // namespace buildd::policy
