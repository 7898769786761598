// Corners of starting a build (behaviour §7, §8).
#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <sys/wait.h>

#include "support/measured.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

// bob is idle, build 8 the only job; passes are short.
struct Starts : Scenario {
    explicit Starts(const std::vector<std::string>& names = {"bob"}) : Scenario("current", names) {
        farm.options["pass_timeout"] = "6 s";
        farm.options["socket_timeout"] = "2 s";
        farm.sql(
            "DELETE FROM buildqueue; INSERT INTO buildqueue (build) VALUES (8); "
            "UPDATE builder SET architecturetag = 'i386'");
        fleet.say("* fetch pretend");
    }
    std::string counts() {
        return farm.value(
            "SELECT string_agg(failure_count::text, ' ') || ' ' || (SELECT "
            "sum(failure_count + probe_failures) FROM builder) FROM build WHERE id "
            "IN (7, 8)");
    }
    bool under_way() {
        return job("builder = 1 AND dispatched IS NULL AND attempts = 0") == "true";
    }
    bool built_once() {
        return fleet.count("build") == 1 && fleet.state("bob") == "BUILDING" &&
               job("dispatched IS NOT NULL AND attempts = 1 AND start_file IS NULL") == "true";
    }
};

}  // namespace

TEST_CASE("a pocket's own chroot is taken before that of RELEASE") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.farm.sql(
        "INSERT INTO libraryfilealias (id, content, filename) VALUES (2, 11, 'chroot.tar.gz');"
        "INSERT INTO pocketchroot (distroarchseries, pocket, chroot) VALUES (6, 'UPDATES', 2);"
        "UPDATE distroseries SET status = 'FROZEN'; UPDATE build SET pocket = 'UPDATES' WHERE id = "
        "8");
    std::filesystem::create_directories(it.farm.file("librarian/2"));
    std::filesystem::copy(it.farm.file("librarian/11/evolution_1.0.dsc"),
                          it.farm.file("librarian/2/chroot.tar.gz"));
    CHECK(it.start() == 0);
    CHECK(it.fleet.state("bob") == "BUILDING");
    CHECK(it.argument("chroot") == "a11df3f82954a7c9d8f8e6e092b780aec7cba993");
}

TEST_CASE("the component is that of the newest publication here and in this archive") {
    Scenario it("current");
    it.farm.sql(
        "INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, distroseries, archive, "
        "component, status, datecreated) SELECT 14, series, archive, component.id, "
        "status::packagepublishingstatus, now() + hours * interval '1 hour' FROM (VALUES "
        "(3, 1, 'universe', 'PENDING', 1), (3, 1, 'multiverse', 'SUPERSEDED', 2), "
        "(3, 12, 'restricted', 'PUBLISHED', 3), (1, 1, 'restricted', 'PUBLISHED', 4)) "
        "v(series, archive, name, status, hours) JOIN component ON component.name = v.name");
    CHECK(it.start() == 0);
    CHECK(it.argument("ogrecomponent") == "universe");
    CHECK(it.archives() ==
          std::vector<std::string>{"deb http://ftpmaster.internal/ubuntu hoary main restricted "
                                   "universe"});
}

TEST_CASE("an archive that wants debug symbols has them built") {
    for (const char* wanted : {"no", "yes"}) {
        Scenario it("current");
        REQUIRE(it.run({"archive", "set", "ubuntu/primary", "--debug-symbols", wanted}) == 0);
        CHECK(it.start() == 0);
        CHECK(it.argument("build_debug_symbols") ==
              (std::string(wanted) == "yes" ? "true" : "false"));
    }
}

TEST_CASE("a builder whose reset was killed is reset again before it takes a job") {
    Scenario it("current");
    it.farm.sql(
        "UPDATE build SET archive = 9 WHERE id = 8; UPDATE builder SET trusted = false, vm_host = "
        "'vm7', clean_status = 'CLEANING'");
    it.farm.options["vm_resume_command"] =
        "/bin/sh -c 'echo \"$1\" >>" + it.farm.file("resets") + "' x %(vm_host)s";
    CHECK(it.start() == 0);
    CHECK(test::read(it.farm.file("resets")) == "vm7\n");
    CHECK(it.fleet.state("bob") == "BUILDING");
    CHECK(it.farm.value("SELECT clean_status FROM builder") == "DIRTY");
}

TEST_CASE("an ensurepresent that faults undoes the claim and counts both") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.farm.sql("DELETE FROM buildqueue");
    it.fleet.say("bob fault ensurepresent fault");
    CHECK(it.start() == 0);
    CHECK(it.fleet.count("build") == 0);
    CHECK(it.farm.state(8) == "NEEDSBUILD");
    CHECK(it.job("builder IS NULL AND attempts = 0") == "true");
    CHECK(it.build("failure_count") == "1");
    CHECK(it.farm.value("SELECT failure_count || ' ' || builderok FROM builder") == "1 true");
}

TEST_CASE("the only builder does not use up a job's failures within seconds") {
    Starts it;
    it.fleet.say("bob fault ensurepresent fault");
    const auto failures_after = [&](const std::string& time) {
        it.farm.sql("UPDATE buildqueue SET not_before = not_before - interval '" + time + "'");
        for (int pass = 1; pass <= 4; ++pass) CHECK(it.run({"cycle"}) == 0);
        return it.build("buildstate || ' ' || failure_count");
    };
    CHECK(failures_after("0") == "NEEDSBUILD 1");
    CHECK(failures_after("40 s") == "NEEDSBUILD 1");
    CHECK(failures_after("20 s") == "NEEDSBUILD 2");
    it.fleet.say("bob heal");
    CHECK(failures_after("1 min") == "BUILDING 2");
}

TEST_CASE("a start goes on over three passes on a builder that fetches and is built once") {
    Starts it;
    it.fleet.say("bob fetch stall");
    for (int pass = 1; pass <= 2; ++pass) {
        CHECK(it.run({"cycle"}) == 0);
        INFO(it.log());
        CHECK(it.said(
            "INFO    The time of this pass was over for 1 builder; the next one goes on: bob"));
        CHECK(it.under_way());
        CHECK(it.job("start_file").ends_with("/1/chroot-hoary-i386.tar.gz"));
        CHECK(it.counts() == "0 0 0");
    }
    it.fleet.say("bob fetch pretend");
    CHECK(it.run({"cycle"}) == 0);
    INFO(it.log());
    CHECK(it.built_once());
    CHECK(it.counts() == "0 0 0");
    CHECK(it.farm.value("SELECT count(*) FROM buildattempt") == "0");
}

TEST_CASE("a start whose pass was killed between claim and build is gone on with") {
    Starts it;
    it.fleet.say("bob fetch stall");
    const pid_t pass = test::start_program({"cycle"}, it.farm.environment(), it.farm.file("log"));
    it.await([&] { return it.under_way(); });
    ::kill(pass, SIGKILL);
    ::waitpid(pass, nullptr, 0);
    it.await([&] {  // a session that dies holds the farm's lock for a moment longer
        return it.farm.value(
                   "SELECT count(*) FROM pg_stat_activity WHERE datname = "
                   "current_database() AND pid <> pg_backend_pid()") == "0";
    });
    it.fleet.say("bob fetch pretend");
    CHECK(it.run({"cycle"}) == 0);
    INFO(it.log());
    CHECK(it.built_once());
    CHECK(it.counts() == "0 0 0");
}

TEST_CASE("a start ends uncounted when what its claim was made upon has changed") {
    const std::pair<const char*, const char*> changes[] = {
        {"UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED'", "SUPERSEDED"},
        {"UPDATE build SET buildstate = 'CANCELLING' WHERE id = 8", "CANCELLED"},
        {"UPDATE archive SET enabled = false", "NEEDSBUILD"},
        {"UPDATE distroarchseries SET enabled = false", "NEEDSBUILD"},
        {"DELETE FROM pocketchroot", "NEEDSBUILD"},
        {"UPDATE build SET pocket = 'UPDATES' WHERE id = 8", "NEEDSBUILD"},
        {"UPDATE builder SET builderok = false", "NEEDSBUILD"},
        {"UPDATE builder SET manual = true", "NEEDSBUILD"},
        {"UPDATE builder SET trusted = false", "NEEDSBUILD"},
    };
    for (const auto& [change, state] : changes) {
        Starts it;
        it.farm.give(8, "bob", false);
        it.farm.sql(change);
        CHECK(it.run({"dispatch"}) <= 1);
        INFO(change);
        INFO(it.log());
        CHECK(it.farm.state(8) == state);
        CHECK(it.farm.value("SELECT count(*) FROM buildqueue WHERE builder IS NOT NULL") == "0");
        CHECK(it.fleet.count("ensurepresent") == 0);
        CHECK(it.fleet.count("build") == 0);
        CHECK(it.counts() == "0 0 0");
        CHECK(it.farm.value("SELECT count(*) FROM buildattempt WHERE outcome = 'UNSTARTED'") ==
              "0");
    }
}

TEST_CASE("a start is not ended by scan nor its builder failed") {
    Starts it;
    it.farm.give(8, "bob", false);
    it.fleet.say("bob down");
    CHECK(it.run({"scan"}) == 0);
    CHECK(it.under_way());
    CHECK(it.counts() == "0 0 0");
    CHECK(it.farm.value("SELECT builderok FROM builder") == "true");
}

TEST_CASE("a start over an hour in which no pass ran goes on and nobody is counted") {
    for (const char* away : {"1 h", "10 min"}) {
        Starts it;
        it.farm.give(8, "bob", false);
        it.farm.sql(
            fmt::format("UPDATE buildqueue SET watched = now() - interval '{0}', "
                        "buildstart = now() - interval '{0}' - interval '1 min'",
                        away));
        CHECK(it.run({"cycle"}) == 0);
        INFO(it.log());
        CHECK(it.built_once());
        CHECK(it.job("buildstart > now() - interval '5 min'") == "true");
        CHECK(it.counts() == "0 0 0");
    }
}

TEST_CASE("a start whose time is over is undone by a cycle though its builder answers nothing") {
    Starts it;
    it.fleet.say("bob fetch stall");
    CHECK(it.run({"cycle"}) == 0);
    it.farm.sql("UPDATE buildqueue SET buildstart = now() - interval '601 s'");
    CHECK(it.run({"cycle"}) == 0);
    INFO(it.log());
    CHECK(it.lines_with("WARNING Slave 'bob' (") == 1);
    CHECK(it.line_with("was unable to fetch file")
              .ends_with("/1/chroot-hoary-i386.tar.gz: not there within 10 min 0 s"));
    CHECK(it.job("builder IS NULL AND failed_starts = 1 AND not_before > now()") == "true");
    CHECK(it.build("failure_count") == "1");
    CHECK(it.farm.value("SELECT failure_count || ' ' || builderok FROM builder") == "1 true");
    CHECK(it.farm.value("SELECT file || ' ' || heard FROM evidence") == "1 no");  // it is there
    it.farm.sql("UPDATE buildqueue SET not_before = now()");
    it.fleet.say("bob fetch pretend");
    CHECK(it.run({"cycle"}) == 0);
    CHECK(it.built_once());
    CHECK(it.job("failed_starts") == "0");
}

TEST_CASE("a start is not dispatched when too little of the pass is left") {
    Starts it;
    it.fleet.say("bob latency ensurepresent 1900");
    CHECK(it.run({"dispatch"}) == 0);
    INFO(it.log());
    CHECK(it.fleet.count("ensurepresent") == 2);
    CHECK(it.fleet.count("build") == 0);
    CHECK(it.under_way());
    CHECK(it.counts() == "0 0 0");
    it.fleet.say("bob latency ensurepresent 0");
    CHECK(it.run({"dispatch"}) == 0);
    CHECK(it.built_once());
}

TEST_CASE("a builder that fetches for long keeps no other from its jobs") {
    Starts it({"bob", "frog"});
    it.fleet.say("bob fetch stall");
    it.farm.sql("UPDATE builder SET manual = name = 'frog'");
    CHECK(it.run({"cycle"}) == 0);
    CHECK(it.under_way());
    it.farm.sql("UPDATE builder SET manual = false; INSERT INTO buildqueue (build) VALUES (7)");
    CHECK(it.run({"cycle"}) == 0);
    INFO(it.log());
    CHECK(it.under_way());
    CHECK(it.fleet.state("frog") == "BUILDING");
    CHECK(it.farm.state(7) == "BUILDING");
    CHECK(it.counts() == "0 0 0");
}

TEST_CASE("a builder that is late once it was asked for files is asked again by the next pass") {
    Starts it;
    it.fleet.say("bob fault status hang skip=1");
    CHECK(it.run({"dispatch"}) == 0);
    INFO(it.log());
    CHECK(it.lines_with("did not answer within 2 s; the next pass goes on with its start") == 1);
    CHECK(it.under_way());
    CHECK(it.counts() == "0 0 0");
    it.fleet.say("bob heal");
    CHECK(it.run({"dispatch"}) == 0);
    CHECK(it.built_once());
}

TEST_CASE("a builder that is late when the start's time is over has its claim undone at once") {
    Starts it;
    it.farm.options["start_timeout"] = "1 s";
    it.fleet.say("bob fault status hang skip=1");
    CHECK(it.run({"dispatch"}) == 0);
    INFO(it.log());
    CHECK(it.lines_with("WARNING Slave 'bob' (") == 1);
    CHECK(it.job("builder IS NULL AND failed_starts = 1 AND not_before > now()") == "true");
    CHECK(it.counts() == "0 1 1");
}
