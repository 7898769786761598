// `builder disable --drain`: the job ends first, however it does.
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

std::string builder(Scenario& it) {
    return it.farm.value(
        "SELECT builderok || coalesce(' by ' || disabled_by, '') || coalesce(' for ' || failnotes, "
        "'') || coalesce(' drained by ' || drained_by, '') FROM builder WHERE name = 'bob'");
}

}  // namespace

TEST_CASE("a drained builder ends its job and is then out of use") {
    const auto* ends = GENERATE("PACKAGEFAIL", "GIVENBACK", "BUILDERFAIL", "CHROOTFAIL", "DEPFAIL");
    INFO(ends);
    Scenario it("current");
    it.farm.sql("DELETE FROM builder WHERE name = 'frog'");
    const std::string cookie = it.set_up_job();
    it.fleet.say("bob state BUILDING " + cookie);
    REQUIRE(it.run({"builder", "disable", "bob", "--drain", "--reason", "fan"}) == 0);
    CHECK(it.out().find("its job, build 8 (mozilla-firefox 0.9), ends first: then bob is out of "
                        "use") != std::string::npos);
    it.run({"cycle"});
    CHECK(it.farm.state(8) == "BUILDING");
    CHECK(builder(it).find("true") == 0);
    it.run({"builder", "list"});
    CHECK(it.out().find("building, then disabled by ") != std::string::npos);
    it.wait_with(ends);
    it.run({"cycle"});
    CHECK(it.job("builder") != "1");
    CHECK(it.farm.value("SELECT count(*) FROM buildqueue WHERE builder IS NOT NULL") == "0");
    CHECK(it.farm.value("SELECT outcome FROM buildattempt") == ends);
    CHECK(builder(it).find("false by ") == 0);
    CHECK(builder(it).find(" for fan") != std::string::npos);
    CHECK(builder(it).find("drained") == std::string::npos);
    it.run({"cycle"});
    CHECK(it.farm.value("SELECT count(*) FROM buildqueue WHERE builder IS NOT NULL") == "0");
}

TEST_CASE("a drained builder whose job is cancelled or forgotten is out of use too") {
    const bool cancelled = GENERATE(true, false);
    Scenario it("current");
    const std::string cookie = it.set_up_job();
    it.fleet.say("bob state BUILDING " + cookie);
    REQUIRE(it.run({"builder", "disable", "bob", "--drain"}) == 0);
    if (cancelled) it.run({"build", "cancel", "8"});
    if (cancelled) it.run({"collect"});
    it.fleet.say("bob state " + std::string(cancelled ? it.aborted(cookie) : "IDLE"));
    it.run({"collect"});
    CHECK(it.farm.state(8) == (cancelled ? "CANCELLED" : "NEEDSBUILD"));
    CHECK(builder(it).find("false by ") == 0);
}
