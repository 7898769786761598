// "BuilddMaster class": what there is to do, who could do it, and starting it.
#include <algorithm>

#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

TEST_CASE("BuilddMaster class: without a good builder the one family with a chroot is warned of") {
    Scenario it(EACH_GENERATION, {"bob", "frog"});
    INFO(it.generation);
    it.fleet.say("* down");
    CHECK(it.run({"scan"}) == 0);
    const std::string line = "WARNING builders.x86: No builders are available";
    const auto loud = it.loud();
    const auto found = std::find(loud.begin(), loud.end(), line);
    REQUIRE(found != loud.end());
    REQUIRE(found + 1 != loud.end());
    CHECK(*(found + 1) ==
          "WARNING None of the builders of i386 is in use: 'buildd-master builder list' says why");
    CHECK(it.lines_with("No builders are available") == 1);
    CHECK(it.farm.db().rows("SELECT s.displayname || ' for ' || architecturetag || ' (' || f.name "
                            "|| ')' FROM pocketchroot p JOIN distroarchseries das ON das.id = "
                            "p.distroarchseries JOIN distroseries s ON s.id = das.distroseries "
                            "JOIN processorfamily f ON f.id = das.processorfamily") ==
          std::vector<std::string>{"The Hoary Hedgehog Release for i386 (x86)"});
}

TEST_CASE("BuilddMaster class: active builders without a job are collected from in peace") {
    Scenario it(EACH_GENERATION, {"bob", "frog"});
    INFO(it.generation);
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.fleet.calls().empty());
}

TEST_CASE("BuilddMaster class: the queue lists job 2 before job 1") {
    Scenario it("current");
    CHECK(it.run({"queue", "list"}) == 0);
    const auto second = it.out().find("i386 build of pmount 0.1-1 in ubuntu hoary RELEASE");
    const auto first = it.out().find("i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE");
    CHECK(second < first);
    CHECK(first != std::string::npos);
    CHECK(it.farm.db().rows("SELECT f.name, q.id, buildstate FROM buildqueue q JOIN build ON "
                            "build.id = q.build JOIN processor p ON p.id = processor JOIN "
                            "processorfamily f ON f.id = family ORDER BY lastscore DESC") ==
          std::vector<std::string>{"x86|2|NEEDSBUILD", "x86|1|NEEDSBUILD"});
}

TEST_CASE("BuilddMaster class: nothing is dispatched when no builder is available") {
    Scenario it(EACH_GENERATION, {"bob", "frog"});
    INFO(it.generation);
    it.fleet.say("* down");
    it.run({"scan"});
    CHECK(it.run({"dispatch"}) == 0);
    CHECK(it.farm.value("SELECT count(*) FROM buildqueue WHERE builder IS NULL") == "2");
    CHECK(it.title_of_state(7) == "Needs building");
    CHECK(it.title_of_state(8) == "Needs building");
}

TEST_CASE("BuilddMaster class: a build whose source was superseded is not started") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.farm.sql("UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED'");
    CHECK(it.start() == 0);
    CHECK(it.farm.state(8) == "SUPERSEDED");
    CHECK(it.fleet.count("build") == 0);
}

TEST_CASE("BuilddMaster class: a release build in main sees main of the primary archive") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    CHECK(it.start() == 0);
    CHECK(it.ensured() == 2);
    CHECK(it.fleet.state("bob") == "BUILDING");
    CHECK(it.archives() ==
          std::vector<std::string>{"deb http://ftpmaster.internal/ubuntu hoary main"});
    CHECK(it.argument("suite") == "hoary");
    CHECK(it.argument("archive_purpose") == "PRIMARY");
}

TEST_CASE("BuilddMaster class: a partner build sees all of the primary archive and its own") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.farm.sql("UPDATE build SET archive = 12 WHERE id = 8");
    CHECK(it.start() == 0);
    CHECK(it.ensured() == 2);
    CHECK(it.fleet.state("bob") == "BUILDING");
    CHECK(it.archives() ==
          std::vector<std::string>{
              "deb http://ftpmaster.internal/ubuntu hoary main restricted universe multiverse",
              "deb http://ftpmaster.internal/ubuntu hoary-security main restricted universe "
              "multiverse",
              "deb http://ftpmaster.internal/ubuntu hoary-updates main restricted universe "
              "multiverse",
              "deb http://launchpad.dev/ubuntu-partner hoary main"});
    CHECK(it.argument("suite") == "hoary");
    CHECK(it.argument("archive_purpose") == "PARTNER");
}

// The untrusted builder is reset first (behaviour §8).
TEST_CASE("BuilddMaster class: a PPA build sees all of the primary archive and its own") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.farm.sql(
        "UPDATE build SET archive = 9 WHERE id = 8; UPDATE builder SET trusted = false, vm_host = "
        "'bob'");
    it.farm.options["vm_resume_command"] = "/bin/true %(vm_host)s";
    CHECK(it.start() == 0);
    CHECK(it.ensured() == 2);
    CHECK(it.fleet.state("bob") == "BUILDING");
    CHECK(it.archives() ==
          std::vector<std::string>{
              "deb http://ftpmaster.internal/ubuntu hoary main restricted universe multiverse",
              "deb http://ftpmaster.internal/ubuntu hoary-security main restricted universe "
              "multiverse",
              "deb http://ftpmaster.internal/ubuntu hoary-updates main restricted universe "
              "multiverse",
              "deb http://ppa.launchpad.dev/cprov/ubuntu hoary main"});
    CHECK(it.argument("suite") == "hoary");
    CHECK(it.argument("archive_purpose") == "PPA");
}

TEST_CASE("BuilddMaster class: without a chroot the state of the build is not altered") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.farm.sql("DELETE FROM pocketchroot");
    CHECK(it.start() == 0);
    CHECK(it.farm.state(8) == "NEEDSBUILD");
    CHECK(it.fleet.count("build") + it.fleet.count("ensurepresent") == 0);
}

// Deliberate (behaviour §11): that build is left for a person, exit status 1; the pass goes on.
TEST_CASE("BuilddMaster class: a build for a denied pocket is not started") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    CHECK(it.farm.value("SELECT status FROM distroseries WHERE name = 'hoary'") == "DEVELOPMENT");
    it.farm.sql(
        "INSERT INTO build (processor, distroarchseries, sourcepackagerelease, pocket, archive) "
        "VALUES (1, 6, 15, 'UPDATES', 1)");
    CHECK(it.start(31) == 1);
    CHECK(it.loud() ==
          std::vector<std::string>{
              "CRITICAL i386 build of evolution 1.0 in ubuntu hoary UPDATES (31) can not be built "
              "for pocket UPDATES: invalid pocket due to the series status of hoary."});
    CHECK(it.fleet.count("build") == 0);
    CHECK(it.farm.state(31) == "NEEDSBUILD");
}
