// What fails at all builders alike is laid to nobody, and nobody's hand is needed when it works
// again: the program on whole outages (behaviour §2, "Counting").
#include <filesystem>

#include "outage.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using test::Outage;

TEST_CASE("while the librarian's web server is down nobody is blamed and then all goes on") {
    Outage it;
    it.fleet.say("web down");
    it.passes(10);
    CHECK(it.breakers() == "host fetch true");
    it.check_nobody_is_blamed();
    CHECK(it.held() >= "3");
    CHECK(it.notices() == 2);  // admins
    it.fleet.say("web up");
    it.passes(3);
    it.check_all_is_well();
}

TEST_CASE("while an archive is down nobody is blamed and then all goes on") {
    Outage it;
    it.fleet.say("* outcome CHROOTFAIL");
    it.passes(10);
    CHECK(it.breakers() == "line chroot true");
    CHECK(it.farm.value("SELECT count(*) FROM build WHERE buildstate = 'CHROOTWAIT'") == "0");
    it.check_nobody_is_blamed();
    CHECK(it.notices() == 2);  // admins
    CHECK(it.farm.value("SELECT bool_and(detail LIKE '%the archive line deb %') FROM buildattempt "
                        "WHERE outcome = 'CHROOTFAIL'") == "true");
    it.well();
    it.passes(4);
    it.check_all_is_well();
}

TEST_CASE("a quarantine that a common cause began ends with it and its builds keep their age") {
    Outage it;
    it.farm.sql(
        "UPDATE builder SET suspicion = 5 WHERE name = 'ant';"
        "UPDATE buildqueue SET created = '2005-04-01'");
    it.fleet.say("* outcome CHROOTFAIL");
    it.run({"cycle"});
    it.run({"cycle"});
    INFO(it.log());
    CHECK(it.log().find("Builder 'ant' is in quarantine") != std::string::npos);
    CHECK(it.breakers() == "line chroot true");
    CHECK(it.farm.value("SELECT suspicion || ' ' || quarantines || ' ' || (quarantined_until IS "
                        "NULL) FROM builder WHERE name = 'ant'") == "5 0 true");
    CHECK(it.farm.value("SELECT sum(suspicion) FROM builder WHERE name <> 'ant'") == "0");
    CHECK(it.farm.value("SELECT count(*) FROM buildqueue WHERE created < '2006-01-01'") == "4");
}

TEST_CASE("a bad chroot is named and nobody is blamed for it") {
    Outage it;
    it.passes(1);  // the old one was well
    it.farm.sql("UPDATE buildattempt SET finished = now()");
    const auto cases =
        "UPDATE build SET buildstate = 'NEEDSBUILD' WHERE id > 1000 AND buildstate "
        "IN ('FAILEDTOUPLOAD', 'CANCELLED'); INSERT INTO buildqueue (build) SELECT "
        "id FROM build WHERE id > 1000 AND buildstate = 'NEEDSBUILD' ON CONFLICT DO "
        "NOTHING;";
    it.run({"cycle"});
    it.farm.sql(cases);
    it.farm.sql(
        "INSERT INTO libraryfilealias (id, content, filename) VALUES (900, 1, 'bad.tar.gz');"
        "UPDATE pocketchroot SET chroot = 900");
    std::filesystem::create_directories(it.farm.file("librarian/900"));
    std::filesystem::copy(it.farm.file("librarian/1/chroot-hoary-i386.tar.gz"),
                          it.farm.file("librarian/900/bad.tar.gz"));
    it.fleet.say("* outcome CHROOTFAIL");
    it.run({"cycle"});
    it.run({"cycle"});
    INFO(it.log());
    CHECK(it.breakers() == "chroot chroot true");
    CHECK(it.farm.value("SELECT words FROM breaker") ==
          "the chroot bad.tar.gz: builders ended CHROOTFAIL");
    it.check_nobody_is_blamed();
    CHECK(it.run({"queue", "why"}) == 0);
    CHECK(it.out().find("the chroot bad.tar.gz: builders ended CHROOTFAIL: 4 jobs wait") !=
          std::string::npos);
    CHECK(it.run({"build", "why", "1001"}) == 0);
    CHECK(it.out().find("Nobody is to blame: the chroot bad.tar.gz") != std::string::npos);
    CHECK(it.run({"status"}) == 0);
    CHECK(it.out().find("the chroot bad.tar.gz") != std::string::npos);
}

TEST_CASE("while half of the builders are cut off no build is lost and then all goes on") {
    Outage it({"ant", "bee", "cow", "dog", "eel", "fox"});
    it.fleet.say("* outcome OK after=never");
    it.passes(1);
    it.fleet.say("ant down\nbee down\ncow down\ndog finish\neel finish\nfox finish");
    it.well();
    it.passes(10);
    CHECK(it.breakers() == "network silent true");
    CHECK(it.farm.value("SELECT sum(failure_count) FROM builder") == "0");
    it.fleet.say("ant up\nbee up\ncow up");
    it.passes(3);
    it.check_all_is_well();
}

TEST_CASE("builders that a person took out of use count for no network") {
    Outage it({"ant", "bee", "cow", "dog", "eel", "fox"});
    const auto disable = [&](const std::string& since) {
        it.farm.sql(
            "INSERT INTO builder (name, processor, url, title, builderok, disabled_by, "
            "silent_since) SELECT 'old' || i, 1, 'http://127.0.0.1:' || 100 + i || '/', '', false, "
            "'me', " +
            since + " FROM generate_series(1, 12) i");
    };
    disable(GENERATE("NULL", "now() - interval '90 days'"));
    it.fleet.say("* outcome OK after=never");
    it.passes(1);
    it.fleet.say("ant down\nbee down\ncow down\ndog finish\neel finish\nfox finish");
    it.well();
    it.passes(3);
    CHECK(it.breakers() == "network silent true");
    CHECK(it.farm.value("SELECT closed IS NULL FROM breaker") == "true");
    CHECK(it.farm.value("SELECT sum(failure_count) FROM builder") == "0");
    it.fleet.say("ant up\nbee up\ncow up");
    it.passes(3);
    it.farm.sql("DELETE FROM builder WHERE name LIKE 'old%'");
    it.check_all_is_well();
}

TEST_CASE("outages of the master's uplink take no build of two builders with them") {
    const bool one_is_idle = GENERATE(false, true);
    CAPTURE(one_is_idle);
    Outage it({"ant", "bee"});
    if (one_is_idle) it.farm.sql("UPDATE buildqueue SET parked_by = 'me' WHERE build = 1002");
    it.farm.sql(
        "UPDATE builder SET url = replace(url, '127.0.0.1', 'localhost') WHERE name = 'ant'");
    it.fleet.say("* outcome OK after=never");
    for (int outage = 0; outage < 3; ++outage) {
        it.passes(1);
        CHECK(it.farm.value("SELECT count(*) FROM buildqueue WHERE builder IS NOT NULL") ==
              (one_is_idle ? "1" : "2"));
        it.fleet.say("ant down\nbee down");
        it.passes(4);
        CHECK(it.farm.value("SELECT key FROM breaker WHERE closed IS NULL") == "");
        CHECK(it.farm.value("SELECT sum(failure_count) FROM build WHERE id > 1000") == "0");
        it.fleet.say("ant up\nbee up\n* reset");
        it.passes(2);
        CHECK(it.farm.value("SELECT count(*) FROM breaker WHERE closed IS NULL") == "0");
    }
    it.farm.sql("UPDATE buildqueue SET parked_by = NULL");
    it.fleet.say("* finish");
    it.well();
    it.passes(3);
    it.check_all_is_well();
}

TEST_CASE("builders that fail as they fetch have a common cause") {
    Outage it;
    const test::TempFolder files;
    it.fleet.say("* outcome BUILDERFAIL log=" +
                 files.write("log", "Err:1 http://archive hoary\nE: Failed to fetch x\n"));
    it.run({"cycle"});
    it.run({"cycle"});
    INFO(it.log());
    CHECK(it.breakers() == "line builder_fetch true");
    it.check_nobody_is_blamed();
}
