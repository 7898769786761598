#include "policy/quarantine.hpp"

#include <algorithm>

#include "policy/backoff.hpp"

namespace buildd::policy {

namespace {

constexpr std::chrono::hours canaries_fail_at_most{24};
constexpr int several = 3;  // a farm without work for a day tells nothing of it
constexpr double after_quarantine = 4.0;

BuilderJudged rest(BuilderRecord record, QuarantineStep step) {
    ++record.quarantines;
    if (!record.quarantined) record.quarantined = std::chrono::seconds(0);
    return {record, step, quarantine_length(record.quarantines)};
}

// It stays a suspect: what it says next is asked again before anybody is told, and one counted
// failure is a quarantine.
BuilderJudged after_good_canary(BuilderRecord record) {
    record.suspicion = std::min(record.suspicion, after_quarantine);
    record.quarantined.reset();
    return {record, QuarantineStep::end, {}};
}

BuilderJudged after_bad_canary(const BuilderRecord& record, const FailedCanaries& failed) {
    if (failed.count >= several && failed.since_first >= canaries_fail_at_most)
        return {record, QuarantineStep::for_person, {}};
    return rest(record, QuarantineStep::again);
}

bool has_enough(const BuilderRecord& record, int threshold) {
    return record.suspicion >= quarantine_at || record.failures >= threshold;
}

}  // namespace

std::chrono::minutes quarantine_length(int times) {
    return doubled(std::chrono::minutes(15), times, std::chrono::hours(2));
}

BuilderJudged judge_builder(const BuilderRecord& before, const SaidOfBuilder& said, int threshold) {
    const bool good = said.outcome == Outcome::OK;
    const bool blamed = said.outcome == Outcome::PACKAGEFAIL && said.peers > 0 && !said.repeats;
    const bool bad = said.counted || blamed;
    BuilderRecord record = before;
    if (said.counted) ++record.failures;
    if (good) record.failures = 0;
    if (good && before.quarantined && !said.rests) return after_good_canary(record);
    record.suspicion = add_weight(before.suspicion, weight(said));
    if (record.suspicion <= 0) record.quarantines = 0;
    if (!bad || said.rests) return {record};
    if (before.quarantined) return after_bad_canary(record, said.failed_canaries);
    return has_enough(record, threshold) ? rest(record, QuarantineStep::begin)
                                         : BuilderJudged{record};
}

BuilderJudged judge_good_elsewhere(const BuilderRecord& before) {
    BuilderRecord record = before;
    record.suspicion = add_weight(before.suspicion, weight_of_good_elsewhere);
    if (record.quarantined || record.suspicion < quarantine_at) return {record};
    return rest(record, QuarantineStep::begin);
}

BuilderJudged judge_taken_back(const BuilderRecord& before, const TakenBack& taken_back,
                               int threshold) {
    BuilderRecord record = before;
    record.suspicion = add_weight(before.suspicion, -taken_back.weight);
    if (taken_back.failure) record.failures = std::max(0, before.failures - 1);
    if (!record.quarantined) return {record};
    if (taken_back.canary) return after_good_canary(record);
    if (has_enough(record, threshold)) return {record};
    record.quarantined.reset();
    record.quarantines = std::max(0, before.quarantines - 1);
    return {record, QuarantineStep::end, {}};
}

}  // namespace buildd::policy
