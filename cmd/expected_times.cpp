#include "expected_times.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "db/queued_times.hpp"
#include "policy/estimate.hpp"
#include "policy/fairness.hpp"

namespace buildd::cmd {

namespace {

using std::chrono::seconds;

ExpectedTimes times_of(const db::QueuedTimes& job) {
    if (!job.expected) return {};
    if (job.building) return {-*job.building, std::max(seconds(0), *job.expected - *job.building)};
    const auto start = policy::time_to_start({job.before, job.running, job.builders});
    if (!start) return {};
    return {*start, *start + *job.expected};
}

// To the minute: no estimate is better than that.
std::string words_of(seconds time) {
    if (time < std::chrono::hours(1)) return fmt::format("{} min", time / std::chrono::minutes(1));
    return show_duration(time);
}

std::string moment_words(seconds from_now) {
    if (from_now.count() < 0) return words_of(-from_now) + " ago";
    return "in " + words_of(from_now);
}

}  // namespace

std::map<BuildId, ExpectedTimes> expected_times(Context& context,
                                                const std::vector<BuildId>& builds) {
    std::map<BuildId, ExpectedTimes> times;
    for (const auto& [build, job] :
         db::read_queued_times(context.database(), builds, policy::assumed_time))
        times[build] = times_of(job);
    return times;
}

Field moment_field(std::string key, std::string heading, const std::optional<seconds>& from_now) {
    if (!from_now) return {std::move(key), std::move(heading), {}, ""};
    return {std::move(key), std::move(heading),
            utc_stamp(std::chrono::system_clock::now() + *from_now, "%Y-%m-%dT%H:%M:%SZ"),
            moment_words(*from_now)};
}

std::string sentence_of(const ExpectedTimes& times) {
    if (!times.start || !times.end) return "";
    if (times.start->count() < 0)
        return fmt::format("It is expected to be through {}.", moment_words(*times.end));
    return fmt::format("It is expected to start {} and to be through {}, if nothing better comes.",
                       moment_words(*times.start), moment_words(*times.end));
}

}  // namespace buildd::cmd
