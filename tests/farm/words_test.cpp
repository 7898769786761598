// What the farm says at three in the morning: of what it speaks, why, and what to do.
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "farm/last_lines.hpp"
#include "farm/upload_reasons.hpp"
#include "support/result.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

const std::string firefox = "i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE (8)";

std::string detail(Scenario& it) {
    return it.farm.value("SELECT detail FROM buildattempt WHERE build = 8");
}

// What the program prints.
std::string told(Scenario& it, std::vector<std::string> words) {
    CHECK(it.run(std::move(words)) == 0);
    return it.out();
}

bool tells(Scenario& it, std::vector<std::string> words, const std::string& part) {
    const std::string out = told(it, std::move(words));
    INFO(out);
    CHECK(out.find(part) != std::string::npos);
    return out.find(part) != std::string::npos;
}

bool has_log(Scenario& it) {
    return it.farm.value("SELECT buildlog IS NOT NULL FROM buildattempt WHERE build = 8") == "true";
}

}  // namespace

TEST_CASE("the lines about a wait for packages have the level of depwait_level") {
    Scenario it("current");
    it.farm.options["depwait_level"] = "info";
    it.set_up_job();
    CHECK(it.collect_waiting("DEPFAIL", "dependencies='baz (>= 1.0.1)'") == 0);
    CHECK(it.said("INFO    ***** bob is MANUALDEPWAIT *****"));
    CHECK(it.said("INFO    " + firefox + " waits for baz (>= 1.0.1)"));
    CHECK(it.loud().empty());
    it.farm.options["depwait_level"] = "quiet";
    CHECK(it.run({"collect"}) == 78);
}

TEST_CASE("a chroot that could not be used is named behind the line of stars") {
    Scenario it("current");
    it.set_up_job();
    it.farm.sql(
        "UPDATE buildqueue SET chroot = (SELECT chroot FROM pocketchroot LIMIT 1) WHERE build = 8");
    const std::string chroot = it.farm.value(
        "SELECT filename FROM libraryfilealias JOIN pocketchroot p ON p.chroot = "
        "libraryfilealias.id LIMIT 1");
    it.collect_waiting("CHROOTFAIL");
    CHECK(it.loud() ==
          std::vector<std::string>{"CRITICAL ***** bob is CHROOTWAIT *****",
                                   "CRITICAL " + firefox + " could not use the chroot " + chroot});
}

TEST_CASE("a chroot problem of a PPA is told to its owner and to the admins who can mend it") {
    Scenario it("current");
    it.farm.sql("UPDATE build SET archive = 9 WHERE id = 8");
    it.set_up_job();
    it.collect_waiting("CHROOTFAIL");
    CHECK(it.recipients() == std::vector<std::string>{"mark@hbd.com", "foo.bar@canonical.com",
                                                      "celso.providelo@canonical.com"});
}

TEST_CASE("a failure of its package is no matter of the admins in a PPA") {
    Scenario it("current");
    it.farm.sql("UPDATE build SET archive = 9 WHERE id = 8");
    it.set_up_job();
    it.collect_waiting("PACKAGEFAIL");
    CHECK(it.recipients() ==
          std::vector<std::string>{"mark@hbd.com", "celso.providelo@canonical.com"});
}

TEST_CASE("a mail about a build says first what failed and at last how its log ends") {
    Scenario it("current");
    it.set_up_job();
    it.collect_waiting("PACKAGEFAIL");
    CHECK(it.mail().find("\nSubject: [Build #8] Failed to build: i386 build of mozilla-firefox") !=
          std::string::npos);
    CHECK(it.mail().find("\nThe last lines of the build log:\nThis is a build log\n") !=
          std::string::npos);
}

TEST_CASE("the last lines of a log are few and hold no password") {
    const test::TempFolder folder;
    std::string text;
    for (int i = 0; i < 1000; ++i) text += fmt::format("line {} http://u:secret@h/\n", i);
    const std::string tail = farm::last_lines(folder.write("log", text + "the end\n\n"));
    CHECK(split(tail, '\n').size() == 25);
    CHECK(tail.find("secret") == std::string::npos);
    CHECK(farm::last_line(tail) == "the end");
    CHECK(farm::last_lines(folder.write("blob", std::string(1 << 20, '\xFF'))).size() < 16384);
    CHECK(farm::last_lines(folder.path() + "/none").empty());
    CHECK(farm::last_line("").empty());
}

TEST_CASE("BUILDERFAIL shows the last line of the log beside the notes until the builder is back") {
    Scenario it("current");
    it.set_up_job();
    CHECK(it.collect_waiting("BUILDERFAIL") == 0);
    CHECK(it.farm.notes("bob") == "Builder returned BUILDERFAIL when asked for its status");
    CHECK(it.farm.value("SELECT faillogline FROM builder") == "This is a build log");
    tells(it, {"builder", "list"}, "This is a build log");
    tells(it, {"builder", "show", "bob"}, "This is a build log");
    tells(it, {"builder", "show", "bob", "--json"}, "\"log_line\": \"This is a build log\"");
    told(it, {"builder", "enable", "bob"});
    CHECK(it.farm.value("SELECT faillogline IS NULL AND failnotes IS NULL FROM builder") == "true");
}

TEST_CASE("an upload that was refused is told by the uploader's reasons wherever it is told") {
    Scenario it("current");
    const test::TempFolder results;
    test::ResultWish wish;
    wish.version = "0.8";
    test::make_result(results.path(), wish);
    it.set_up_job();
    CHECK(it.collect_waiting("OK", "files=" + results.path()) == 0);
    INFO(it.log());
    const std::string why = detail(it);
    CHECK(why.starts_with("The upload was refused: "));
    CHECK(why.find("0.8") != std::string::npos);
    CHECK(why.find("exit status") == std::string::npos);
    CHECK(it.lines_with("is FAILEDTOUPLOAD: " + why) == 1);
    CHECK(it.mail().find(why) != std::string::npos);
    tells(it, {"build", "show", "8"}, why);
    tells(it, {"build", "why", "8"}, "Its results could not be taken in (" + why + ")");
}

TEST_CASE("an uploader's reasons are those under its rejection or else its errors") {
    const std::string rejected =
        "INFO    creating lockfile\nERROR   before\nINFO    Upload was rejected:\nINFO    - one\n"
        "INFO    - two\nINFO    Moved x - y to rejected\n";
    CHECK(farm::upload_reasons(rejected) == "one; two");
    CHECK(farm::upload_reasons("DEBUG   x\nERROR   no .changes\n") == "no .changes");
    CHECK(farm::upload_reasons("DEBUG   x\n").empty());
    std::string many = "INFO    Upload was rejected:\n";
    for (int i = 0; i < 9; ++i) many += fmt::format("INFO    - {}\n", i);
    CHECK(farm::upload_reasons(many) == "0; 1; 2; 3; 4; and 4 more");
    const std::string longest = "ERROR   " + std::string(100'000, 'x') + "\n";
    CHECK(farm::upload_reasons(longest).size() < 400);
}

TEST_CASE("a full disk is one error an hour and status and build why say what stands still") {
    Scenario it("current");
    const std::string cookie = it.set_up_job();
    it.run({"scan"});
    REQUIRE(replace_file(it.farm.file("grabbing/" + cookie), "in the way"));
    CHECK(it.collect_waiting("PACKAGEFAIL") == 69);
    CHECK(it.lines_with("ERROR ") == 1);
    const std::string line = it.line_with("ERROR ").substr(8);
    INFO(line);
    CHECK(it.run({"collect"}) == 69);
    CHECK(it.loud().empty());
    CHECK(it.said("INFO    " + line));
    tells(it, {"status"}, line);
    tells(it, {"status", "--json"}, "\"standing\": [");
    tells(it, {"build", "why", "8"}, "bob has ended it, but its results and log could not be");
    const std::string page = it.farm.file("page.html");
    told(it, {"status", "--html", page});
    CHECK(test::read(page).find("grabbing") == std::string::npos);
}

TEST_CASE("build show of a build that has ended says when it started") {
    Scenario it("current");
    it.set_up_job();
    it.collect_waiting("PACKAGEFAIL");
    tells(it, {"build", "show", "8", "--json"}, "\"started\": \"2005-01-01T08:00:0");
}

TEST_CASE("a log that is asked for while a build is CANCELLING has the tail known before") {
    Scenario it("current");
    const std::string cookie = it.set_up_job();
    it.fleet.say("bob state BUILDING " + cookie +
                 "\nbob logtail 'compiling'\nbob abort-time never");
    it.run({"collect"});
    told(it, {"build", "cancel", "8"});
    it.run({"collect"});
    it.run({"collect"});
    CHECK(it.fleet.state("bob") == "ABORTING");
    CHECK(it.farm.state(8) == "CANCELLING");
    CHECK(told(it, {"build", "log", "8"}) == "compiling\n");
}

TEST_CASE("a job that was given up after a stall keeps its log and says why") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.fleet.say("bob state BUILDING " + it.set_up_job() + "\nbob logtail 'the same'");
    it.run({"collect"});
    it.farm.sql("UPDATE buildqueue SET logtail_changed = now() - interval '721 min'");
    CHECK(it.run({"collect"}) == 0);
    CHECK(has_log(it));
    CHECK(detail(it).find("has written nothing for 12 h 1 min -- aborting") != std::string::npos);
}

TEST_CASE("a job that was given up after an abort keeps its log and says why") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.fleet.say("bob state " + it.aborted(it.set_up_job()));
    CHECK(it.run({"collect"}) == 0);
    CHECK(has_log(it));
    CHECK(detail(it) == "The builder ended it by itself");
}

TEST_CASE("a job whose builder a person takes away keeps its log") {
    Scenario it("current");
    it.fleet.say("bob state BUILDING " + it.set_up_job() + "\nbob logtail 'so far'");
    told(it, {"builder", "disable", "bob"});
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.farm.value("SELECT outcome FROM buildattempt") == "DISABLED");
    CHECK(has_log(it));
}

TEST_CASE("a cancelled job whose builder does not abort in time keeps its log") {
    Scenario it("current");
    it.fleet.say("bob state BUILDING " + it.set_up_job() + "\nbob abort-time never");
    told(it, {"build", "cancel", "8"});
    it.run({"collect"});
    it.farm.sql("UPDATE buildqueue SET abort_requested = now() - interval '181 s'");
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.farm.state(8) == "CANCELLED");
    CHECK(has_log(it));
}

TEST_CASE("a job whose builder does not abort in time keeps its log and says why") {
    Scenario it("current");
    it.fleet.say("bob state ABORTING " + it.set_up_job() + "\nbob abort-time never");
    it.run({"collect"});
    it.farm.sql("UPDATE builder SET aborting_since = now() - interval '181 s'");
    CHECK(it.run({"collect"}) == 0);
    CHECK(has_log(it));
    CHECK(detail(it) == "Builder did not abort its job within 3 min 0 s");
    CHECK(it.said("WARNING Builder 'bob' failed: Builder did not abort its job within 3 min 0 s"));
}
