// The rows of behaviour §4 for WAITING, value by value.
#include "policy/collect_waiting.hpp"

#include "policy/collect_facts.hpp"

using namespace buildd;
using namespace buildd::policy;

namespace {

using S = BuildState;

}  // namespace

TEST_CASE("an unknown build status changes nothing and needs a person") {
    const auto decision = decided(waiting(BuildStatus::UNKNOWN));
    REQUIRE(is<LeaveAlone>(decision));
    const auto& attention = std::get<LeaveAlone>(decision).attention;
    REQUIRE(attention);
    CHECK(attention->cause == "collect 7-42");
    CHECK(logged(attention->line) ==
          "CRITICAL Unknown BuildStatus 'BuildStatus.X' for builder "
          "'http://frog:8221/'");
}

TEST_CASE("PACKAGEFAIL makes the build FAILEDTOBUILD with mail") {
    const auto v = ended(waiting(BuildStatus::PACKAGEFAIL));
    check_finish(v, S::FAILEDTOBUILD, Outcome::PACKAGEFAIL, true);
    CHECK_FALSE(v.counted.any());
}

TEST_CASE("DEPFAIL makes the build MANUALDEPWAIT without mail") {
    const auto v = ended(waiting(BuildStatus::DEPFAIL));
    check_finish(v, S::MANUALDEPWAIT, Outcome::DEPFAIL, false);
    CHECK_FALSE(v.counted.any());
    CHECK(logged(v) == "CRITICAL ***** frog is MANUALDEPWAIT *****");
}

TEST_CASE("CHROOTFAIL makes the build CHROOTWAIT with mail and counts the builder") {
    const auto v = ended(waiting(BuildStatus::CHROOTFAIL));
    check_finish(v, S::CHROOTWAIT, Outcome::CHROOTFAIL, true);
    CHECK(v.counted.builder);
    CHECK_FALSE(v.counted.job);
    CHECK(logged(v) == "CRITICAL ***** frog is CHROOTWAIT *****");
    CHECK(v.line->more ==
          "i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE (7) could not use the chroot "
          "that it was given");
}

TEST_CASE("BUILDERFAIL resets the job and fails the builder without cleaning it") {
    const auto v = ended(waiting(BuildStatus::BUILDERFAIL));
    check_reset(v, Outcome::BUILDERFAIL, {true, true}, Freeing::none);
    CHECK(v.log == LogNeed::required);
    CHECK(v.store_info);
    CHECK(v.fail_builder == "Builder returned BUILDERFAIL when asked for its status");
    CHECK(logged(v) == "WARNING ***** frog has failed *****");
}

TEST_CASE("GIVENBACK resets the job to wait a while and cleans the builder") {
    const auto v = ended(waiting(BuildStatus::GIVENBACK));
    check_reset(v, Outcome::GIVENBACK, {}, Freeing::clean);
    CHECK(v.log == LogNeed::required);
    CHECK(v.store_info);
    CHECK(v.again == Again::given_back);
    CHECK(logged(v) == "WARNING ***** 7-42 is GIVENBACK by frog *****");
}

TEST_CASE("OK means that results are to be taken in") {
    CHECK(is<FetchResults>(decided(waiting(BuildStatus::OK))));
}

TEST_CASE("results for a pocket that its series does not allow are left for a person") {
    RunningJob denied = job();
    denied.build.target.pocket = Pocket::UPDATES;
    const auto decision = decided(waiting(BuildStatus::OK), denied);
    REQUIRE(is<LeaveAlone>(decision));
    const auto& attention = std::get<LeaveAlone>(decision).attention;
    REQUIRE(attention);
    CHECK(attention->cause == "denied 7");
    CHECK(logged(attention->line) ==
          "CRITICAL i386 build of mozilla-firefox 0.9 in ubuntu hoary UPDATES (7) can not be built "
          "for pocket UPDATES: illegal status");
    denied.build.state = S::FULLYBUILT;  // nor are they thrown away
    CHECK(is<LeaveAlone>(decided(waiting(BuildStatus::OK), denied)));
}

TEST_CASE("L16 results of a source that is no longer published are not taken in") {
    RunningJob superseded = job();
    superseded.build.source_published = false;
    check_finish(ended(waiting(BuildStatus::OK), superseded), S::SUPERSEDED, Outcome::SUPERSEDED,
                 false);
    superseded.build.state = S::FULLYBUILT;  // it is in the archive already
    check_finish(ended(waiting(BuildStatus::OK), superseded), S::FULLYBUILT, Outcome::OK, false);
}
