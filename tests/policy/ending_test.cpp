// The edit that ends an attempt, value by value.
#include "policy/ending.hpp"

#include "policy/collect_facts.hpp"
#include "policy/collect_fetch.hpp"

using namespace buildd;
using namespace buildd::policy;

namespace {

using S = BuildState;
using namespace std::chrono_literals;

}  // namespace

TEST_CASE("an attempt that ended in silence keeps the reason") {
    RunningJob quiet = job();
    quiet.silent = 600s;
    const auto ending = plan_ending(
        quiet, frog(), end_of(unanswered(quiet, "frog:8221 cut its answer off")), {}, "");
    CHECK(ending.edit.detail.ends_with("(frog:8221 cut its answer off) -- resetting it"));
}

TEST_CASE("the end of an attempt carries counts and final state into one edit") {
    RunningJob running = job();
    running.build.failure_count = 1;
    BuilderFacts builder = frog();
    builder.failure_count = 2;
    const auto ending = plan_ending(running, builder, ended(says(BuilderStatus::ABORTED)), {}, "");
    CHECK(ending.edit.cookie.text() == "7-42");
    CHECK(ending.edit.from == S::BUILDING);
    CHECK(ending.edit.to == S::NEEDSBUILD);
    CHECK(ending.edit.build_failures_before == 1);
    CHECK(ending.edit.build_failures == 2);
    CHECK(ending.edit.builder_failures_before == 2);
    CHECK(ending.edit.builder_failures == 3);
    CHECK_FALSE(ending.edit.failure.has_value());
    CHECK_FALSE(ending.mail);
}

TEST_CASE("L25 an attempt that ends OK zeroes the builder's count and no other end does") {
    BuilderFacts builder = frog();
    builder.failure_count = 4;
    for (const auto status :
         {BuildStatus::PACKAGEFAIL, BuildStatus::DEPFAIL, BuildStatus::GIVENBACK})
        CHECK(plan_ending(job(), builder, ended(waiting(status)), {}, "").edit.builder_failures ==
              4);
    CHECK(plan_ending(job(), builder, results_taken("leaf"), {}, "").edit.builder_failures == 0);
}

TEST_CASE("a build at its threshold is FAILEDTOBUILD with mail that says why") {
    RunningJob running = job();
    running.build.failure_count = 2;
    BuilderFacts builder = frog();
    builder.failure_count = 1;
    const auto ending = plan_ending(running, builder, ended(says(BuilderStatus::IDLE)), {}, "");
    CHECK(ending.edit.to == S::FAILEDTOBUILD);
    CHECK(ending.mail);
    CHECK(ending.edit.store_info);
    CHECK(ending.edit.builder_failures == 1);
    CHECK_FALSE(ending.edit.counted_builder);
    CHECK_FALSE(ending.edit.suspicion.changes());
    CHECK(ending.edit.detail.find("Given up after 3 counted failures; the last: Builder "
                                  "http://frog:8221/ forgot") == 0);
}

TEST_CASE("a start that is counted against its job is followed by a minute's rest of it") {
    EndAttempt unstarted = reset_job(Outcome::UNSTARTED, {});
    const auto rest = [&](int failures) {
        RunningJob running = job();
        running.build.failure_count = failures;
        return plan_ending(running, frog(), unstarted, {}, "").edit.rest_for;
    };
    CHECK(rest(0) == std::nullopt);
    unstarted.counted.builder = true;
    CHECK(rest(0) == std::nullopt);  // the builder waits
    unstarted.counted.job = true;
    CHECK(rest(0) == 1min);
    CHECK(rest(1) == 1min);
    CHECK(rest(2) == std::nullopt);       // given up
    unstarted.again = Again::start_late;  // longer
    CHECK(rest(0) == std::nullopt);
}

TEST_CASE("CHROOTFAIL of a build that nobody asked to be tried again is told once") {
    const auto failed = ended(waiting(BuildStatus::CHROOTFAIL));
    Past past;
    CHECK(plan_ending(job(), frog(), failed, {}, "", past).mail);
    past.chroot_failed = true;
    const auto again = plan_ending(job(), frog(), failed, {}, "", past);
    CHECK(again.edit.to == S::CHROOTWAIT);
    CHECK_FALSE(again.mail);
    CHECK(plan_ending(job(), frog(), ended(waiting(BuildStatus::PACKAGEFAIL)), {}, "", past).mail);
}

TEST_CASE("a build that has ended is not given up and what happened is told in its own words") {
    RunningJob running = job();
    running.build.failure_count = 2;
    EndAttempt superseded = finish_build(S::SUPERSEDED, Outcome::SUPERSEDED);
    superseded.counted.job = true;
    CHECK(plan_ending(running, frog(), superseded, {}, "").edit.to == S::SUPERSEDED);
    const EndAttempt reset = reset_job(Outcome::FORGOTTEN, {true, false});
    CHECK(plan_ending(running, frog(), reset, {}, "").edit.to == S::FAILEDTOBUILD);
}

TEST_CASE("L43 a builder at its threshold is put in quarantine and the job goes on") {
    BuilderFacts builder = frog();
    builder.failure_count = 4;
    const auto failed = ended(waiting(BuildStatus::BUILDERFAIL));
    auto ending = plan_ending(job(), builder, failed, {}, "");
    CHECK(ending.edit.to == S::NEEDSBUILD);
    CHECK_FALSE(ending.gave_up_builder);
    REQUIRE(ending.edit.failure.has_value());
    CHECK(ending.edit.failure->retry_in == 1min);
    CHECK(ending.edit.suspicion.rest == 15min);
    CHECK(ending.edit.suspicion.reason ==
          "too much speaks against it; the last: Builder returned BUILDERFAIL when asked for its "
          "status");
    builder.quarantined = 24h;
    CHECK_FALSE(plan_ending(job(), builder, failed, {}, "").gave_up_builder);
    Past past;
    past.failed_canaries = {3, 24h};
    ending = plan_ending(job(), builder, failed, {}, "", past);
    CHECK(ending.gave_up_builder);
    REQUIRE(ending.edit.failure.has_value());
    CHECK_FALSE(ending.edit.failure->retry_in.has_value());
    CHECK(ending.edit.failure->disabled_by == given_up_by);
    CHECK(ending.edit.failure->notes ==
          "In quarantine for a day, and each job that it was given to try failed; the last: "
          "Builder returned BUILDERFAIL when asked for its status");
}

TEST_CASE("a suspect's PACKAGEFAIL is told only when another builder says so too") {
    BuilderFacts builder = frog();
    builder.peers = 2;
    const auto failed = ended(waiting(BuildStatus::PACKAGEFAIL));
    CHECK(plan_ending(job(), builder, failed, {}, "").edit.to == S::FAILEDTOBUILD);
    builder.suspicion = 2.1;
    auto ending = plan_ending(job(), builder, failed, {}, "");
    CHECK(ending.edit.to == S::NEEDSBUILD);
    CHECK(ending.edit.ask_again);
    CHECK_FALSE(ending.mail);
    CHECK(ending.edit.build_failures == 0);
    CHECK(ending.edit.detail ==
          "Asked again elsewhere before it is believed, for much speaks against frog");
    Past past;
    past.unfit_peers = 2;
    CHECK(plan_ending(job(), builder, failed, {}, "", past).edit.to == S::FAILEDTOBUILD);
    past.unfit_peers = 1;
    CHECK(plan_ending(job(), builder, failed, {}, "", past).edit.ask_again);
    past.asked_again = true;
    ending = plan_ending(job(), builder, failed, {}, "", past);
    CHECK(ending.edit.to == S::FAILEDTOBUILD);
    CHECK(ending.mail);
    builder.peers = 0;
    CHECK(plan_ending(job(), builder, failed, {}, "").edit.to == S::FAILEDTOBUILD);
}

TEST_CASE("a build that three builders failed is given up and none of them blamed by the last") {
    Past past;
    past.other_builders = 2;
    BuilderFacts builder = frog();
    builder.peers = 5;
    builder.failure_count = 1;
    const auto failed = ended(waiting(BuildStatus::BUILDERFAIL));
    const auto ending = plan_ending(job(), builder, failed, {}, "", past);
    CHECK(ending.gave_up_build);
    CHECK(ending.edit.builder_failures == 1);
    CHECK(ending.edit.weight == 0);
    past.other_builders = 1;
    CHECK_FALSE(plan_ending(job(), builder, failed, {}, "", past).gave_up_build);
}

TEST_CASE("a builder that a person disabled keeps that person's reason") {
    BuilderFacts builder = frog();
    builder.ok = false;
    builder.failed_for_person = true;
    builder.failure_count = 9;
    const auto ending =
        plan_ending(job(), builder, ended(waiting(BuildStatus::BUILDERFAIL)), {}, "");
    CHECK_FALSE(ending.edit.failure.has_value());
    CHECK_FALSE(ending.gave_up_builder);
}

TEST_CASE("a job given back waits longer each time and at the fifth for a person") {
    RunningJob running = job();
    const auto ending = [&](int times) {
        running.givenback = times;
        return plan_ending(running, frog(), ended(waiting(BuildStatus::GIVENBACK), running), {},
                           "");
    };
    CHECK(ending(0).edit.give_back_for == 5min);
    CHECK(ending(1).edit.give_back_for == 1h);
    CHECK(ending(2).edit.give_back_for == 2h);
    CHECK(ending(3).edit.give_back_for == 4h);
    CHECK_FALSE(ending(3).edit.for_person);
    CHECK_FALSE(ending(3).left_to_person);
    CHECK(ending(4).edit.for_person);
    CHECK(ending(4).left_to_person);
    CHECK(ending(4).edit.to == S::NEEDSBUILD);
    CHECK(ending(40).edit.for_person);
}

TEST_CASE("an end is judged by the past only where it says something of builder or package") {
    const auto ok = results_taken("leaf");
    const auto failed = ended(waiting(BuildStatus::PACKAGEFAIL));
    CHECK_FALSE(needs_past(frog(), ok));
    CHECK(needs_past(frog(), failed));
    CHECK(needs_past(frog(), ended(says(BuilderStatus::IDLE))));
    CHECK_FALSE(needs_past(frog(), ended(waiting(BuildStatus::GIVENBACK))));
    BuilderFacts builder = frog();
    builder.suspicion = 0.1;
    CHECK(needs_past(builder, ok));
    builder = frog();
    builder.failure_count = 1;
    CHECK(needs_past(builder, ok));
    builder = frog();
    builder.quarantined = 0s;
    CHECK(needs_past(builder, ok));
}

TEST_CASE("BUILDERFAIL is evidence of a fetch that fails where its log's end says so") {
    const std::string fetched = "E: Failed to fetch http://archive/pool/x.deb";
    AttemptEnd edit;
    edit.outcome = Outcome::BUILDERFAIL;
    add_evidence(edit, fetched);
    CHECK(edit.on_fetch);
    CHECK(edit.to_judge);
    add_evidence(edit, "");
    CHECK_FALSE(edit.on_fetch);
    edit.outcome = Outcome::PACKAGEFAIL;
    add_evidence(edit, fetched);
    CHECK_FALSE(edit.on_fetch);
}
