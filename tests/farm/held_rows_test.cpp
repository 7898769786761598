// Rows and tables that an admin's open transaction holds while passes run (behaviour §2.5).
#include <fmt/format.h>

#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

// An admin's session with a transaction open.
class Admin {
 public:
    explicit Admin(Scenario& it, const std::string& statement)
        : session_(it.farm.db().conninfo(), nullptr, "psql by hand") {
        session_.script("BEGIN; " + statement);
    }
    void let_go() { session_.script("ROLLBACK"); }
    std::string who() {
        return fmt::format("the database session {} (user 'farm', psql by hand)",
                           session_.backend_pid());
    }

 private:
    db::Database session_;
};

const std::string hold_bob = "UPDATE builder SET title = 'x' WHERE name = 'bob'";
const std::string hold_job = "SELECT 1 FROM buildqueue WHERE build = 8 FOR UPDATE";

// frog's job is done, jack is idle and build 6 waits, while bob builds 8.
void set_up_three(Scenario& it) {
    it.run({"scan"});
    it.farm.sql("UPDATE builder SET last_seen = NULL");
    it.fleet.say(fmt::format("frog state WAITING PACKAGEFAIL {} log={}", it.farm.give(7, "frog"),
                             it.farm.file("farm-uuid")));
    it.fleet.say("bob state BUILDING " + it.farm.give(8, "bob") + "\nbob logtail 'on it'");
    it.fleet.clear_calls();
}

std::string held(Scenario& it) {
    return it.farm.value("SELECT count(*) FROM heldrow");
}

}  // namespace

TEST_CASE("a builder's row that somebody holds costs that builder alone") {
    Scenario it("current", {"bob", "frog", "jack"});
    set_up_three(it);
    Admin admin(it, hold_bob);
    CHECK(it.run({"cycle"}) == 0);
    CHECK(
        it.said("INFO    The row of builder 'bob' is held by another transaction; left to the "
                "next pass"));
    CHECK(it.farm.state(7) == "FAILEDTOBUILD");
    CHECK(it.job("logtail", 8) == "on it");
    const std::string seen =
        "SELECT string_agg(name, ' ' ORDER BY name) FROM builder "
        "WHERE last_seen IS NOT NULL";
    CHECK(it.farm.value(seen) == "frog jack");
    CHECK(held(it) == "1");
    admin.let_go();
    CHECK(it.run({"cycle"}) == 0);
    CHECK(it.farm.value(seen) == "bob frog jack");
    CHECK(held(it) == "0");
    CHECK(it.lines_with("is held by") == 0);
}

TEST_CASE("a job whose row somebody holds does not end and its builder is not told that it did") {
    Scenario it("current", {"bob", "frog"});
    const auto statement =
        GENERATE(as<std::string>(), hold_job, "SELECT 1 FROM build WHERE id = 8 FOR UPDATE");
    it.farm.sql("DELETE FROM buildqueue WHERE build = 7");
    it.set_up_job();
    it.wait_with("PACKAGEFAIL");
    Admin admin(it, statement);
    CHECK(it.run({"cycle"}) == 0);
    CHECK(
        it.said("INFO    The row of job 8-1 on 'bob' is held by another transaction; left to the "
                "next pass"));
    CHECK(it.lines_with("WARNING") == 0);
    CHECK(it.fleet.count("clean") == 0);
    CHECK(it.fleet.mails() == 0);
    CHECK(it.farm.value("SELECT count(*) FROM buildattempt") == "0");
    CHECK(it.farm.value("SELECT max(failure_count) FROM builder") == "0");
    CHECK(it.farm.state(8) == "BUILDING");
    admin.let_go();
    CHECK(it.run({"cycle"}) == 0);
    CHECK(it.farm.state(8) == "FAILEDTOBUILD");
    CHECK(it.fleet.count("clean") == 1);
    CHECK(held(it) == "0");
}

TEST_CASE("many held rows do not add up to a pass that has no time left") {
    std::vector<std::string> names{"frog"};
    for (int i = 0; i < 60; ++i) names.push_back(fmt::format("b{}", i));
    Scenario it("current", names);
    it.farm.options["pass_timeout"] = "10 s";
    it.farm.options["socket_timeout"] = "2 s";
    it.run({"scan"});
    for (std::size_t i = 1; i < names.size(); ++i) it.fleet.say(names[i] + " down");
    it.fleet.say("frog state WAITING PACKAGEFAIL " + it.farm.give(8, "frog") +
                 " log=" + it.farm.file("farm-uuid"));
    Admin admin(it, "UPDATE builder SET title = 'x' WHERE name <> 'frog'");
    CHECK(it.run({"cycle"}) == 0);
    INFO(it.log());
    CHECK(it.lines_with("is held by another transaction") == 60);
    CHECK(it.lines_with("The time of this pass was over") == 0);
    CHECK(it.farm.state(8) == "FAILEDTOBUILD");
}

TEST_CASE("a row held for ten minutes is a warning that names its holder once an hour") {
    Scenario it("current");
    Admin admin(it, hold_bob);
    CHECK(it.run({"scan"}) == 0);
    it.farm.sql("UPDATE heldrow SET since = now() - interval '9 min'");
    CHECK(it.run({"scan"}) == 0);
    CHECK(it.lines_with("WARNING") == 0);
    it.farm.sql("UPDATE heldrow SET since = now() - interval '11 min'");
    CHECK(it.run({"scan"}) == 0);
    const auto names_holder = [&](const std::string& level) {
        const std::string line = it.line_with("could not be written");
        return line.starts_with(level +
                                "The row of builder 'bob' could not be written for 11 min") &&
               line.find("it is held by " + admin.who() + " since 2") != std::string::npos;
    };
    CHECK(names_holder("WARNING "));
    CHECK(it.run({"scan"}) == 0);
    CHECK(names_holder("INFO    "));
}

TEST_CASE("several that hold a row together are named too") {
    Scenario it("current");
    Admin one(it, "SELECT 1 FROM builder FOR SHARE"), two(it, "SELECT 1 FROM builder FOR SHARE");
    CHECK(it.run({"scan"}) == 0);
    it.farm.sql("UPDATE heldrow SET since = now() - interval '11 min'");
    CHECK(it.run({"scan"}) == 0);
    const std::string line = it.line_with("could not be written");
    CHECK((line.find(one.who()) != std::string::npos || line.find(two.who()) != std::string::npos));
}

TEST_CASE("a transaction that merely refers to a builder does not hold its row") {
    Scenario it("current");
    it.set_up_job();
    Admin admin(it,
                "INSERT INTO buildattempt (build, builder, cookie, started, outcome) "
                "SELECT 8, id, '8-1', now(), 'OK' FROM builder");
    it.fleet.say("bob state BUILDING 8-1");
    CHECK(it.run({"cycle"}) == 0);
    CHECK(it.lines_with("is held by") == 0);
    CHECK(it.farm.value("SELECT last_seen IS NOT NULL FROM builder") == "true");
}

TEST_CASE("a silence that could not be cleared while the job's row was held ends no job") {
    Scenario it("current");
    it.fleet.say("bob state BUILDING " + it.set_up_job());
    it.farm.sql("UPDATE buildqueue SET silent_since = now() - interval '11 min'");
    Admin admin(it, hold_job);
    CHECK(it.run({"collect"}) == 0);  // it is well, but that cannot be written
    CHECK(it.job("silent_since < now() - interval '10 min'") == "true");
    it.farm.sql("UPDATE heldrow SET since = now() - interval '11 min'");
    it.fleet.say("bob down");
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.job("builder IS NOT NULL") == "true");
    admin.let_go();
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.job("silent_since > now() - interval '1 min'") == "true");
    CHECK(held(it) == "0");
    CHECK(it.farm.value("SELECT failure_count FROM builder") == "0");
    it.farm.sql("UPDATE buildqueue SET silent_since = now() - interval '11 min'");
    CHECK(it.run({"collect"}) == 0);  // now it has been silent for the full time
    CHECK(it.job("builder IS NULL") == "true");
}

TEST_CASE("a log that may have grown while the job's row was held does not stall") {
    Scenario it("current");
    it.fleet.say("bob state BUILDING " + it.set_up_job() + "\nbob logtail 'the same'");
    it.run({"collect"});
    it.farm.sql("UPDATE buildqueue SET logtail_changed = now() - interval '721 min'");
    it.fleet.say("bob logtail 'another'");
    Admin admin(it, hold_job);
    CHECK(it.run({"collect"}) == 0);
    it.fleet.say("bob logtail 'the same'");
    admin.let_go();
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.fleet.count("abort") == 0);
    CHECK(it.job("logtail_changed > now() - interval '1 min'") == "true");
}

TEST_CASE("a clock of aborting that could not be stopped while the builder was held fails nobody") {
    Scenario it("current");
    it.farm.sql("UPDATE builder SET aborting_since = now() - interval '1 hour'");
    Admin admin(it, hold_bob);
    CHECK(it.run({"scan"}) == 0);  // it is idle, but that cannot be written
    CHECK(held(it) == "1");
    it.fleet.say("bob state ABORTING 9-9");
    CHECK(it.run({"scan"}) == 0);
    admin.let_go();
    CHECK(it.run({"scan"}) == 0);
    CHECK(it.farm.value("SELECT builderok AND aborting_since > now() - interval '1 min' "
                        "FROM builder") == "true");
    CHECK(held(it) == "0");
}

TEST_CASE("a job whose row is held is passed over and the next one dispatched") {
    Scenario it("current");
    it.run({"scan"});
    it.farm.sql(
        "DELETE FROM buildqueue; INSERT INTO buildqueue (build, lastscore) "
        "VALUES (7, 100), (8, 1)");
    const bool superseded = GENERATE(false, true);
    if (superseded)
        it.farm.sql(
            "UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED' WHERE "
            "sourcepackagerelease = (SELECT sourcepackagerelease FROM build WHERE id = 7)");
    Admin admin(it, "SELECT 1 FROM buildqueue WHERE build = 7 FOR UPDATE");
    CHECK(it.run({"dispatch"}) == 0);
    CHECK(it.farm.state(7) == "NEEDSBUILD");
    CHECK(it.farm.state(8) == "BUILDING");
}

TEST_CASE("a lock on a whole table ends the pass with exit status 75 and names its holder") {
    const std::string mode = GENERATE("ACCESS EXCLUSIVE", "SHARE");
    const std::string table = GENERATE("buildqueue", "builder");
    Scenario it("current");
    it.fleet.say("bob state BUILDING " + it.set_up_job());
    Admin admin(it, fmt::format("LOCK TABLE {} IN {} MODE", table, mode));
    CHECK(it.run({"cycle"}) == 75);
    INFO(it.log());
    CHECK(it.log().find(fmt::format("buildd-master: the table {} is locked by {} since 2", table,
                                    admin.who())) != std::string::npos);
    admin.let_go();
    CHECK(it.run({"cycle"}) == 0);
}

TEST_CASE("rows that nobody holds cost a quiet pass no statement more") {
    Scenario it("current");
    it.fleet.say("bob state BUILDING " + it.set_up_job());
    it.farm.sql("DELETE FROM buildqueue WHERE build <> 8");
    it.run({"cycle"});
    it.run({"cycle"});
    const auto trips = it.line_with("database round trips");
    Admin admin(it, hold_job);
    CHECK(it.run({"cycle"}) == 0);
    CHECK(it.line_with("database round trips") == trips);
    admin.let_go();
    CHECK(it.run({"cycle"}) == 0);
    CHECK(it.line_with("database round trips") == trips);
}

TEST_CASE("queue building leaves out builds and jobs that somebody holds") {
    Scenario it("current");
    it.farm.sql("UPDATE buildqueue SET lastscore = 1");
    Admin admin(it, hold_job);
    CHECK(it.run({"queue", "build"}) == 0);
    CHECK(it.job("lastscore", 8) == "1");
    CHECK(it.job("lastscore <> 1", 7) == "true");
}

TEST_CASE("a mail whose row somebody holds is left to a later run") {
    Scenario it("current", {"bob"});
    it.farm.sql("INSERT INTO mailqueue (recipient, subject, message) VALUES ('a@b', 's', 'm')");
    {
        Admin admin(it, "UPDATE mailqueue SET subject = 'held'");
        CHECK(it.run({"work"}) == 0);
        CHECK(it.lines_with("somebody holds its row; a later run goes on") == 1);
    }
    CHECK(it.run({"work"}) == 0);
    CHECK(it.farm.value("SELECT count(*) FROM mailqueue WHERE datesent IS NULL") == "0");
}
