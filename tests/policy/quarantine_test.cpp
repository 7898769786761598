// Which builders rest, for how long, and what their canaries decide, value by value.
#include "policy/quarantine.hpp"

#include "test.hpp"

using namespace buildd;
using namespace buildd::policy;
using namespace std::chrono_literals;

namespace {

using Step = QuarantineStep;

const SaidOfBuilder good{Outcome::OK, false, false, 2};
const SaidOfBuilder builder_failed{Outcome::BUILDERFAIL, true, false, 2};
const SaidOfBuilder package_failed{Outcome::PACKAGEFAIL, false, false, 2};
const SaidOfBuilder dependencies_lacked{Outcome::DEPFAIL, false, false, 2};

BuilderJudged judge(const BuilderRecord& before, const SaidOfBuilder& said) {
    return judge_builder(before, said, 5);
}

// One that rested and was given its canary, `quarantined` after its first quarantine began.
BuilderRecord resting(int times = 1, std::chrono::seconds quarantined = 15min) {
    return {9.0, 3, times, quarantined};
}

}  // namespace

TEST_CASE("a quarantine is a quarter of an hour and twice as long each time up to two hours") {
    CHECK(quarantine_length(1) == 15min);
    CHECK(quarantine_length(2) == 30min);
    CHECK(quarantine_length(3) == 1h);
    CHECK(quarantine_length(4) == 2h);
    CHECK(quarantine_length(1'000'000) == 2h);
}

TEST_CASE("a builder rests once enough speaks against it") {
    BuilderRecord record;
    auto judged = judge(record, builder_failed);
    CHECK(judged.record == BuilderRecord{3.0, 1, 0, std::nullopt});
    CHECK(judged.step == Step::none);
    judged = judge(judge(judged.record, builder_failed).record, builder_failed);
    CHECK(judged.step == Step::begin);
    CHECK(judged.rest == 15min);
    CHECK(judged.record == BuilderRecord{9.0, 3, 1, 0s});
}

TEST_CASE("as many counted failures in a row as the threshold are a quarantine") {
    SaidOfBuilder same_source = builder_failed;
    same_source.source_counted = true;
    BuilderRecord record{3.0, 3, 0, std::nullopt};
    CHECK(judge(record, same_source).step == Step::none);
    record.failures = 4;
    CHECK(judge(record, same_source).step == Step::begin);
    CHECK(judge(record, package_failed).record.failures == 4);
    CHECK(judge(record, dependencies_lacked).record.failures == 4);
    CHECK(judge(record, good).record.failures == 0);
}

TEST_CASE("a good canary ends a quarantine and leaves a suspect") {
    const auto judged = judge(resting(2), good);
    CHECK(judged.step == Step::end);
    CHECK_FALSE(judged.record.quarantined.has_value());
    CHECK(judged.record.failures == 0);
    CHECK(is_suspect(judged.record.suspicion));
    CHECK(judge(judged.record, builder_failed).step == Step::begin);
    CHECK(judge(judged.record, builder_failed).rest == 1h);
}

TEST_CASE("a builder above all suspicion begins with the short quarantine again") {
    BuilderRecord record = judge(resting(3), good).record;
    for (int i = 0; i < 7; ++i) record = judge(record, good).record;
    CHECK(record == BuilderRecord{});
}

TEST_CASE("a failed canary rests longer and after a day of them a person must look") {
    CHECK(judge(resting(), builder_failed).step == Step::again);
    CHECK(judge(resting(), builder_failed).rest == 30min);
    CHECK(judge(resting(), package_failed).step == Step::again);
    const auto after = [](SaidOfBuilder said, FailedCanaries failed) {
        said.failed_canaries = failed;
        return judge(resting(9, 50h), said).step;
    };
    CHECK(after(builder_failed, {12, 23h}) == Step::again);
    CHECK(after(builder_failed, {12, 24h}) == Step::for_person);
    CHECK(after(package_failed, {3, 24h}) == Step::for_person);
    CHECK(after(good, {12, 24h}) == Step::end);
}

TEST_CASE("a day without work is no day of failed canaries") {
    CHECK(judge(resting(1, 72h), builder_failed).step == Step::again);
    SaidOfBuilder second = builder_failed;
    second.failed_canaries = {2, 72h};
    CHECK(judge(resting(2, 144h), second).step == Step::again);
}

TEST_CASE("a canary that says nothing of its builder is followed by another") {
    const auto judged = judge(resting(), dependencies_lacked);
    CHECK(judged.step == Step::none);
    CHECK(judged.record == resting());
    SaidOfBuilder alone = package_failed;
    alone.peers = 0;
    CHECK(judge(resting(), alone).step == Step::none);
    SaidOfBuilder second = package_failed;
    second.repeats = true;
    CHECK(judge(resting(), second).step == Step::none);
}

TEST_CASE("a job that was begun before the quarantine is no canary") {
    SaidOfBuilder earlier = builder_failed;
    earlier.rests = true;
    CHECK(judge(resting(), earlier).step == Step::none);
    CHECK(judge(resting(), earlier).record.suspicion == 12.0);
    earlier = good;
    earlier.rests = true;
    CHECK(judge(resting(), earlier).step == Step::none);
}

TEST_CASE("a job that ends well elsewhere speaks against a builder but not twice for its rest") {
    CHECK(judge_good_elsewhere({3.0, 1, 0, std::nullopt}).step == Step::none);
    const auto judged = judge_good_elsewhere({4.0, 1, 0, std::nullopt});
    CHECK(judged.step == Step::begin);
    CHECK(judged.record.suspicion == 7.0);
    CHECK(judge_good_elsewhere(resting()).step == Step::none);
    CHECK(judge_good_elsewhere(resting()).record.quarantines == 1);
}

TEST_CASE("what was no fault of a builder is taken back and its quarantine with it") {
    const auto judged = judge_taken_back(resting(), {3.0, true, false}, 5);
    CHECK(judged.step == Step::end);
    CHECK(judged.record == BuilderRecord{6.0, 2, 0, std::nullopt});
    CHECK(judge_taken_back({20.0, 3, 1, 1h}, {3.0, true, false}, 5).step == Step::none);
    CHECK(judge_taken_back({6.0, 6, 1, 1h}, {3.0, true, false}, 5).step == Step::none);
    CHECK(judge_taken_back({1.0, 0, 0, std::nullopt}, {3.0, true, false}, 5).record ==
          BuilderRecord{});
}

TEST_CASE("a canary's PACKAGEFAIL that is said elsewhere too was a good canary") {
    const auto judged = judge_taken_back({20.0, 0, 2, 1h}, {2.1, false, true}, 5);
    CHECK(judged.step == Step::end);
    CHECK(is_suspect(judged.record.suspicion));
    CHECK(judged.record.suspicion < quarantine_at);
}
