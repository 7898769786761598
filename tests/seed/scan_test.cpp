// The seed's first part, "Buildd Slave Scanner": slaves that are lost, and which one is available.
// The seed's builders have names with blanks; a farm's names are lower-case words.
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

TEST_CASE("Buildd Slave Scanner: a sane building slave is not rescued") {
    Scenario it(EACH_GENERATION, {"sane-building-slave"});
    INFO(it.generation);
    CHECK(it.set_up_job(8, "sane-building-slave") == "8-1");
    it.fleet.say("sane-building-slave state BUILDING 8-1");
    CHECK(it.run({"scan"}) == 0);
    CHECK(it.loud().empty());
    CHECK(it.fleet.count("abort") + it.fleet.count("clean") == 0);
}

TEST_CASE("Buildd Slave Scanner: a sane waiting slave is not rescued") {
    Scenario it(EACH_GENERATION, {"sane-waiting-slave"});
    INFO(it.generation);
    it.set_up_job(8, "sane-waiting-slave");
    it.fleet.say("sane-waiting-slave state WAITING OK 8-1");
    CHECK(it.run({"scan"}) == 0);
    CHECK(it.loud().empty());
    CHECK(it.fleet.count("abort") + it.fleet.count("clean") == 0);
}

TEST_CASE(
    "Buildd Slave Scanner: a slave with a wrong relation of Build and BuildQueue is rescued") {
    Scenario it(EACH_GENERATION, {"sane-waiting-slave"});
    INFO(it.generation);
    it.fleet.say("sane-waiting-slave state WAITING OK 7-1");
    CHECK(it.run({"scan"}) == 0);
    CHECK(it.loud() ==
          std::vector<std::string>{
              "WARNING Builder 'sane-waiting-slave' rescued from '7-1: Job build entry "
              "mismatch'"});
    CHECK(it.fleet.count("clean") == 1);
    CHECK(it.fleet.state("sane-waiting-slave") == "IDLE");
}

TEST_CASE("Buildd Slave Scanner: a lost building slave is rescued by abort") {
    Scenario it(EACH_GENERATION, {"lost-building-slave"});
    INFO(it.generation);
    it.fleet.say("lost-building-slave state BUILDING 1000-10000");
    CHECK(it.run({"scan"}) == 0);
    CHECK(it.loud() ==
          std::vector<std::string>{
              "WARNING Builder 'lost-building-slave' rescued from '1000-10000: 'The object Build "
              "by the ID 1000 does not exist''"});
    CHECK(it.fleet.count("abort") == 1);
}

TEST_CASE("Buildd Slave Scanner: a lost waiting slave is rescued by clean") {
    Scenario it(EACH_GENERATION, {"lost-waiting-slave"});
    INFO(it.generation);
    it.fleet.say("lost-waiting-slave state WAITING OK 1000-10000");
    CHECK(it.run({"scan"}) == 0);
    CHECK(it.loud() ==
          std::vector<std::string>{
              "WARNING Builder 'lost-waiting-slave' rescued from '1000-10000: 'The object Build "
              "by the ID 1000 does not exist''"});
    CHECK(it.fleet.count("clean") == 1);
    CHECK(it.fleet.state("lost-waiting-slave") == "IDLE");
}

TEST_CASE("Buildd Slave Scanner: of eleven slaves only the idle one is available") {
    const std::vector<std::pair<std::string, std::string>> slaves{
        {"broken-slave", "fault status 'fault=8001:Broken slave'"},
        {"idle-slave", "state IDLE"},
        {"package-failed", "state WAITING PACKAGEFAIL 1-1"},
        {"missing-dependency-build", "state WAITING DEPFAIL 1-1 dependencies='baz (>= 1.0.1)'"},
        {"bad-chroot", "state WAITING CHROOTFAIL 1-1"},
        {"out-of-order", "state WAITING BUILDERFAIL 1-1"},
        {"busy", "state BUILDING 1-1"},
        {"was-aborted", ""},
        {"trying-to-terminate-the-child-process", "state ABORTING 1-1"},
        {"package-successfully-built", "state WAITING OK 1-1"},
        {"giving-this-job-back", "state WAITING GIVENBACK 1-1"}};
    std::vector<std::string> names;
    for (const auto& [name, statement] : slaves) names.push_back(name);
    Scenario it(EACH_GENERATION, names);
    INFO(it.generation);
    for (const auto& [name, statement] : slaves)
        it.fleet.say(name + " " + (statement.empty() ? "state " + it.aborted("1-1") : statement));
    it.farm.sql("UPDATE builder SET architecturetag = 'i386'");
    CHECK(it.run({"dispatch"}) == 0);
    CHECK(it.fleet.count("build") == 1);
    CHECK(it.fleet.state("idle-slave") == "BUILDING");
    CHECK(it.farm.value("SELECT string_agg(name, ' ') FROM builder JOIN buildqueue ON "
                        "buildqueue.builder = builder.id") == "idle-slave");
}
