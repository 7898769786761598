// To whom mails go, and what becomes of those that cannot be sent (behaviour §10).
#include <csignal>
#include <fmt/format.h>
#include <sys/wait.h>

#include "base/lock_file.hpp"
#include "support/measured.hpp"
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

void queue_mails(Scenario& it, int count) {
    it.farm.sql(
        fmt::format("INSERT INTO mailqueue (recipient, subject, message) SELECT 'p' || i || "
                    "'@example.org', 's', E'Subject: s\\r\\n\\r\\nbody\\r\\n' FROM "
                    "generate_series(1, {}) i",
                    count));
}

#define EACH_SILENCE \
    GENERATE(as<std::string>(), "hang", "hang-greeted", "hang-data", "hang-dot", "drip")

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

TEST_CASE("of a private archive its owner's people are told and no creator outside") {
    const Addresses insiders{"foo.bar@canonical.com", "celso.providelo@canonical.com"};
    const std::string owned = "UPDATE archive SET private = true, owner = 4 WHERE id = 1;";
    CHECK(told(owned) == insiders);
    CHECK(told(owned + "INSERT INTO person (id, name, displayname, is_team) VALUES (50, 'night', "
                       "'n', true); INSERT INTO teammembership VALUES (4, 50), (50, 1)")
              .size() == 3);
}

TEST_CASE("of a private archive that nobody owns the admins alone are told") {
    CHECK(told("UPDATE archive SET private = true WHERE id = 1") ==
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

TEST_CASE("a mail server that falls silent ends the round and the rest keeps its time") {
    const std::string way = EACH_SILENCE;
    INFO(way);
    Scenario it("current");
    queue_mails(it, 20);
    it.farm.options["smtp_timeout"] = "1 s";
    it.fleet.say("smtp " + way);
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.farm.value("SELECT count(*) FROM mailqueue WHERE attempts = 1 AND next_attempt > "
                        "now() AND lasterror LIKE '%did not answer within 1 s'") == "4");
    CHECK(it.farm.value("SELECT count(*) FROM mailqueue WHERE attempts = 0 AND next_attempt <= "
                        "now()") == "16");
    it.fleet.say("smtp ok");
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.farm.value("SELECT count(*) FROM mailqueue WHERE datesent IS NOT NULL") == "16");
}

TEST_CASE("a pass whose mails are in the hands of a silent server ends by SIGTERM and keeps them") {
    const std::string way = EACH_SILENCE;
    INFO(way);
    Scenario it("current");
    queue_mails(it, 9);
    it.farm.options["smtp_timeout"] = "1 h";
    it.fleet.say("smtp " + way);
    const pid_t pass = test::start_program({"collect"}, it.farm.environment(), it.farm.file("log"));
    it.await([&] { return it.fleet.silent_mails() == 4; });
    CHECK(it.run({"collect"}) == 0);  // all connections are taken, and no lock of a pass is held
    REQUIRE(::kill(pass, SIGTERM) == 0);
    int status = 0;
    it.await([&] { return ::waitpid(pass, &status, WNOHANG) == pass; });
    CHECK(test::status_of(status) == 128 + SIGTERM);
    CHECK(it.farm.value("SELECT count(*) FROM mailqueue WHERE datesent IS NULL AND attempts = 0") ==
          "9");
    it.fleet.say("smtp ok");
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.farm.value("SELECT count(*) FROM mailqueue WHERE datesent IS NULL") == "0");
}

TEST_CASE("a mail that another process is sending is left to it") {
    Scenario it("current");
    queue_mails(it, 2);
    CHECK(it.run({"scan"}) == 0);  // makes the folders
    auto other = LockFile::try_acquire(it.farm.file("locks/mail-101"), "mail");
    REQUIRE(other.ok());
    REQUIRE(other->has_value());
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.fleet.mails() == 1);
    other->reset();
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.fleet.mails() == 2);
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
