#include "policy/estimate.hpp"

#include <algorithm>
#include <cmath>

namespace buildd::policy {

namespace {

constexpr std::int64_t sources_that_tell = 5;
constexpr double least = 0.25, most = 4;  // of the usual time, by size alone
constexpr auto longest = std::chrono::seconds(std::chrono::days(30));

// One that was cut short or that hung tells less than the middle one.
std::chrono::seconds middle(GoodTimes times) {
    std::sort(times.begin(), times.end());
    const auto time = (times[(times.size() - 1) / 2] + times[times.size() / 2]) / 2;
    return std::clamp(time, std::chrono::seconds(0), longest);
}

double ratio(const Speeds& speeds) {
    if (speeds.sources < sources_that_tell || speeds.here.count() <= 0 || speeds.there.count() <= 0)
        return 1;
    return static_cast<double>(speeds.here.count()) / static_cast<double>(speeds.there.count());
}

std::chrono::seconds scaled(std::chrono::seconds time, double by) {
    const double seconds = static_cast<double>(time.count()) * by;
    return std::chrono::seconds(
        std::llround(std::clamp(seconds, 0.0, static_cast<double>(longest.count()))));
}

// Larger sources take longer, but not by as much as they are larger.
std::chrono::seconds by_size(const Usual& usual, std::uint64_t size) {
    if (usual.size == 0 || size == 0) return scaled(usual.time, 1);
    const double larger = static_cast<double>(size) / static_cast<double>(usual.size);
    return scaled(usual.time, std::clamp(std::sqrt(larger), least, most));
}

}  // namespace

std::optional<Estimate> estimate(const EstimateFacts& facts) {
    if (!facts.own.empty()) return Estimate{middle(facts.own), true};
    GoodTimes elsewhere;
    for (const auto& other : facts.elsewhere)
        if (!other.times.empty())
            elsewhere.push_back(scaled(middle(other.times), ratio(other.speeds)));
    if (!elsewhere.empty()) return Estimate{middle(elsewhere), true};
    if (facts.usual) return Estimate{by_size(*facts.usual, facts.size), false};
    return std::nullopt;
}

std::optional<std::chrono::seconds> time_to_start(const Ahead& ahead) {
    if (ahead.builders <= 0) return std::nullopt;
    return (ahead.waiting + ahead.running) / ahead.builders;
}

std::optional<std::chrono::seconds> time_to_next(const QueueLoad& load) {
    if (load.pending == 0 || load.builders == 0) return std::nullopt;
    return load.running < load.builders ? std::chrono::seconds(0) : load.first_done;
}

std::optional<std::chrono::seconds> time_to_empty(const QueueLoad& load) {
    if (load.pending == 0 || load.builders == 0 || !load.usual) return std::nullopt;
    const std::int64_t halves = 2 * load.pending + load.running;
    // The last job takes its whole time once it can start, however many builders there are.
    const auto next = time_to_next(load).value_or(std::chrono::seconds(0));
    return std::max(next + *load.usual, *load.usual * halves / (2 * load.builders));
}

}  // namespace buildd::policy
