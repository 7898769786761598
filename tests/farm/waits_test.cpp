// Dependency waits and jobs given back, with builders that say the same again and again.
#include "farm/queue_build.hpp"
#include "support/apt_repository.hpp"
#include "support/result.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;
using test::TestFarm;

namespace {

// Build 8 (hoary i386) waits for libfoo-dev, which source 16 (foobar 1.0) makes in hoary.
struct Waiting {
    TestFarm farm;

    Waiting() {
        farm.sql(
            "UPDATE build SET distroarchseries = 6 WHERE id = 6;"
            "UPDATE sourcepackagepublishinghistory SET distroseries = 3 WHERE "
            "sourcepackagerelease = 16;"
            "UPDATE binarypackagename SET name = 'libfoo-dev';"
            "DELETE FROM buildqueue WHERE build = 8;"
            "UPDATE build SET buildstate = 'BUILDING' WHERE id = 8;"
            "UPDATE build SET buildstate = 'MANUALDEPWAIT', dependencies = 'libfoo-dev' WHERE id "
            "= 8");
    }
    std::string after(const std::string& change) {
        farm.sql(change);
        Log log(Level::ERROR);
        farm::build_queue(farm.settings().settings, farm.db().session(), log);
        return farm.state(8);
    }
    void index(const std::string& rows) {
        farm.sql(
            "INSERT INTO archivebinary (archive, distroarchseries, pocket, name, version, "
            "provides, component, multiarch) VALUES " +
            rows);
    }
};

// bob builds build 8 again and again and always says the same.
struct Loop {
    Scenario it;

    explicit Loop(const std::string& outcome, const std::vector<std::string>& builders = {"bob"})
        : it("current", builders) {
        it.farm.sql(
            "INSERT INTO archivebinary VALUES (1, 6, 'RELEASE', 'foo', '1', '', 'main', 'no'); "
            "DELETE FROM buildqueue; DELETE FROM build WHERE id IN (2, 7); "
            "UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED' WHERE "
            "sourcepackagerelease <> 14 OR distroseries <> 3 OR archive <> 1; "
            "UPDATE distroarchseries SET enabled = id = 6;"
            "INSERT INTO buildqueue (build) VALUES (8); "
            "UPDATE builder SET architecturetag = 'i386'");
        it.fleet.say("bob outcome " + outcome + "\nbob fetch pretend");
    }
    // One attempt. Answers the exit status of the pass that collects it.
    int attempt() {
        it.fleet.clear_calls();
        it.run({"dispatch"});
        if (it.fleet.count("build") == 0) return -1;
        it.fleet.await_state("bob", "WAITING");
        return it.run({"collect"});
    }
    int queue_build() { return it.run({"queue", "build"}); }
    void pass_time(const std::string& time) {
        it.farm.sql("UPDATE buildattempt SET finished = finished - interval '" + time +
                    "'; UPDATE buildqueue SET not_before = not_before - interval '" + time + "'");
    }
};

}  // namespace

TEST_CASE("a wait does not end by binaries of a source that is superseded or deleted") {
    Waiting it;
    CHECK(it.after("UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED' WHERE "
                   "sourcepackagerelease = 16") == "MANUALDEPWAIT");
    CHECK(it.after("UPDATE sourcepackagepublishinghistory SET status = 'DELETED' WHERE "
                   "sourcepackagerelease = 16") == "MANUALDEPWAIT");
    CHECK(it.after("UPDATE sourcepackagepublishinghistory SET status = 'PUBLISHED' WHERE "
                   "sourcepackagerelease = 16") == "NEEDSBUILD");
}

TEST_CASE("a wait does not end by a package that the newer source no longer makes") {
    Waiting it;
    const char* newer =
        "UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED' WHERE "
        "sourcepackagerelease = 16; INSERT INTO sourcepackagerelease (id, sourcepackagename, "
        "version, component) VALUES (60, 3, '2.0', 1); INSERT INTO sourcepackagepublishinghistory "
        "(sourcepackagerelease, distroseries, archive, component, status) VALUES (60, 3, 1, 1, "
        "'PUBLISHED'); INSERT INTO build (id, processor, distroarchseries, buildstate, "
        "sourcepackagerelease, archive) VALUES (60, 1, 6, 'FULLYBUILT', 60, 1); INSERT INTO "
        "binarypackagename (id, name) VALUES (60, 'libfoo2-dev'); INSERT INTO "
        "binarypackagerelease (build, binarypackagename, version, architecture, component) VALUES "
        "(60, 60, '2.0', 'i386', 1)";
    CHECK(it.after(newer) == "MANUALDEPWAIT");
    CHECK(it.after("UPDATE build SET dependencies = 'libfoo2-dev' WHERE id = 8") == "NEEDSBUILD");
}

TEST_CASE("a package is where its source is published now") {
    Waiting it;
    CHECK(
        it.after("UPDATE sourcepackagepublishinghistory SET pocket = 'PROPOSED' WHERE "
                 "sourcepackagerelease = 16; UPDATE build SET pocket = 'PROPOSED' WHERE id = 6") ==
        "MANUALDEPWAIT");
    CHECK(
        it.after("INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, distroseries, "
                 "archive, component, status) VALUES (16, 3, 1, 1, 'PUBLISHED')") == "NEEDSBUILD");
}

TEST_CASE("what was built before an archive's index was read is there only if it lists it") {
    Waiting it;
    CHECK(it.after("UPDATE binarypackagerelease SET datecreated = now() - interval '1 h' WHERE "
                   "build = 6; INSERT INTO archiveindex VALUES (1, 6, 'RELEASE', now())") ==
          "MANUALDEPWAIT");
    it.index("(1, 6, 'RELEASE', 'libfoo-dev', '1.0', '', 'main', 'no')");
    CHECK(it.after("SELECT 1") == "NEEDSBUILD");
    Waiting newer;
    CHECK(newer.after("UPDATE build SET datebuilt = now() - interval '1 h' WHERE id = 6; UPDATE "
                      "binarypackagerelease SET datecreated = now() WHERE build = 6; INSERT INTO "
                      "archiveindex VALUES (1, 6, 'RELEASE', now() - interval '1 min')") ==
          "NEEDSBUILD");  // its upload took until after the refresh
    Waiting old;
    CHECK(old.after("UPDATE build SET datebuilt = now() - interval '1 h' WHERE id = 6; UPDATE "
                    "binarypackagerelease SET datecreated = NULL WHERE build = 6; INSERT INTO "
                    "archiveindex VALUES (1, 6, 'RELEASE', now())") == "MANUALDEPWAIT");
    Waiting elsewhere;
    CHECK(elsewhere.after("INSERT INTO archiveindex VALUES (1, 12, 'RELEASE', now()), (1, 6, "
                          "'UPDATES', now()), (9, 6, 'RELEASE', now())") == "NEEDSBUILD");
}

TEST_CASE("of two versions in an index the higher one alone ends a wait") {
    Waiting it;
    it.index(
        "(1, 6, 'RELEASE', 'libbar-dev', '1.0', '', 'main', 'no'),"
        "(1, 6, 'RELEASE', 'libbar-dev', '2.0', '', 'main', 'no'),"
        "(1, 6, 'UPDATES', 'libbar-dev', '3.0', '', 'main', 'no'),"
        "(1, 12, 'RELEASE', 'libbar-dev', '4.0', '', 'main', 'no'),"
        "(1, 6, 'RELEASE', 'mta', '1:1', 'mail-server', 'main', 'no'),"
        "(1, 6, 'RELEASE', 'mta', '1:2', '', 'main', 'no')");
    const auto waits = [&](const std::string& dependencies) {
        return it.after("UPDATE build SET dependencies = '" + dependencies + "' WHERE id = 8");
    };
    CHECK(waits("libbar-dev (<< 2)") == "MANUALDEPWAIT");
    CHECK(waits("mail-server") == "MANUALDEPWAIT");  // the higher one no longer provides it
    CHECK(waits("libbar-dev (>= 3)") == "MANUALDEPWAIT");
    CHECK(waits("libbar-dev (= 2.0)") == "NEEDSBUILD");
}

TEST_CASE("a wait for foo that the source calls foo:any ends by what apt takes for that") {
    const auto waits = [](const std::string& declared, const std::string& multiarch) {
        Waiting it;
        it.index("(1, 6, 'RELEASE', 'python3', '3.11', '', 'main', " + multiarch + ")");
        return it.after("UPDATE sourcepackagerelease SET builddepends = '" + declared +
                        "' WHERE id = 14; UPDATE build SET dependencies = 'python3' WHERE id = 8");
    };
    CHECK(waits("debhelper (>= 9), python3:any", "'no'") == "MANUALDEPWAIT");
    CHECK(waits("debhelper (>= 9), python3:any", "'allowed'") == "NEEDSBUILD");
    CHECK(waits("python3:native", "'foreign'") == "MANUALDEPWAIT");
    CHECK(waits("python3:native", "'no'") == "NEEDSBUILD");
    CHECK(waits("python3", "'no'") == "NEEDSBUILD");
    CHECK(waits("python3:any", "NULL") == "NEEDSBUILD");  // not known: tried, but not for ever
    Waiting ours;
    CHECK(ours.after("UPDATE sourcepackagerelease SET builddepends = 'libfoo-dev:any' WHERE id = "
                     "14; UPDATE binarypackagerelease SET multiarch = 'same'") == "MANUALDEPWAIT");
    CHECK(ours.after("UPDATE binarypackagerelease SET multiarch = 'allowed'") == "NEEDSBUILD");
}

TEST_CASE("a build that ends DEPFAIL for ever is tried four times more and is then a person's") {
    Loop loop("DEPFAIL dependencies=foo");
    Scenario& it = loop.it;
    CHECK(loop.attempt() == 0);
    CHECK(it.farm.state(8) == "MANUALDEPWAIT");
    CHECK(loop.queue_build() == 0);
    CHECK(it.farm.state(8) == "NEEDSBUILD");
    for (const auto& [early, late] :
         {std::pair("59 min", "1 min"), {"119 min", "1 min"}, {"239 min", "1 min"}}) {
        CHECK(loop.attempt() == 0);
        loop.pass_time(early);
        CHECK(loop.queue_build() == 0);
        CHECK(it.farm.state(8) == "MANUALDEPWAIT");
        it.run({"build", "why", "8"});
        CHECK(it.out().find("it is tried again in") != std::string::npos);
        loop.pass_time(late);
        CHECK(loop.queue_build() == 0);
        CHECK(it.farm.state(8) == "NEEDSBUILD");
    }
    CHECK(loop.attempt() == 0);
    CHECK(loop.queue_build() == 1);  // the run that finds it
    CHECK(it.lines_with("needs a person: what it waits for (foo) is there") == 1);
    loop.pass_time("10 d");
    CHECK(loop.queue_build() == 0);
    CHECK(it.farm.state(8) == "MANUALDEPWAIT");
    it.run({"status"});
    CHECK(it.out().find("waiting for a person: 1 MANUALDEPWAIT") != std::string::npos);
    CHECK(it.out().find("i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE") !=
          std::string::npos);
    it.run({"build", "why", "8"});
    CHECK(it.out().find("has said 5 times that they are not") != std::string::npos);
    CHECK(it.farm.value("SELECT count(*) FROM buildattempt WHERE outcome = 'DEPFAIL'") == "5");
}

TEST_CASE("a wait that is a person's is tried again when its package changes or a person says so") {
    for (const bool by_person : {false, true}) {
        Loop loop("DEPFAIL dependencies=foo");
        Scenario& it = loop.it;
        for (int i = 0; i < 5; ++i) {
            CHECK(loop.attempt() == 0);
            loop.pass_time("1 d");
            loop.queue_build();
        }
        CHECK(it.build("for_person IS NOT NULL") == "true");
        it.farm.sql("INSERT INTO archivebinary VALUES (1, 6, 'RELEASE', 'other', '2')");
        CHECK(loop.queue_build() == 0);
        CHECK(it.farm.state(8) == "MANUALDEPWAIT");
        if (by_person)
            CHECK(it.run({"build", "retry", "8"}) == 0);
        else
            it.farm.sql("UPDATE archivebinary SET version = '2' WHERE name = 'foo'");
        CHECK(loop.queue_build() == 0);
        CHECK(it.farm.state(8) == "NEEDSBUILD");
        CHECK(it.build("for_person IS NULL") == "true");
        CHECK(loop.attempt() == 0);
        CHECK(loop.queue_build() == (by_person ? 0 : 1));
        CHECK(it.farm.state(8) == (by_person ? "NEEDSBUILD" : "MANUALDEPWAIT"));
    }
}

TEST_CASE("a job that is given back for ever is dispatched five times and is then a person's") {
    Loop loop("GIVENBACK");
    Scenario& it = loop.it;
    for (const char* time : {"5 min", "1 h", "2 h", "4 h"}) {
        CHECK(loop.attempt() == 0);
        CHECK(it.farm.state(8) == "NEEDSBUILD");
        CHECK(loop.attempt() == -1);  // it waits
        loop.pass_time(time);
    }
    CHECK(loop.attempt() == 1);
    CHECK(it.lines_with("Build 8 needs a person: builders have given it back 5 times") == 1);
    loop.pass_time("10 d");
    CHECK(loop.queue_build() == 0);
    CHECK(loop.attempt() == -1);
    CHECK(it.run({"dispatch"}) == 0);
    it.run({"status"});
    CHECK(it.out().find("waiting for a person: 1 NEEDSBUILD") != std::string::npos);
    it.run({"build", "why", "8"});
    CHECK(it.out().find("It was given back by builders 5 times") != std::string::npos);
    CHECK(it.run({"build", "retry", "8"}) == 0);
    CHECK(loop.attempt() == 0);
    CHECK(it.job("givenback") == "1");
}

TEST_CASE("a job that was left to a person is cancelled and superseded as any other") {
    Loop loop("GIVENBACK");
    Scenario& it = loop.it;
    it.farm.sql("UPDATE build SET for_person = now() WHERE id = 8");
    CHECK(it.run({"build", "cancel", "8"}) == 0);
    CHECK(it.build("buildstate || ' ' || (for_person IS NULL)") == "CANCELLED true");
    CHECK(it.run({"build", "retry", "8"}) == 0);
    it.farm.sql(
        "UPDATE build SET for_person = now() WHERE id = 8; "
        "UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED'");
    CHECK(it.run({"dispatch"}) == 0);
    CHECK(it.build("buildstate || ' ' || (for_person IS NULL)") == "SUPERSEDED true");
}

TEST_CASE("a build that runs on for ever is aborted and alone to blame") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.fleet.say("bob state BUILDING " + it.set_up_job());
    const auto runs_for = [&](const std::string& time) {
        it.farm.sql("UPDATE buildqueue SET dispatched = now() - interval '" + time +
                    "' WHERE build = 8");
        CHECK(it.run({"collect"}) == 0);
        return it.farm.state(8);
    };
    it.farm.sql("UPDATE build SET buildduration = '2 d', sourcepackagerelease = 14 WHERE id = 6");
    CHECK(runs_for("9 d") == "BUILDING");  // five times two days
    it.farm.options["build_timeout"] = "7 d, mozilla-firefox/i386 12 d";
    CHECK(runs_for("11 d") == "BUILDING");
    it.farm.options["build_timeout"] = "7 d, mozilla-firefox/hppa 12 d";
    CHECK(it.fleet.count("abort") == 0);
    CHECK(runs_for("11 d") == "NEEDSBUILD");
    CHECK(it.fleet.count("abort") == 1);
    CHECK(it.build("failure_count") == "1");
    CHECK(it.farm.value("SELECT failure_count FROM builder") == "0");
    CHECK(it.farm.value("SELECT outcome FROM buildattempt") == "OVERTIME");
    CHECK(it.farm.value("SELECT detail FROM buildattempt").find("build_timeout (10 d 0 h)") !=
          std::string::npos);
}

namespace {

// bob's chroot is broken, and a quarter of an hour passes for what is judged by it.
struct BrokenChroot : Loop {
    explicit BrokenChroot(const std::vector<std::string>& builders = {"bob"})
        : Loop("CHROOTFAIL", builders) {}

    // It is the chroot, and nobody speaks of its builder.
    void fails() {
        it.farm.sql(
            "UPDATE evidence SET at = at - interval '1 day'; UPDATE builder SET failure_count = 0, "
            "suspicion = 0, quarantines = 0, quarantined_since = NULL, quarantined_until = NULL");
        attempt();
        CHECK(it.farm.state(8) == "CHROOTWAIT");
    }
    bool tried_after(const std::string& time) {
        pass_time(time);
        it.farm.sql("UPDATE build SET retried = retried - interval '" + time + "'");
        queue_build();
        return it.farm.state(8) == "NEEDSBUILD";
    }
    std::string why() {
        it.run({"build", "why", "8"});
        return it.out();
    }
    int failure_mails() {
        return static_cast<int>(
            it.farm.db().rows("SELECT 1 FROM mailqueue WHERE build = 8").size());
    }
};

}  // namespace

TEST_CASE("a build whose chroot was broken is built by itself when that is mended") {
    BrokenChroot loop;
    Scenario& it = loop.it;
    loop.fails();
    CHECK(it.lines_with("needs a person") == 0);
    CHECK(loop.why().find("It is tried again in 1") != std::string::npos);
    CHECK_FALSE(loop.tried_after("14 min"));
    CHECK(loop.tried_after("1 min"));
    CHECK(it.lines_with("1 retried") == 1);
    CHECK(it.lines_with("is tried again by itself") == 1);
    CHECK(it.run({"build", "show", "8"}) == 0);
    CHECK(it.out().find("Then tried again by itself") != std::string::npos);
    const test::TempFolder results;
    test::make_result(results.path());
    it.fleet.say("bob outcome OK files=" + results.path());
    loop.attempt();
    CHECK(it.farm.state(8) == "FULLYBUILT");
}

TEST_CASE("a chroot problem is tried again on another builder where one lives") {
    for (const std::string other : {"ant", "cow"}) {
        BrokenChroot loop({"ant", "bob", "cow"});
        Scenario& it = loop.it;
        it.farm.sql("UPDATE builder SET manual = true WHERE name <> 'bob'");
        loop.fails();
        it.farm.sql("UPDATE builder SET manual = false WHERE name IN ('bob', '" + other + "')");
        CHECK(loop.tried_after("15 min"));
        it.run({"dispatch"});
        CHECK(it.farm.value("SELECT name FROM builder JOIN buildqueue ON builder = builder.id") ==
              other);
    }
}

TEST_CASE("a build that ends CHROOTFAIL for ever is told once and after five times a person's") {
    BrokenChroot loop;
    Scenario& it = loop.it;
    loop.fails();
    const int told = loop.failure_mails();
    CHECK(told == 3);
    for (const auto& [early, late] : {std::pair("14 min", "1 min"),
                                      {"29 min", "1 min"},
                                      {"59 min", "1 min"},
                                      {"119 min", "1 min"}}) {
        CHECK_FALSE(loop.tried_after(early));
        CHECK(loop.tried_after(late));
        loop.fails();
    }
    CHECK(loop.failure_mails() == told);
    CHECK(loop.queue_build() == 1);  // the run that finds it
    CHECK(it.lines_with("needs a person: its chroot could not be used 5 times in a row") == 1);
    CHECK_FALSE(loop.tried_after("10 d"));
    CHECK(it.lines_with("needs a person") == 0);
    CHECK(it.build("for_person IS NOT NULL") == "true");
    CHECK(loop.why().find("It has ended so 5 times in a row: a person has to look") !=
          std::string::npos);
    it.run({"status"});
    CHECK(it.out().find("waiting for a person: 1 CHROOTWAIT") != std::string::npos);
    CHECK(it.run({"build", "retry", "8"}) == 0);
    loop.fails();
    CHECK(loop.failure_mails() == 2 * told);  // a person asked
    CHECK_FALSE(loop.tried_after("14 min"));
    CHECK(it.build("for_person IS NULL") == "true");
    CHECK(loop.tried_after("1 min"));
}

TEST_CASE("a chroot problem is not tried again where nothing can come of it") {
    BrokenChroot loop;
    Scenario& it = loop.it;
    loop.fails();
    loop.pass_time("1 d");
    const auto stays = [&](const std::string& change, const std::string& undo) {
        it.farm.sql(change);
        INFO(change);
        loop.queue_build();
        CHECK(it.farm.state(8) == "CHROOTWAIT");
        it.farm.sql(undo);
    };
    stays("UPDATE archive SET enabled = false", "UPDATE archive SET enabled = true");
    stays("UPDATE distroarchseries SET enabled = false",
          "UPDATE distroarchseries SET enabled = id = 6");
    stays("UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED'",
          "UPDATE sourcepackagepublishinghistory SET status = 'PUBLISHED' WHERE "
          "sourcepackagerelease = 14 AND distroseries = 3 AND archive = 1");
    stays("UPDATE build SET retried = now()", "UPDATE build SET retried = NULL");
    const std::string breaker =
        "INSERT INTO breaker (kind, key, word, trusted, words, probe_at) VALUES ('series', "
        "'ubuntu/hoary', 'chroot', true, 'the series ubuntu/hoary: builders ended CHROOTFAIL', "
        "now() + interval '1 hour');";
    it.farm.sql(breaker +
                "INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, "
                "archive) VALUES (90, 1, 6, 16, 1); INSERT INTO buildqueue (build, held_by) SELECT "
                "90, max(id) FROM breaker");
    CHECK(loop.why().find("Nobody is to blame: the series ubuntu/hoary: builders ended "
                          "CHROOTFAIL. It is tried again when that works.") != std::string::npos);
    stays("SELECT 1", "UPDATE breaker SET closed = now()");
    loop.queue_build();
    CHECK(it.farm.state(8) == "NEEDSBUILD");
}

TEST_CASE("answers that a common cause took back are none of a chroot problem's five") {
    BrokenChroot loop;
    Scenario& it = loop.it;
    loop.fails();
    it.farm.sql(
        "INSERT INTO buildattempt (build, builder, cookie, started, finished, outcome, taken_back) "
        "SELECT 8, 1, 'x' || i, now() - interval '2 d', now() - interval '1 d', 'CHROOTFAIL', CASE "
        "WHEN i > 3 THEN now() END FROM generate_series(1, 9) i");
    loop.queue_build();
    CHECK(it.build("for_person IS NULL") == "true");  // four
    it.farm.sql("UPDATE buildattempt SET taken_back = NULL WHERE cookie = 'x4'");
    CHECK(loop.queue_build() == 1);
    CHECK(it.build("for_person IS NOT NULL") == "true");
    it.farm.sql(
        "INSERT INTO buildattempt (build, builder, cookie, started, finished, outcome) VALUES (8, "
        "1, 'y', now() - interval '1 d', now() - interval '1 d', 'PACKAGEFAIL'), (8, 1, 'z', now() "
        "- interval '1 d', now() - interval '1 d', 'CHROOTFAIL')");
    loop.queue_build();
    CHECK(it.build("for_person IS NULL") == "true");  // one, after a good chroot
}
