// PACKAGEFAIL by a fault that passes (setting retry_patterns).
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

std::string states(Scenario& it) {
    return it.farm.value(
        "SELECT string_agg(outcome::text, ' ' ORDER BY id) FROM buildattempt WHERE build = 8");
}

}  // namespace

TEST_CASE("a PACKAGEFAIL whose log has a retry pattern is given back twice and then stands") {
    Scenario it("current");
    const test::TempFolder files;
    it.farm.options["retry_patterns"] =
        files.write("patterns", "# what passes\n^E: Failed to fetch\nis a build log$\n");
    it.set_up_job();
    it.collect_waiting("PACKAGEFAIL");
    CHECK(it.farm.state(8) == "NEEDSBUILD");
    CHECK(it.job("retries || ' ' || givenback || ' ' || lastscore") == "1 1 0");
    CHECK(it.job("not_before > now()") == "true");
    CHECK(it.farm.value("SELECT detail FROM buildattempt WHERE build = 8") ==
          "PACKAGEFAIL, given back for a fault that passes: its log has 'is a build log$'");
    CHECK(it.log_name().find("_NEEDSBUILD.txt.gz") != std::string::npos);
    CHECK(it.recipients().empty());
    CHECK(it.farm.value("SELECT failure_count FROM builder WHERE name = 'bob'") == "0");
    test::TempFolder logs;
    const auto log = logs.write("log", "This is a build log");
    const auto again = [&] {
        it.farm.sql(
            "UPDATE buildqueue SET builder = 1, buildstart = now(), dispatched = now(), attempts = "
            "attempts + 1, id = id + 100, not_before = NULL WHERE build = 8; UPDATE build SET "
            "buildstate = 'BUILDING' WHERE id = 8");
        it.fleet.say("bob state WAITING PACKAGEFAIL 8-" + it.job("id") + " log=" + log);
        it.run({"collect"});
    };
    again();
    CHECK(it.farm.state(8) == "NEEDSBUILD");
    again();
    CHECK(it.farm.state(8) == "FAILEDTOBUILD");
    CHECK(states(it) == "GIVENBACK GIVENBACK PACKAGEFAIL");
    CHECK_FALSE(it.recipients().empty());
}

TEST_CASE("patterns that cannot be used are an error of the pass and give nothing back") {
    const auto* content = GENERATE("ok\n(This\n", "");
    Scenario it("current");
    const test::TempFolder files;
    const std::string file = files.path() + "/patterns";
    if (*content != '\0') files.write("patterns", content);
    it.farm.options["retry_patterns"] = file;
    CHECK(it.run({"config", "check"}) != 0);
    const std::string why = *content != '\0' ? file + ", line 2: missing )" : "patterns";
    CHECK((it.out() + it.log()).find(why) != std::string::npos);
    it.set_up_job();
    CHECK(it.collect_waiting("PACKAGEFAIL") == 1);
    CHECK(it.line_with("retry_patterns").find("ERROR ") == 0);
    CHECK(it.farm.state(8) == "FAILEDTOBUILD");
}
