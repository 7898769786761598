// Which of the jobs that wait for a cause to go is tried, so that none that cannot run, or fails by
// itself, holds up the others (behaviour §2, "Counting").
#include "outage.hpp"
#include "test.hpp"

using namespace buildd;
using test::Outage;

namespace {

// The librarian's web server is down and all jobs wait; build 1012 is the best of them.
struct Waiting : Outage {
    Waiting() : Outage({"ant", "bee", "cow", "dog"}, 12) {
        farm.sql("UPDATE buildqueue SET lastscore = 2000 - build WHERE build > 1000");
        farm.sql("UPDATE buildqueue SET lastscore = 5000 WHERE build = 1012");
        fleet.say("web down");
        passes(2);
        REQUIRE(breakers() == "host fetch true");
        farm.sql("UPDATE buildqueue SET not_before = NULL; UPDATE breaker SET asked = NULL");
        fleet.say("web up");
    }
    std::string open() { return farm.value("SELECT count(*) FROM breaker WHERE closed IS NULL"); }
    std::string tried() {
        return farm.value("SELECT string_agg(build::text, ' ' ORDER BY at) FROM breakerprobe");
    }
    void forget_probes() {
        farm.sql(
            "DELETE FROM breakerprobe; UPDATE breaker SET probe_job = NULL, probe_at = now(), "
            "probes = 0;"
            "UPDATE buildqueue SET held_by = (SELECT id FROM breaker)");
    }
};

// The untrusted builder dog, and PPA builds 1011 and 1012 of it.
struct Mixed : Outage {
    Mixed() : Outage({"ant", "bee", "cow", "dog"}, 12) {
        farm.options["untrusted_without_reset"] = "true";
        farm.sql(
            "UPDATE builder SET trusted = false, clean_status = 'CLEAN' WHERE name = 'dog';"
            "DELETE FROM buildqueue WHERE build > 1010; UPDATE build SET archive = 9 WHERE id > "
            "1010; UPDATE sourcepackagepublishinghistory SET archive = 9 WHERE "
            "sourcepackagerelease > 1010; INSERT INTO buildqueue (build, lastscore) SELECT id, 100 "
            "FROM build WHERE id > 1010 AND buildstate = 'NEEDSBUILD'");
        fleet.say("web down");
        run({"cycle"});
        run({"cycle"});
        REQUIRE(breakers() == "host fetch true");
        fleet.say("web up");
    }
    std::string open() { return farm.value("SELECT count(*) FROM breaker WHERE closed IS NULL"); }
};

}  // namespace

TEST_CASE("a job that cannot run is no probe") {
    Waiting it;
    const std::string what = GENERATE(
        "UPDATE buildqueue SET parked_by = 'me'",
        "UPDATE buildqueue SET not_before = now() + interval '1 hour'",
        "UPDATE buildqueue SET tags = '{big-memory}'", "UPDATE build SET for_person = now()");
    it.forget_probes();
    const bool of_build = what.starts_with("UPDATE build ");
    it.farm.sql(what + (of_build ? " WHERE id = 1012" : " WHERE build = 1012"));
    it.run({"cycle"});
    INFO(what << "\n" << it.log());
    CHECK(it.tried() == "1001");
    CHECK(it.open() == "0");
}

TEST_CASE("a SECURITY build that the settings keep back is no probe") {
    Waiting it;
    it.forget_probes();
    it.farm.options["build_security"] = "false";
    it.farm.sql("UPDATE build SET pocket = 'SECURITY' WHERE id = 1012");
    it.run({"cycle"});
    INFO(it.log());
    CHECK(it.tried() == "1001");
    CHECK(it.open() == "0");
}

TEST_CASE("a probe that nobody takes gives its place to another one after two minutes") {
    Waiting it;
    it.forget_probes();
    it.farm.sql("UPDATE builder SET manual = true");
    it.run({"cycle"});
    CHECK(it.farm.value("SELECT count(*) FROM breakerprobe") == "0");  // who should run it?
    it.farm.sql("UPDATE builder SET manual = false");
    it.run({"scan"});
    CHECK(it.tried() == "1012");
    it.run({"scan"});
    CHECK(it.tried() == "1012");
    it.farm.sql("UPDATE breakerprobe SET at = now() - interval '2 min'");
    it.run({"scan"});
    INFO(it.log());
    CHECK(it.tried() == "1012 1001");
    CHECK(it.farm.value("SELECT string_agg(build::text, ' ') FROM buildqueue "
                        "WHERE held_by IS NULL") == "1001");
    CHECK(it.farm.value("SELECT probes FROM breaker") == "1");
}

TEST_CASE("probes that are superseded cost no quarter of an hour each") {
    Waiting it;
    it.forget_probes();
    it.farm.sql(
        "UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED' "
        "WHERE sourcepackagerelease = 1012");
    it.run({"scan"});
    CHECK(it.tried() == "1001");
    it.farm.sql(
        "UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED' "
        "WHERE sourcepackagerelease = 1001");
    it.run({"cycle"});
    CHECK(it.farm.value("SELECT buildstate FROM build WHERE id = 1001") == "SUPERSEDED");
    it.run({"cycle"});
    INFO(it.log());
    CHECK(it.tried() == "1001 1002");
    CHECK(it.open() == "0");
}

TEST_CASE("jobs that fail by themselves are not probed again and again") {
    Outage it({"ant", "bee", "cow", "dog"}, 10);
    it.fleet.say("* outcome CHROOTFAIL");
    it.passes(10);
    INFO(it.log());
    CHECK(it.breakers() == "line chroot true");
    CHECK(it.farm.value("SELECT count(*) FROM breakerprobe") >= "4");
    CHECK(it.farm.value("SELECT probes = (SELECT count(*) FROM breakerprobe) FROM breaker") ==
          "true");
}

TEST_CASE("what trusted builders met is tried on trusted builders") {
    Mixed it;
    it.fleet.say("dog fetch 'Error accessing Librarian: timed out'");
    for (int i = 0; i < 2 && it.open() != "0"; ++i) {
        it.later();
        it.run({"cycle"});
    }
    INFO(it.log());
    CHECK(it.open() == "0");
    CHECK(it.farm.value("SELECT count(*) FROM breakerprobe JOIN build ON build.id = build "
                        "WHERE archive = 9") == "0");
}

TEST_CASE("where no trusted job waits an untrusted one shows that a cause has gone") {
    Mixed it;
    it.farm.sql("DELETE FROM buildqueue WHERE build < 1011");
    for (int i = 0; i < 2 && it.open() != "0"; ++i) {
        it.later();
        it.run({"cycle"});
    }
    INFO(it.log());
    CHECK(it.open() == "0");
    CHECK(it.farm.value("SELECT count(*) > 0 FROM breakerprobe JOIN build ON build.id = build "
                        "WHERE archive = 9") == "true");
}
