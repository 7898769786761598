// "Let's check the procedures to verify/collect running build process": each answer of a builder
// that has our job, but for WAITING in OK state.
// Deliberate (behaviour §11): a builder answers with its job's own cookie, not with 1-1.
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

const std::string firefox = "i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE (8)";
using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("WAITING - PACKAGEFAIL: the build is Failed to build with info stored and mail sent") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.set_up_job();
    CHECK(it.collect_waiting("PACKAGEFAIL") == 0);
    CHECK(it.loud().empty());
    CHECK(it.has_info());
    CHECK(it.fleet.mails() == 3);
    CHECK(it.title_of_state() == "Failed to build");
    CHECK(it.mail().find("\nX-Launchpad-Build-State: FAILEDTOBUILD\n") != std::string::npos);
}

TEST_CASE("WAITING - DEPWAIT: the build is Dependency wait with its dependencies and no mail") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.set_up_job();
    CHECK(it.collect_waiting("DEPFAIL", "dependencies='baz (>= 1.0.1)'") == 0);
    CHECK(it.loud() == Lines{"CRITICAL ***** bob is MANUALDEPWAIT *****",
                             "CRITICAL " + firefox + " waits for baz (>= 1.0.1)"});
    CHECK(it.has_info());
    CHECK(it.fleet.mails() == 0);
    CHECK(it.build("dependencies") == "baz (>= 1.0.1)");
    CHECK(it.title_of_state() == "Dependency wait");
}

TEST_CASE("WAITING - CHROOTFAIL: the build is Chroot problem with info stored and mail sent") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.set_up_job();
    CHECK(it.collect_waiting("CHROOTFAIL") == 0);
    CHECK(it.loud() ==
          Lines{"CRITICAL ***** bob is CHROOTWAIT *****",
                "CRITICAL " + firefox + " could not use the chroot that it was given"});
    CHECK(it.has_info());
    CHECK(it.fleet.mails() == 3);
    CHECK(it.title_of_state() == "Chroot problem");
    CHECK(it.mail().find("\nX-Launchpad-Build-State: CHROOTWAIT\n") != std::string::npos);
}

TEST_CASE("WAITING - BUILDERFAIL: the builder is failed and the job is there for the next round") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.set_up_job();
    CHECK(it.collect_waiting("BUILDERFAIL") == 0);
    CHECK(it.loud() == Lines{"WARNING ***** bob has failed *****",
                             "WARNING " + firefox + " was its job",
                             "WARNING Builder 'bob' failed: Builder returned BUILDERFAIL when "
                             "asked for its status"});
    CHECK(it.farm.notes("bob") == "Builder returned BUILDERFAIL when asked for its status");
    CHECK(it.farm.value("SELECT builderok FROM builder WHERE name = 'bob'") == "false");
    CHECK(it.job("builder IS NULL") == "true");
    CHECK(it.fleet.mails() == 0);
    CHECK(it.title_of_state() == "Needs building");
}

TEST_CASE("BUILDING: the log tail is collected and the builder keeps its job") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.fleet.say("bob state BUILDING " + it.set_up_job() + "\nbob logtail 'This is a build log'");
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.loud().empty());
    CHECK(it.job("builder") == "1");
    CHECK(it.fleet.mails() == 0);
    CHECK(it.job("logtail") == "This is a build log");
}

// Deliberate (behaviour §11): the build is NEEDSBUILD, as the seed's words say; the old code left
// it BUILDING without a builder.
TEST_CASE("ABORTED: the builder is released and the job reset for the next round") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.fleet.say("bob state " + it.aborted(it.set_up_job()));
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.loud().empty());
    CHECK(it.job("builder IS NULL AND buildstart IS NULL") == "true");
    CHECK(it.title_of_state() == "Needs building");
    CHECK(it.fleet.state("bob") == "IDLE");
}

TEST_CASE("ABORTING: the master polls until the children are terminated") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    const std::string cookie = it.set_up_job();
    it.fleet.say("bob state ABORTING " + cookie + "\nbob abort-time never");
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.loud().empty());
    CHECK(it.fleet.mails() == 0);
    CHECK(it.job("logtail") == "Waiting for slave process to be terminated");
    CHECK(it.job("builder") == "1");
    CHECK(it.fleet.count("abort") + it.fleet.count("clean") == 0);
    it.fleet.say("bob state " + it.aborted(cookie));
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.job("builder IS NULL") == "true");
}

TEST_CASE("WAITING -> GIVENBACK: the job is rescheduled at the end of the queue without mail") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    const std::string cookie = it.set_up_job();
    CHECK(it.collect_waiting("GIVENBACK") == 0);
    CHECK(it.loud() == Lines{"WARNING ***** " + cookie + " is GIVENBACK by bob *****",
                             "WARNING " + firefox + " was its job"});
    CHECK(it.has_info());  // "preserves the history for future use"
    CHECK(it.job("builder IS NULL AND buildstart IS NULL") == "true");
    CHECK(it.job("lastscore") == "0");
    CHECK(it.fleet.mails() == 0);
    CHECK(it.title_of_state() == "Needs building");
}
