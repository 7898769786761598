// Chance that is the same on every machine and in every run.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "job.hpp"

namespace schedule {

class Chance {
 public:
    explicit Chance(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {}

    double uniform() {  // in (0, 1)
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return (static_cast<double>(state_ >> 11) + 0.5) / 9007199254740992.0;
    }
    double exponential(double mean) { return -mean * std::log(uniform()); }
    double lognormal(double median, double sigma) {
        const double normal =
            std::sqrt(-2 * std::log(uniform())) * std::cos(2 * std::numbers::pi * uniform());
        return median * std::exp(sigma * normal);
    }

    // A build of an upload: half take less than 10 minutes, some take hours.
    double build_time() { return std::clamp(lognormal(600, spread), 30.0, 12 * hour); }
    static double mean_build_time() { return 600 * std::exp(spread * spread / 2); }  // 20.5 min

    // What good attempts took before: off by half, and of one in ten there is none.
    buildd::policy::GoodTimes history(double time) {
        buildd::policy::GoodTimes times;
        if (uniform() < 0.1) return times;
        const double then = lognormal(time, 0.5);
        for (int i = 0; i < 5; ++i)
            times.emplace_back(std::llround(std::max(1.0, lognormal(then, 0.2))));
        return times;
    }

 private:
    static constexpr double spread = 1.2;
    std::uint64_t state_;
};

}  // namespace schedule
