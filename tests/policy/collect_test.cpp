// The table of behaviour §4, row by row.
#include "policy/collect.hpp"

#include "policy/ending.hpp"
#include "test.hpp"

using namespace buildd;
using namespace buildd::policy;

namespace {

using S = BuildState;
using namespace std::chrono_literals;

BuilderFacts frog() {
    BuilderFacts builder;
    builder.id = {4};
    builder.name = "frog";
    builder.url = "http://frog:8221/";
    return builder;
}

RunningJob job(S state = S::BUILDING) {
    RunningJob job;
    job.id = {42};
    job.build.id = {7};
    job.build.state = state;
    job.build.target = {"ubuntu", "hoary", "i386", SeriesStatus::DEVELOPMENT, Pocket::RELEASE};
    job.build.source = {{1}, "mozilla-firefox", "0.9"};
    job.dispatched = true;
    job.attempts = 1;
    return job;
}

WorkerStatus says(BuilderStatus status, const std::string& id = "7-42") {
    WorkerStatus answer;
    answer.builder_status = status;
    answer.raw_builder_status = "BuilderStatus.X";
    if (status != BuilderStatus::IDLE) answer.build_id = id;
    return answer;
}

WorkerStatus waiting(BuildStatus status, const std::string& id = "7-42") {
    WorkerStatus answer = says(BuilderStatus::WAITING, id);
    answer.build_status = status;
    answer.raw_build_status = "BuildStatus.X";
    return answer;
}

WorkerStatus building(const std::string& tail) {
    WorkerStatus answer = says(BuilderStatus::BUILDING);
    answer.logtail = tail;
    return answer;
}

CollectVerdict verdict(const WorkerStatus& status, const RunningJob& running = job(),
                       const BuilderFacts& builder = frog()) {
    return judge(running, builder, status, {});
}

void check_reset(const CollectVerdict& v, Outcome outcome, Counted counted, BuilderCall call) {
    CHECK(v.fate == JobFate::reset);
    CHECK(v.state == S::NEEDSBUILD);
    CHECK(v.outcome == outcome);
    CHECK(v.counted.job == counted.job);
    CHECK(v.counted.builder == counted.builder);
    CHECK(v.call == call);
    CHECK_FALSE(v.mail);
}

void check_finish(const CollectVerdict& v, S state, Outcome outcome, bool mail) {
    CHECK(v.fate == JobFate::finish);
    CHECK(v.state == state);
    CHECK(v.outcome == outcome);
    CHECK(v.log == LogWish::required);
    CHECK(v.store_info);
    CHECK(v.call == BuilderCall::clean);
    CHECK(v.mail == mail);
}

std::string said(const CollectVerdict& v) {
    if (!v.say) return "";
    return std::string(level_name(v.say->level)) + " " + v.say->text;
}

}  // namespace

TEST_CASE("L28 a builder that cannot be contacted leaves its job unchanged") {
    const auto v = judge(job(), frog(), Error{"frog:8221 did not answer within 30 s"}, {});
    CHECK(v.fate == JobFate::silent);
    CHECK_FALSE(v.counted.any());
    CHECK(said(v) ==
          "DEBUG Could not contact the builder http://frog:8221/, caught a (frog:8221 "
          "did not answer within 30 s)");
    RunningJob quiet = job();
    quiet.silent = 599s;
    CHECK(judge(quiet, frog(), Error{"x"}, {}).fate == JobFate::silent);
}

TEST_CASE("L06 L38 a builder silent for the contact timeout loses its job and both are counted") {
    RunningJob quiet = job();
    quiet.silent = 600s;
    const auto v = judge(quiet, frog(), Error{"x"}, {});
    check_reset(v, Outcome::SILENT, {true, true}, BuilderCall::none);
    CHECK(v.say->level == Level::WARNING);
    CHECK(v.say->text.find(" (x) ") != std::string::npos);
}

TEST_CASE("an attempt that ended in silence keeps the reason") {
    RunningJob quiet = job();
    quiet.silent = 600s;
    const auto v = fetch_failed(quiet, "frog:8221 cut its answer off", {});
    const auto ending = plan_ending(quiet, frog(), v, {}, "", "");
    CHECK(ending.edit.detail.ends_with("frog:8221 cut its answer off"));
}

TEST_CASE("L07 only a builder failed for a person loses a job that still runs") {
    BuilderFacts disabled = frog();
    disabled.ok = false;
    CHECK(verdict(building("x"), job(), disabled).fate == JobFate::keep_tail);
    disabled.failed_for_person = true;
    check_reset(verdict(building("x"), job(), disabled), Outcome::DISABLED, {}, BuilderCall::abort);
    CHECK(verdict(waiting(BuildStatus::OK), job(), disabled).fate == JobFate::take_results);
    check_finish(verdict(waiting(BuildStatus::PACKAGEFAIL), job(), disabled), S::FAILEDTOBUILD,
                 Outcome::PACKAGEFAIL, true);
}

TEST_CASE("a builder with another cookie loses our job and is rescued and counted") {
    const auto busy = verdict(says(BuilderStatus::BUILDING, "8-1"));
    check_reset(busy, Outcome::LOST, {false, true}, BuilderCall::abort);
    CHECK(busy.rescue);
    const auto done = verdict(waiting(BuildStatus::OK, "8-1"));
    check_reset(done, Outcome::LOST, {false, true}, BuilderCall::clean);
    CHECK(done.rescue);
    check_reset(verdict(says(BuilderStatus::ABORTED, "8-1")), Outcome::LOST, {false, true},
                BuilderCall::clean);
    const auto aborting = verdict(says(BuilderStatus::ABORTING, "8-1"));
    check_reset(aborting, Outcome::LOST, {false, true}, BuilderCall::none);
    CHECK_FALSE(aborting.rescue);
}

TEST_CASE("an idle builder forgot its job and both are counted") {
    const auto v = verdict(says(BuilderStatus::IDLE));
    check_reset(v, Outcome::FORGOTTEN, {true, true}, BuilderCall::none);
    CHECK(said(v) ==
          "WARNING Builder http://frog:8221/ forgot about build i386 build of "
          "mozilla-firefox 0.9 in ubuntu hoary RELEASE -- resetting buildqueue record");
}

TEST_CASE("a building builder's log tail is stored masked and as text") {
    const auto v = verdict(building("get http://a:b@c/\n\xFF"));
    CHECK(v.fate == JobFate::keep_tail);
    CHECK(v.logtail == "get http://a:***@c/\n\xEF\xBF\xBD");
    CHECK(v.call == BuilderCall::none);
}

TEST_CASE("a log tail unchanged for the stall timeout ends the attempt") {
    RunningJob stalled = job();
    stalled.logtail = "same";
    stalled.tail_unchanged = 12h - 1s;
    CHECK(verdict(building("same"), stalled).fate == JobFate::keep_tail);
    stalled.tail_unchanged = 12h;
    CHECK(verdict(building("other"), stalled).fate == JobFate::keep_tail);
    check_reset(verdict(building("same"), stalled), Outcome::STALLED, {true, true},
                BuilderCall::abort);
}

TEST_CASE("a build that runs longer than build_timeout is aborted and counted alone") {
    RunningJob long_one = job();
    CollectLimits limits;
    limits.build = 7 * 24h;
    const auto after = [&](std::chrono::seconds time, const std::string& tail) {
        long_one.building = time;
        return judge(long_one, frog(), building(tail), limits);
    };
    CHECK(after(7 * 24h - 1s, "writes on").fate == JobFate::keep_tail);
    const auto v = after(7 * 24h, "writes on");
    check_reset(v, Outcome::OVERTIME, {true, false}, BuilderCall::abort);
    CHECK(said(v) ==
          "WARNING Build i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE on "
          "http://frog:8221/ has run for 7 d 0 h, longer than build_timeout (7 d 0 h) -- aborting "
          "and resetting it");
    const auto ending = plan_ending(long_one, frog(), v, {}, "", "");
    CHECK(ending.edit.build_failures == 1);
    CHECK(ending.edit.builder_failures == 0);
    CHECK(ending.edit.detail.find("longer than build_timeout") != std::string::npos);
    CHECK(judge(long_one, frog(), waiting(BuildStatus::OK), limits).fate == JobFate::take_results);
    limits.build.reset();
    CHECK(after(1000 * 24h, "writes on").fate == JobFate::keep_tail);
}

TEST_CASE("build_timeout is the usual one or five times the longest good build or what is set") {
    const auto timeouts = *parse_build_timeouts(
        "7 d, mozilla-firefox/i386 3 h, evolution 2 d, */i386 20 d, */hppa 1 d");
    BuildFacts build = job().build;
    const auto limit = [&](const std::string& source, const std::string& tag,
                           const std::optional<std::chrono::seconds>& longest = std::nullopt) {
        build.source.name = source;
        build.target.architecture_tag = tag;
        return build_limit(timeouts, build, longest);
    };
    CHECK(limit("pmount", "amd64") == 7 * 24h);
    CHECK(limit("pmount", "amd64", 30h) == 7 * 24h);
    CHECK(limit("pmount", "amd64", 40h) == 200h);
    CHECK(limit("mozilla-firefox", "i386", 40h) == 3h);
    CHECK(limit("mozilla-firefox", "hppa") == 24h);
    CHECK(limit("evolution", "i386") == 48h);
    CHECK(limit("pmount", "i386") == 20 * 24h);
}

TEST_CASE("an aborting builder is waited for until the deadline") {
    const auto v = verdict(says(BuilderStatus::ABORTING));
    CHECK(v.fate == JobFate::keep_tail);
    CHECK(v.logtail == "Waiting for slave process to be terminated");
    CHECK(v.aborting);
    BuilderFacts stuck = frog();
    stuck.aborting = 179s;
    CHECK(verdict(says(BuilderStatus::ABORTING), job(), stuck).fate == JobFate::keep_tail);
    stuck.aborting = 180s;
    const auto over = verdict(says(BuilderStatus::ABORTING), job(), stuck);
    check_reset(over, Outcome::ABORTED, {false, true}, BuilderCall::none);
    CHECK(over.fail_builder == "Builder did not abort its job within 3 min 0 s");
}

TEST_CASE("L01 an aborted job of either generation is reset and its builder cleaned") {
    check_reset(verdict(says(BuilderStatus::ABORTED)), Outcome::ABORTED, {true, true},
                BuilderCall::clean);
    check_reset(verdict(waiting(BuildStatus::ABORTED)), Outcome::ABORTED, {true, true},
                BuilderCall::clean);
}

TEST_CASE("an unknown builder status fails the builder and resets the job") {
    WorkerStatus status = says(BuilderStatus::UNKNOWN);
    status.raw_builder_status = "BuilderStatus.RESTING";
    const auto v = verdict(status);
    check_reset(v, Outcome::LOST, {false, true}, BuilderCall::none);
    CHECK(v.fail_builder ==
          "Unknown status code (BuilderStatus.RESTING) returned from status() probe.");
    CHECK(said(v) ==
          "CRITICAL Builder on http://frog:8221/ returned unknown status "
          "BuilderStatus.RESTING, failing it");
}

TEST_CASE("an unknown build status changes nothing and needs a person") {
    const auto v = verdict(waiting(BuildStatus::UNKNOWN));
    CHECK(v.fate == JobFate::leave);
    CHECK(v.needs_person);
    CHECK(said(v) ==
          "CRITICAL Unknown BuildStatus 'BuildStatus.X' for builder "
          "'http://frog:8221/'");
}

TEST_CASE("PACKAGEFAIL makes the build FAILEDTOBUILD with mail") {
    const auto v = verdict(waiting(BuildStatus::PACKAGEFAIL));
    check_finish(v, S::FAILEDTOBUILD, Outcome::PACKAGEFAIL, true);
    CHECK_FALSE(v.counted.any());
}

TEST_CASE("DEPFAIL makes the build MANUALDEPWAIT without mail") {
    const auto v = verdict(waiting(BuildStatus::DEPFAIL));
    check_finish(v, S::MANUALDEPWAIT, Outcome::DEPFAIL, false);
    CHECK_FALSE(v.counted.any());
    CHECK(said(v) == "CRITICAL ***** frog is MANUALDEPWAIT *****");
}

TEST_CASE("CHROOTFAIL makes the build CHROOTWAIT with mail and counts the builder") {
    const auto v = verdict(waiting(BuildStatus::CHROOTFAIL));
    check_finish(v, S::CHROOTWAIT, Outcome::CHROOTFAIL, true);
    CHECK(v.counted.builder);
    CHECK_FALSE(v.counted.job);
    CHECK(said(v) == "CRITICAL ***** frog is CHROOTWAIT *****");
    CHECK(v.say->more ==
          "i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE (7) could not use the chroot "
          "that it was given");
}

TEST_CASE("BUILDERFAIL resets the job and fails the builder without cleaning it") {
    const auto v = verdict(waiting(BuildStatus::BUILDERFAIL));
    check_reset(v, Outcome::BUILDERFAIL, {true, true}, BuilderCall::none);
    CHECK(v.log == LogWish::required);
    CHECK(v.store_info);
    CHECK(v.fail_builder == "Builder returned BUILDERFAIL when asked for its status");
    CHECK(said(v) == "WARNING ***** frog has failed *****");
}

TEST_CASE("GIVENBACK resets the job to wait a while and cleans the builder") {
    const auto v = verdict(waiting(BuildStatus::GIVENBACK));
    check_reset(v, Outcome::GIVENBACK, {}, BuilderCall::clean);
    CHECK(v.log == LogWish::required);
    CHECK(v.store_info);
    CHECK(v.giveback);
    CHECK(said(v) == "WARNING ***** 7-42 is GIVENBACK by frog *****");
}

TEST_CASE("OK means that results are to be taken in") {
    CHECK(verdict(waiting(BuildStatus::OK)).fate == JobFate::take_results);
}

TEST_CASE("L37 a cancelled job is aborted and ends CANCELLED whatever the builder says") {
    const RunningJob cancelling = job(S::CANCELLING);
    CHECK(verdict(building("x"), cancelling).fate == JobFate::ask_abort);
    RunningJob asked = cancelling;
    asked.abort_requested = 10s;
    CHECK(verdict(building("x"), asked).fate == JobFate::ask_abort);  // it never heard of it
    CHECK(verdict(says(BuilderStatus::ABORTING), asked).fate == JobFate::keep_tail);
    const auto idle = verdict(says(BuilderStatus::IDLE), asked);
    CHECK(idle.fate == JobFate::finish);
    CHECK(idle.state == S::CANCELLED);
    CHECK(idle.call == BuilderCall::none);
    for (const auto status : {BuildStatus::OK, BuildStatus::PACKAGEFAIL, BuildStatus::ABORTED,
                              BuildStatus::BUILDERFAIL, BuildStatus::UNKNOWN}) {
        const auto v = verdict(waiting(status), cancelling);
        CHECK(v.fate == JobFate::finish);
        CHECK(v.state == S::CANCELLED);
        CHECK(v.log == LogWish::wanted);
        CHECK(v.call == BuilderCall::clean);
        CHECK_FALSE(v.mail);
    }
    CHECK(verdict(says(BuilderStatus::ABORTED), asked).state == S::CANCELLED);
}

TEST_CASE("a cancelled job that is not aborted in time is CANCELLED and its builder failed") {
    RunningJob asked = job(S::CANCELLING);
    asked.abort_requested = 180s;
    for (const auto& status : {building("x"), says(BuilderStatus::ABORTING)}) {
        const auto v = verdict(status, asked);
        CHECK(v.fate == JobFate::finish);
        CHECK(v.state == S::CANCELLED);
        CHECK(v.fail_builder.has_value());
        CHECK(v.counted.builder);
        CHECK_FALSE(v.counted.job);
    }
}

TEST_CASE("a cancelled job is never built again when its builder is lost or silent") {
    RunningJob quiet = job(S::CANCELLING);
    quiet.silent = 600s;
    for (const auto& v :
         {judge(quiet, frog(), Error{"x"}, {}), verdict(says(BuilderStatus::UNKNOWN), quiet),
          verdict(says(BuilderStatus::BUILDING, "8-1"), quiet)}) {
        CHECK(v.fate == JobFate::finish);
        CHECK(v.state == S::CANCELLED);
        CHECK_FALSE(v.counted.job);
    }
}

TEST_CASE("L29 a build that is FULLYBUILT already stays so whatever the builder says") {
    const RunningJob built = job(S::FULLYBUILT);
    CHECK(verdict(waiting(BuildStatus::OK), built).fate == JobFate::take_results);
    for (const auto& status : {says(BuilderStatus::IDLE), waiting(BuildStatus::PACKAGEFAIL),
                               waiting(BuildStatus::GIVENBACK), says(BuilderStatus::ABORTED)}) {
        const auto v = verdict(status, built);
        CHECK(v.fate == JobFate::finish);
        CHECK(v.state == S::FULLYBUILT);
        CHECK_FALSE(v.store_info);
        CHECK_FALSE(v.mail);
        CHECK_FALSE(v.counted.job);
    }
}

TEST_CASE("a log or result that cannot be fetched leaves the job until the contact timeout") {
    const auto v = fetch_failed(job(), "frog:8221 cut its answer off", {});
    CHECK(v.fate == JobFate::silent);
    RunningJob quiet = job();
    quiet.silent = 600s;
    check_reset(fetch_failed(quiet, "x", {}), Outcome::SILENT, {true, true}, BuilderCall::clean);
}

TEST_CASE("fetching that the end of a pass cuts is gone on with until transfer_timeout") {
    const auto halted = [](std::chrono::seconds spent, bool cut, RunningJob it = job()) {
        return fetch_halted(it, {spent, cut, "1 MiB of 3 GiB are there"}, {});
    };
    CHECK(halted(1799s, true).fate == JobFate::leave);
    CHECK_FALSE(halted(1799s, true).say);
    CHECK(halted(1799s, false).fate == JobFate::silent);
    for (const bool cut : {true, false}) {
        const auto v = halted(1800s, cut);
        check_reset(v, Outcome::SILENT, {true, true}, BuilderCall::clean);
        CHECK(v.say->level == Level::WARNING);
        CHECK(
            v.say->text.ends_with("were not fetched within transfer_timeout (30 min 0 s): 1 MiB "
                                  "of 3 GiB are there"));
    }
    RunningJob quiet = job();
    quiet.silent = 600s;
    CHECK(halted(0s, true, quiet).fate == JobFate::leave);
    CHECK(halted(0s, false, quiet).fate == JobFate::reset);
    quiet.build.state = S::FULLYBUILT;
    for (const auto& v : {halted(0s, false, quiet), halted(1800s, true, quiet)}) {
        CHECK(v.fate == JobFate::finish);
        CHECK(v.state == S::FULLYBUILT);
        CHECK_FALSE(v.counted.job);
    }
}

TEST_CASE("the end of an attempt carries counts and final state into one edit") {
    RunningJob running = job();
    running.build.failure_count = 1;
    BuilderFacts builder = frog();
    builder.failure_count = 2;
    const auto ending =
        plan_ending(running, builder, verdict(says(BuilderStatus::ABORTED)), {}, "", "");
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
        CHECK(plan_ending(job(), builder, verdict(waiting(status)), {}, "", "")
                  .edit.builder_failures == 4);
    CollectVerdict ok;
    ok.fate = JobFate::finish;
    ok.state = S::UPLOADING;
    ok.outcome = Outcome::OK;
    CHECK(plan_ending(job(), builder, ok, {}, "", "").edit.builder_failures == 0);
}

TEST_CASE("a build at its threshold is FAILEDTOBUILD with mail that says why") {
    RunningJob running = job();
    running.build.failure_count = 2;
    BuilderFacts builder = frog();
    builder.failure_count = 1;
    const auto ending =
        plan_ending(running, builder, verdict(says(BuilderStatus::IDLE)), {}, "", "");
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
    CollectVerdict unstarted;
    unstarted.fate = JobFate::reset;
    unstarted.outcome = Outcome::UNSTARTED;
    const auto rest = [&](int failures) {
        RunningJob running = job();
        running.build.failure_count = failures;
        return plan_ending(running, frog(), unstarted, {}, "", "").edit.rest_for;
    };
    CHECK(rest(0) == std::nullopt);
    unstarted.counted.builder = true;
    CHECK(rest(0) == std::nullopt);  // the builder waits
    unstarted.counted.job = true;
    CHECK(rest(0) == 1min);
    CHECK(rest(1) == 1min);
    CHECK(rest(2) == std::nullopt);  // given up
    unstarted.start_again = true;    // longer
    CHECK(rest(0) == std::nullopt);
}

TEST_CASE("CHROOTFAIL of a build that nobody asked to be tried again is told once") {
    const auto failed = verdict(waiting(BuildStatus::CHROOTFAIL));
    Past past;
    CHECK(plan_ending(job(), frog(), failed, {}, "", "", past).mail);
    past.chroot_failed = true;
    const auto again = plan_ending(job(), frog(), failed, {}, "", "", past);
    CHECK(again.edit.to == S::CHROOTWAIT);
    CHECK_FALSE(again.mail);
    CHECK(plan_ending(job(), frog(), verdict(waiting(BuildStatus::PACKAGEFAIL)), {}, "", "", past)
              .mail);
}

TEST_CASE("a build that has ended is not given up and what happened is told in its own words") {
    RunningJob running = job();
    running.build.failure_count = 2;
    CollectVerdict ended;
    ended.fate = JobFate::finish;
    ended.state = S::SUPERSEDED;
    ended.counted.job = true;
    CHECK(plan_ending(running, frog(), ended, {}, "", "").edit.to == S::SUPERSEDED);
    CollectVerdict reset;
    reset.fate = JobFate::reset;
    reset.counted.job = true;
    CHECK(plan_ending(running, frog(), reset, {}, "", "").edit.to == S::FAILEDTOBUILD);
}

TEST_CASE("L43 a builder at its threshold is put in quarantine and the job goes on") {
    BuilderFacts builder = frog();
    builder.failure_count = 4;
    const auto failed = verdict(waiting(BuildStatus::BUILDERFAIL));
    auto ending = plan_ending(job(), builder, failed, {}, "", "");
    CHECK(ending.edit.to == S::NEEDSBUILD);
    CHECK_FALSE(ending.gave_up_builder);
    REQUIRE(ending.edit.failure.has_value());
    CHECK(ending.edit.failure->retry_in == 1min);
    CHECK(ending.edit.suspicion.rest == 15min);
    CHECK(ending.edit.suspicion.reason ==
          "too much speaks against it; the last: Builder returned BUILDERFAIL when asked for its "
          "status");
    builder.quarantined = 24h;
    CHECK_FALSE(plan_ending(job(), builder, failed, {}, "", "").gave_up_builder);
    Past past;
    past.failed_canaries = {3, 24h};
    ending = plan_ending(job(), builder, failed, {}, "", "", past);
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
    const auto failed = verdict(waiting(BuildStatus::PACKAGEFAIL));
    CHECK(plan_ending(job(), builder, failed, {}, "", "").edit.to == S::FAILEDTOBUILD);
    builder.suspicion = 2.1;
    auto ending = plan_ending(job(), builder, failed, {}, "", "");
    CHECK(ending.edit.to == S::NEEDSBUILD);
    CHECK(ending.edit.ask_again);
    CHECK_FALSE(ending.mail);
    CHECK(ending.edit.build_failures == 0);
    CHECK(ending.edit.detail ==
          "Asked again elsewhere before it is believed, for much speaks against frog");
    Past past;
    past.unfit_peers = 2;
    CHECK(plan_ending(job(), builder, failed, {}, "", "", past).edit.to == S::FAILEDTOBUILD);
    past.unfit_peers = 1;
    CHECK(plan_ending(job(), builder, failed, {}, "", "", past).edit.ask_again);
    past.asked_again = true;
    ending = plan_ending(job(), builder, failed, {}, "", "", past);
    CHECK(ending.edit.to == S::FAILEDTOBUILD);
    CHECK(ending.mail);
    builder.peers = 0;
    CHECK(plan_ending(job(), builder, failed, {}, "", "").edit.to == S::FAILEDTOBUILD);
}

TEST_CASE("a build that three builders failed is given up and none of them blamed by the last") {
    Past past;
    past.other_builders = 2;
    BuilderFacts builder = frog();
    builder.peers = 5;
    builder.failure_count = 1;
    const auto failed = verdict(waiting(BuildStatus::BUILDERFAIL));
    const auto ending = plan_ending(job(), builder, failed, {}, "", "", past);
    CHECK(ending.gave_up_build);
    CHECK(ending.edit.builder_failures == 1);
    CHECK(ending.edit.weight == 0);
    past.other_builders = 1;
    CHECK_FALSE(plan_ending(job(), builder, failed, {}, "", "", past).gave_up_build);
}

TEST_CASE("a builder that a person disabled keeps that person's reason") {
    BuilderFacts builder = frog();
    builder.ok = false;
    builder.failed_for_person = true;
    builder.failure_count = 9;
    const auto ending =
        plan_ending(job(), builder, verdict(waiting(BuildStatus::BUILDERFAIL)), {}, "", "");
    CHECK_FALSE(ending.edit.failure.has_value());
    CHECK_FALSE(ending.gave_up_builder);
}

TEST_CASE("a job given back waits longer each time and at the fifth for a person") {
    RunningJob running = job();
    const auto ending = [&](int times) {
        running.givenback = times;
        return plan_ending(running, frog(), verdict(waiting(BuildStatus::GIVENBACK), running), {},
                           "", "");
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
