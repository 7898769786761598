// To whom mails go, and what becomes of those that cannot be sent (behaviour §10).
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;
using Addresses = std::vector<std::string>;

namespace {

Addresses told(const std::string& change) {
    Scenario it("current");
    it.farm.sql(change);
    it.set_up_job();
    it.collect_waiting("PACKAGEFAIL");
    return it.recipients();
}

}  // namespace

TEST_CASE("a team with an address of its own is told there and not its members") {
    CHECK(told("UPDATE person SET email = 'buildd@lists.example.org' WHERE id = 4") ==
          Addresses{"mark@hbd.com", "buildd@lists.example.org"});
}

TEST_CASE("members of a team within a team are told") {
    CHECK(told("INSERT INTO person (id, name, displayname, is_team) VALUES (50, 'night', 'n', "
               "true); UPDATE teammembership SET team = 50 WHERE member = 3; INSERT INTO "
               "teammembership VALUES (4, 50)") ==
          Addresses{"mark@hbd.com", "foo.bar@canonical.com", "celso.providelo@canonical.com"});
}

TEST_CASE("who is told for two reasons gets one mail") {
    CHECK(told("UPDATE sourcepackagerelease SET creator = 3") ==
          Addresses{"foo.bar@canonical.com", "celso.providelo@canonical.com"});
}

TEST_CASE("a mail that cannot be sent is kept and tried again later") {
    Scenario it("current");
    it.fleet.say("smtp reject-rcpt");
    it.set_up_job();
    CHECK(it.collect_waiting("PACKAGEFAIL") == 0);
    const std::string waits =
        "SELECT count(*) FROM mailqueue WHERE attempts = 1 AND lasterror IS NOT NULL AND "
        "next_attempt > now()";
    CHECK(it.farm.value(waits) == "3");
    it.fleet.say("smtp ok");
    CHECK(it.run({"collect"}) == 0);  // not due
    CHECK(it.farm.value(waits) == "3");
    it.farm.sql("UPDATE mailqueue SET next_attempt = now()");
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.fleet.mails() == 3);
    CHECK(it.farm.value("SELECT count(*) FROM mailqueue WHERE datesent IS NOT NULL") == "3");
}

TEST_CASE("a mail that nobody took for five days is given up with an error") {
    Scenario it("current");
    it.fleet.say("smtp reject-rcpt");
    it.farm.sql(
        "INSERT INTO mailqueue (recipient, subject, message, datecreated, attempts) VALUES "
        "('a@b', 's', 'Subject: s', now() - interval '121 hours', 99)");
    it.run({"collect"});
    CHECK(it.lines_with("ERROR   Mail 101 to a@b is given up after 100 tries: ") == 1);
    it.fleet.say("smtp ok");
    it.run({"collect"});
    CHECK(it.fleet.mails() == 0);
}

TEST_CASE("a long upload log is quoted from its last 64 KiB") {
    Scenario it("current");
    it.uploader("yes 0123456789abcde | head -n 6000 >$2; echo the end >>$2; exit 1\n");
    it.set_up_job();
    it.collect_waiting("OK");
    const std::string mail = it.mail();
    const auto begin = mail.find("\nUpload log:\n"), end = mail.find("\nthe end\n");
    REQUIRE(end != std::string::npos);
    CHECK(end - begin > 64'000);
    CHECK(end - begin < 66'000);
}
