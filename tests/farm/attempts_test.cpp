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
