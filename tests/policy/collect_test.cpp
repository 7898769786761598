// The table of behaviour §4, row by row.
#include "policy/collect.hpp"

#include "policy/collect_facts.hpp"
#include "policy/ending.hpp"

using namespace buildd;
using namespace buildd::policy;

namespace {

using S = BuildState;
using namespace std::chrono_literals;

}  // namespace

TEST_CASE("L28 a builder that cannot be contacted leaves its job unchanged") {
    const auto decision = unanswered(job(), "frog:8221 did not answer within 30 s");
    REQUIRE(is<NoContact>(decision));
    CHECK(logged(std::get<NoContact>(decision).line) ==
          "DEBUG Could not contact the builder http://frog:8221/, caught a (frog:8221 "
          "did not answer within 30 s)");
    RunningJob quiet = job();
    quiet.silent = 599s;
    CHECK(is<NoContact>(unanswered(quiet)));
}

TEST_CASE("L06 L38 a builder silent for the contact timeout loses its job and both are counted") {
    RunningJob quiet = job();
    quiet.silent = 600s;
    const auto end = end_of(unanswered(quiet));
    check_reset(end, Outcome::SILENT, {true, true}, Freeing::none);
    CHECK(end.line->level == Level::WARNING);
    CHECK(end.line->text.find(" (x) ") != std::string::npos);
}

TEST_CASE("L07 only a builder failed for a person loses a job that still runs") {
    BuilderFacts disabled = frog();
    disabled.ok = false;
    CHECK(is<StillRunning>(decided(building("x"), job(), disabled)));
    disabled.failed_for_person = true;
    check_reset(ended(building("x"), job(), disabled), Outcome::DISABLED, {}, Freeing::abort);
    CHECK(is<FetchResults>(decided(waiting(BuildStatus::OK), job(), disabled)));
    check_finish(ended(waiting(BuildStatus::PACKAGEFAIL), job(), disabled), S::FAILEDTOBUILD,
                 Outcome::PACKAGEFAIL, true);
}

TEST_CASE("a builder with another cookie loses our job and is rescued and counted") {
    for (const auto& lost : {says(BuilderStatus::BUILDING, "8-1"), waiting(BuildStatus::OK, "8-1"),
                             says(BuilderStatus::ABORTED, "8-1")})
        check_reset(ended(lost), Outcome::LOST, {false, true}, Freeing::rescue);
    check_reset(ended(says(BuilderStatus::ABORTING, "8-1")), Outcome::LOST, {false, true},
                Freeing::none);
}

TEST_CASE("an idle builder forgot its job and both are counted") {
    const auto v = ended(says(BuilderStatus::IDLE));
    check_reset(v, Outcome::FORGOTTEN, {true, true}, Freeing::none);
    CHECK(logged(v) ==
          "WARNING Builder http://frog:8221/ forgot about build i386 build of "
          "mozilla-firefox 0.9 in ubuntu hoary RELEASE -- resetting buildqueue record");
}

TEST_CASE("a building builder's log tail is stored masked and as text") {
    const auto decision = decided(building("get http://a:b@c/\n\xFF"));
    REQUIRE(is<StillRunning>(decision));
    CHECK(std::get<StillRunning>(decision).logtail == "get http://a:***@c/\n\xEF\xBF\xBD");
    CHECK_FALSE(is_aborting(decision));
}

TEST_CASE("a log tail unchanged for the stall timeout ends the attempt") {
    RunningJob stalled = job();
    stalled.logtail = "same";
    stalled.tail_unchanged = 12h - 1s;
    CHECK(is<StillRunning>(decided(building("same"), stalled)));
    stalled.tail_unchanged = 12h;
    CHECK(is<StillRunning>(decided(building("other"), stalled)));
    check_reset(ended(building("same"), stalled), Outcome::STALLED, {true, true}, Freeing::abort);
}

TEST_CASE("a build that runs longer than build_timeout is aborted and counted alone") {
    RunningJob long_one = job();
    CollectLimits limits;
    limits.build = 7 * 24h;
    const auto after = [&](std::chrono::seconds time, const std::string& tail) {
        long_one.building = time;
        return decide_collect(long_one, frog(), building(tail), limits);
    };
    CHECK(is<StillRunning>(after(7 * 24h - 1s, "writes on")));
    const auto v = end_of(after(7 * 24h, "writes on"));
    check_reset(v, Outcome::OVERTIME, {true, false}, Freeing::abort);
    CHECK(logged(v) ==
          "WARNING Build i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE on "
          "http://frog:8221/ has run for 7 d 0 h, longer than build_timeout (7 d 0 h) -- aborting "
          "and resetting it");
    const auto ending = plan_ending(long_one, frog(), v, {}, "");
    CHECK(ending.edit.build_failures == 1);
    CHECK(ending.edit.builder_failures == 0);
    CHECK(ending.edit.detail.find("longer than build_timeout") != std::string::npos);
    CHECK(is<FetchResults>(decide_collect(long_one, frog(), waiting(BuildStatus::OK), limits)));
    limits.build.reset();
    CHECK(is<StillRunning>(after(1000 * 24h, "writes on")));
}

TEST_CASE("an aborting builder is waited for until the deadline") {
    const auto decision = decided(says(BuilderStatus::ABORTING));
    REQUIRE(is<StillRunning>(decision));
    CHECK(std::get<StillRunning>(decision).logtail == "Waiting for slave process to be terminated");
    CHECK(is_aborting(decision));
    BuilderFacts stuck = frog();
    stuck.aborting = 179s;
    CHECK(is<StillRunning>(decided(says(BuilderStatus::ABORTING), job(), stuck)));
    stuck.aborting = 180s;
    const auto over = ended(says(BuilderStatus::ABORTING), job(), stuck);
    check_reset(over, Outcome::ABORTED, {false, true}, Freeing::none);
    CHECK(over.fail_builder == "Builder did not abort its job within 3 min 0 s");
}

TEST_CASE("L01 an aborted job of either generation is reset and its builder cleaned") {
    check_reset(ended(says(BuilderStatus::ABORTED)), Outcome::ABORTED, {true, true},
                Freeing::clean);
    check_reset(ended(waiting(BuildStatus::ABORTED)), Outcome::ABORTED, {true, true},
                Freeing::clean);
}

TEST_CASE("an unknown builder status fails the builder and resets the job") {
    WorkerStatus status = says(BuilderStatus::UNKNOWN);
    status.raw_builder_status = "BuilderStatus.RESTING";
    const auto v = ended(status);
    check_reset(v, Outcome::LOST, {false, true}, Freeing::none);
    CHECK(v.fail_builder ==
          "Unknown status code (BuilderStatus.RESTING) returned from status() probe.");
    CHECK(logged(v) ==
          "CRITICAL Builder on http://frog:8221/ returned unknown status "
          "BuilderStatus.RESTING, failing it");
}

TEST_CASE("L37 a cancelled job is aborted and ends CANCELLED whatever the builder says") {
    const RunningJob cancelling = job(S::CANCELLING);
    CHECK(is<RequestAbort>(decided(building("x"), cancelling)));
    RunningJob asked = cancelling;
    asked.abort_requested = 10s;
    CHECK(is<RequestAbort>(decided(building("x"), asked)));  // it never heard of it
    CHECK(is_aborting(decided(says(BuilderStatus::ABORTING), asked)));
    const auto idle = ended(says(BuilderStatus::IDLE), asked);
    CHECK(idle.state == S::CANCELLED);
    CHECK(idle.freeing == Freeing::none);
    for (const auto status : {BuildStatus::OK, BuildStatus::PACKAGEFAIL, BuildStatus::ABORTED,
                              BuildStatus::BUILDERFAIL, BuildStatus::UNKNOWN}) {
        const auto v = ended(waiting(status), cancelling);
        CHECK(v.state == S::CANCELLED);
        CHECK(v.log == LogNeed::wanted);
        CHECK(v.freeing == Freeing::clean);
        CHECK_FALSE(v.mail);
    }
    CHECK(ended(says(BuilderStatus::ABORTED), asked).state == S::CANCELLED);
}

TEST_CASE("a cancelled job that is not aborted in time is CANCELLED and its builder failed") {
    RunningJob asked = job(S::CANCELLING);
    asked.abort_requested = 180s;
    for (const auto& status : {building("x"), says(BuilderStatus::ABORTING)}) {
        const auto v = ended(status, asked);
        CHECK(v.state == S::CANCELLED);
        CHECK(v.fail_builder.has_value());
        CHECK(v.counted.builder);
        CHECK_FALSE(v.counted.job);
    }
}

TEST_CASE("a cancelled job is never built again when its builder is lost or silent") {
    RunningJob quiet = job(S::CANCELLING);
    quiet.silent = 600s;
    for (const auto& decision : {unanswered(quiet), decided(says(BuilderStatus::UNKNOWN), quiet),
                                 decided(says(BuilderStatus::BUILDING, "8-1"), quiet)}) {
        const auto v = end_of(decision);
        CHECK(v.state == S::CANCELLED);
        CHECK(v.outcome == Outcome::CANCELLED);
        CHECK_FALSE(v.counted.job);
    }
}

TEST_CASE("L29 a build that is FULLYBUILT already stays so whatever the builder says") {
    const RunningJob built = job(S::FULLYBUILT);
    check_finish(ended(waiting(BuildStatus::OK), built), S::FULLYBUILT, Outcome::OK, false);
    for (const auto& status : {says(BuilderStatus::IDLE), waiting(BuildStatus::PACKAGEFAIL),
                               waiting(BuildStatus::GIVENBACK), says(BuilderStatus::ABORTED)}) {
        const auto v = ended(status, built);
        CHECK(v.state == S::FULLYBUILT);
        CHECK(v.again == Again::soon);
        CHECK(v.log == LogNeed::none);
        CHECK_FALSE(v.store_info);
        CHECK_FALSE(v.mail);
        CHECK_FALSE(v.counted.job);
    }
}

TEST_CASE("a job that a builder has goes with a build that is BUILDING, CANCELLING or FULLYBUILT") {
    for (const auto state : {S::BUILDING, S::CANCELLING, S::FULLYBUILT})
        CHECK(check_job_state(state) == JobState::sound);
    CHECK(check_job_state(S::NEEDSBUILD) == JobState::repair);
    for (const auto state : {S::UPLOADING, S::FAILEDTOBUILD, S::FAILEDTOUPLOAD, S::MANUALDEPWAIT,
                             S::CHROOTWAIT, S::SUPERSEDED, S::CANCELLED})
        CHECK(check_job_state(state) == JobState::contradiction);
    const auto told = job_contradiction(job(S::CHROOTWAIT), frog());
    CHECK(told.cause == "contradiction 7-42");
    CHECK(logged(told.line) ==
          "ERROR i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE (7) is CHROOTWAIT but "
          "its job 42 has the builder 'frog'; left alone");
}
