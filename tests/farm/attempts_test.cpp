// What attempts leave behind: history, and a builder that has to be cleaned (behaviour §2, §4).
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

TEST_CASE("a builder that returned BUILDERFAIL is cleaned when it comes back") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.set_up_job();
    it.collect_waiting("BUILDERFAIL");
    CHECK(it.fleet.state("bob") == "WAITING");
    it.farm.sql("UPDATE builder SET next_probe = now()");
    CHECK(it.run({"scan"}) == 0);
    CHECK(it.said("INFO    Builder 'bob' is back"));
    CHECK(it.fleet.state("bob") == "IDLE");
    CHECK(it.farm.value("SELECT builderok FROM builder") == "true");
}

TEST_CASE("a second attempt overwrites nothing of the first one's history") {
    Scenario it("current");
    it.set_up_job();
    it.collect_waiting("GIVENBACK");
    it.farm.sql("UPDATE buildqueue SET not_before = NULL");
    it.start();
    it.set_up_job();
    it.collect_waiting("PACKAGEFAIL");
    CHECK(it.farm.db().rows("SELECT outcome, filename FROM buildattempt JOIN libraryfilealias l ON "
                            "l.id = buildlog ORDER BY buildattempt.id") ==
          std::vector<std::string>{
              "GIVENBACK|buildlog_ubuntu-hoary-i386.mozilla-firefox_0.9_NEEDSBUILD.txt.gz",
              "PACKAGEFAIL|buildlog_ubuntu-hoary-i386.mozilla-firefox_0.9_FAILEDTOBUILD.txt.gz"});
    CHECK(it.farm.value("SELECT count(DISTINCT cookie) FROM buildattempt") == "2");
}

TEST_CASE("a builder whose log has stood still for the stall timeout is aborted and both counted") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.fleet.say("bob state BUILDING " + it.set_up_job() + "\nbob logtail 'the same'");
    it.run({"collect"});
    it.farm.sql("UPDATE buildqueue SET logtail_changed = now() - interval '721 min'");
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.fleet.count("abort") == 1);
    CHECK(it.farm.state(8) == "NEEDSBUILD");
    CHECK(it.job("builder IS NULL") == "true");
    CHECK(it.build("failure_count") == "1");
    CHECK(it.farm.value("SELECT failure_count FROM builder") == "1");
    CHECK(it.farm.value("SELECT outcome FROM buildattempt") == "STALLED");
}

TEST_CASE("a cancelled job that its builder does not abort in time is CANCELLED all the same") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.fleet.say("bob state BUILDING " + it.set_up_job() + "\nbob abort-time never");
    it.farm.sql("UPDATE build SET buildstate = 'CANCELLING' WHERE id = 8");
    it.run({"collect"});
    CHECK(it.farm.state(8) == "CANCELLING");
    it.farm.sql("UPDATE buildqueue SET abort_requested = now() - interval '181 s'");
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.farm.state(8) == "CANCELLED");
    CHECK(it.job("count(*)") == "0");
    CHECK(it.farm.notes("bob") == "Builder did not abort its job within 3 min 0 s");
    CHECK(it.farm.value("SELECT failure_count || ' ' || builderok FROM builder") == "1 false");
    CHECK(it.build("failure_count") == "0");
    CHECK(it.fleet.mails() == 0);
}

TEST_CASE("a log that cannot be fetched until the contact timeout costs the attempt") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.set_up_job();
    it.fleet.say("bob fault GET close");
    it.collect_waiting("PACKAGEFAIL");
    CHECK(it.farm.state(8) == "BUILDING");
    it.farm.sql("UPDATE buildqueue SET silent_since = now() - interval '300 s'");
    it.run({"collect"});
    CHECK(it.farm.state(8) == "BUILDING");
    it.farm.sql("UPDATE buildqueue SET silent_since = now() - interval '601 s'");
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.farm.state(8) == "NEEDSBUILD");
    CHECK(it.fleet.state("bob") == "IDLE");
    CHECK(it.build("failure_count") == "1");
    CHECK(it.farm.value("SELECT failure_count FROM builder") == "1");
    CHECK(it.fleet.mails() == 0);
}
