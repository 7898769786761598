// The rules as they were before: a build is given up at three counted failures of its own if those
// are more than its builder's, a builder at five in a row; PACKAGEFAIL clears a builder.
#include <algorithm>

#include "rules.hpp"

namespace bench {

namespace {

constexpr int job_threshold = 3, builder_threshold = 5;

struct Counted {
    bool job = false, builder = false;
};

Counted counted_of(const End& end) {
    if (end.not_fetched) return {true, false};
    switch (end.outcome) {
        case Outcome::BUILDERFAIL:
        case Outcome::SILENT:
            return {true, true};
        case Outcome::CHROOTFAIL:
            return {false, true};
        default:
            return {};
    }
}

Job::State state_of(const End& end) {
    switch (end.outcome) {
        case Outcome::OK:
            return Job::State::built;
        case Outcome::PACKAGEFAIL:
            return Job::State::failed;
        case Outcome::CHROOTFAIL:
            return Job::State::chroot_wait;
        default:
            return Job::State::pending;
    }
}

}  // namespace

void Counts::ended(Farm& farm, const End& end) {
    Job& job = farm.jobs()[static_cast<std::size_t>(end.job)];
    int& builder_failures = builder_failures_[end.builder];
    const Counted counted = counted_of(end);
    job.failures += counted.job ? 1 : 0;
    builder_failures += counted.builder ? 1 : 0;
    if (end.outcome == Outcome::BUILDERFAIL) farm.fail_by_scan(end.builder, false);
    Job::State state = state_of(end);
    if (counted.job && job.failures >= job_threshold && job.failures > builder_failures) {
        state = Job::State::failed;
        builder_failures = 0;
    } else if (counted.builder && builder_failures >= builder_threshold) {
        farm.leave_to_person(end.builder);
    }
    if (state == Job::State::built || end.outcome == Outcome::PACKAGEFAIL) builder_failures = 0;
    farm.settle(end.job, state);
}

Seconds Counts::probe_delay(Farm& farm, int builder) {
    const int failures = farm.builders()[static_cast<std::size_t>(builder)].probe_failures;
    return 60 * std::min(60, 1 << std::clamp(failures - 1, 0, 6));
}

}  // namespace bench
