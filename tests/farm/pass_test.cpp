// What holds for a whole pass (behaviour §2), shown while the program runs.
#include <filesystem>
#include <fmt/format.h>
#include <future>

#include "base/digest.hpp"
#include "support/result.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

// The program's sessions, less this test's own.
const std::string others = "datname = current_database() AND pid <> pg_backend_pid()";

// Everything that a pass may write, but for the lock files.
std::string digest(Scenario& it) {
    std::string all;
    for (const auto& table :
         it.farm.db().rows("SELECT table_name FROM information_schema.tables WHERE table_schema = "
                           "'public' AND table_type = 'BASE TABLE' ORDER BY 1"))
        all += table + it.farm.value("SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM " +
                                     table + " t");
    for (const auto& entry : std::filesystem::recursive_directory_iterator(it.farm.root())) {
        const std::string path = entry.path().string();
        if (path.starts_with(it.farm.file("lock")) && !entry.is_directory()) continue;
        all += path + (entry.is_regular_file() ? digest_file(path)->sha256 : "") + "\n";
    }
    return all;
}

}  // namespace

TEST_CASE("a dry run says what the next pass does and changes nothing") {
    Scenario it("current", {"bob", "frog", "jack"});
    it.run({"scan"});
    it.set_up_job();
    it.fleet.say("bob state WAITING DEPFAIL 8-1\nfrog state WAITING OK 7-1\njack down");
    std::filesystem::create_directories(it.farm.file("incoming/rubbish"));
    it.farm.sql(
        "INSERT INTO mailqueue (recipient, subject, message) VALUES ('a@b', 's', 'Subject: s')");
    for (const char* command : {"scan", "collect", "dispatch", "cycle"}) {
        it.fleet.clear_calls();
        const std::string before = digest(it);
        CHECK(it.run({command, "--dry-run"}) < 64);
        INFO(command);
        CHECK(digest(it) == before);
        for (const auto& call : it.fleet.calls())
            CHECK((call.method == "echo" || call.method == "info" || call.method == "status"));
    }
    for (const char* line :
         {"make i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE MANUALDEPWAIT",
          "clean builder 'frog', rescued from '7-1: Job build entry mismatch'",
          "fail builder 'jack': cannot connect to "}) {
        INFO(it.out());
        CHECK(it.out().find(line) != std::string::npos);
    }
    CHECK(it.fleet.mails() == 0);
    it.run({"cycle"});
    CHECK(it.farm.state(8) == "MANUALDEPWAIT");
    CHECK(it.fleet.mails() == 1);
}

TEST_CASE("a pass ends at its timeout and leaves what is unfinished unchanged") {
    Scenario it("current", {"bob", "frog"});
    it.farm.give(7, "frog");
    it.fleet.say("frog fault status hang");
    it.farm.options["pass_timeout"] = "4 s";
    it.farm.options["socket_timeout"] = "60 s";
    it.set_up_job();
    CHECK(it.collect_waiting("PACKAGEFAIL") == 1);
    CHECK(it.lines_with("60 s and more are not left of a pass of 4 s (pass_timeout)") == 1);
    CHECK(it.said(
        "INFO    The time of this pass was over for 1 builder; the next one goes on: frog"));
    CHECK(it.farm.state(8) == "FAILEDTOBUILD");
    CHECK(it.farm.state(7) == "BUILDING");
    CHECK(it.job("builder = 2 AND silent_since IS NULL", 7) == "true");
}

TEST_CASE("builders that a pass did not come to are the first in the next") {
    Scenario it("current", {"b1", "b2", "b3", "b4", "b5", "b6"});
    it.fleet.say("* fault echo hang");
    it.farm.options["max_connections"] = "4";
    it.farm.options["pass_timeout"] = "2 s";
    it.farm.options["socket_timeout"] = "60 s";
    CHECK(it.run({"scan"}) <= 1);
    CHECK(
        it.said("INFO    The time of this pass was over for 4 builders; the next one goes on: "
                "b1 b2 b3 b4"));
    CHECK(
        it.said("INFO    This pass did not come to 2 builders; the next one begins with them: "
                "b5 b6"));
    CHECK(it.run({"scan"}) <= 1);
    INFO(it.log());
    CHECK(
        it.said("INFO    The time of this pass was over for 4 builders; the next one goes on: "
                "b1 b2 b5 b6"));
    CHECK(it.run({"scan"}) <= 1);
    CHECK(
        it.said("INFO    The time of this pass was over for 4 builders; the next one goes on: "
                "b1 b2 b3 b4"));
    it.fleet.say("* heal");
    CHECK(it.run({"scan"}) <= 1);
    CHECK(it.farm.value("SELECT count(*) FROM builder WHERE cut_passes > 0 OR passed_over > 0") ==
          "0");
}

TEST_CASE("a builder cut short in three passes in a row is warned of once an hour") {
    Scenario it("current", {"bob", "frog"});
    it.fleet.say("frog fault echo hang");
    it.farm.options["pass_timeout"] = "2 s";
    it.farm.options["socket_timeout"] = "60 s";
    const std::string warning = "WARNING 1 builder cut short in 3 passes in a row or more: frog";
    for (int pass = 1; pass <= 4; ++pass) {
        CHECK(it.run({"scan"}) <= 1);
        INFO(pass << it.log());
        CHECK(it.said(warning) == (pass == 3));
        if (pass == 1) CHECK(it.run({"collect"}) <= 1);  // which is no end of the row
    }
    it.farm.sql("UPDATE notice SET logged = now() - interval '61 min'");
    CHECK(it.run({"scan"}) <= 1);
    CHECK(it.said(warning));
}

TEST_CASE("what the database refuses of the ledger ends no other builder's flow") {
    Scenario it("current", {"bob", "frog"});
    it.farm.sql(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
        "'no tails today'; END $$; CREATE TRIGGER refuse BEFORE UPDATE OF logtail ON buildqueue "
        "FOR EACH ROW WHEN (NEW.logtail = 'a tail') EXECUTE FUNCTION refuse()");
    it.set_up_job();
    it.fleet.say("bob state BUILDING 8-1\nbob logtail 'a tail'\nfrog latency status 1500");
    it.farm.sql("UPDATE builder SET architecturetag = 'i386'");
    CHECK(it.run({"cycle"}) == 1);
    INFO(it.log());
    CHECK(it.said("ERROR   Builders' news could not be written: no tails today"));
    CHECK(it.fleet.state("frog") == "BUILDING");
    CHECK(it.farm.value("SELECT last_seen IS NOT NULL FROM builder WHERE name = 'bob'") == "true");
}

TEST_CASE("L40 no transaction is open while builders or programs are waited for") {
    Scenario it("current", {"bob", "frog"});
    const std::string open =
        "SELECT count(*) FROM pg_stat_activity WHERE xact_start IS NOT NULL AND ";
    it.uploader(fmt::format("psql -At '{}' -c \"{}{}\" >{}; exit 1\n", it.farm.db().conninfo(),
                            open, others, it.farm.file("open")));
    it.farm.give(7, "frog");
    it.fleet.say("frog fault status hang");
    it.farm.options["socket_timeout"] = "6 s";
    it.set_up_job();
    it.wait_with("OK");
    auto pass = std::async(std::launch::async, [&] { return it.run({"collect"}); });
    it.await([&] { return it.fleet.count("status") == 2; });
    it.await([&] { return it.farm.state(8) == "UPLOADING"; });
    CHECK(it.farm.value(open + others) == "0");
    CHECK(it.farm.value("SELECT count(*) FROM pg_stat_activity WHERE " + others) == "1");
    CHECK(pass.get() == 0);
    CHECK(test::read(it.farm.file("open")) == "0\n");
}

TEST_CASE("L35 a pass that loses the database starts nothing more and is exit status 69") {
    Scenario it("current", {"bob"});
    it.run({"scan"});
    it.fleet.clear_calls();
    it.fleet.say("bob fault status delay=2000");  // counted when it comes, not when it is answered
    auto pass = std::async(std::launch::async, [&] { return it.run({"dispatch"}); });
    it.await([&] { return it.fleet.count("status") == 1; });
    it.farm.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE " + others);
    CHECK(pass.get() == 69);
    CHECK(it.fleet.count("build") == 0);
    it.fleet.say("bob heal");
    it.await([&] {  // a session that dies holds the farm's lock for a moment longer
        return it.farm.value("SELECT count(*) FROM pg_stat_activity WHERE " + others) == "0";
    });
    CHECK(it.run({"dispatch"}) == 0);
    INFO(it.log());
    CHECK(it.fleet.count("build") == 1);
}

TEST_CASE("L14 a job that someone else moved meanwhile is left alone") {
    Scenario it("current");
    it.set_up_job();
    it.wait_with("PACKAGEFAIL");
    it.fleet.say("bob fault status delay=1000");  // counted when it comes, not when it is answered
    auto pass = std::async(std::launch::async, [&] { return it.run({"collect"}); });
    it.await([&] { return it.fleet.count("status") == 1; });
    it.farm.sql("UPDATE build SET buildstate = 'CANCELLING' WHERE id = 8");
    CHECK(pass.get() == 0);
    CHECK(
        it.said("INFO    i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE was moved by "
                "someone else meanwhile; left alone"));
    CHECK(it.farm.state(8) == "CANCELLING");
    CHECK(it.job("builder") == "1");
    CHECK(it.fleet.count("clean") == 0);
    CHECK(it.fleet.mails() == 0);
}

TEST_CASE("an idle minute makes eight round trips to the database") {
    Scenario it("current", {"bob", "frog"});
    it.farm.sql("DELETE FROM buildqueue; DELETE FROM build WHERE buildstate = 'NEEDSBUILD'");
    it.run({"cycle"});  // meets the builders
    CHECK(it.run({"cycle"}) == 0);
    CHECK(it.line_with("database round trips") == "DEBUG   8 database round trips");
}

// Each statement outside a transaction is one; the server counts them at the session's end.
TEST_CASE("L27 1000 quiet builders cost no more statements than 10") {
    struct Cost {
        int round_trips;
        double seconds;
    };
    const auto cycle = [](std::size_t builders) -> Cost {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < builders; ++i) names.push_back(fmt::format("b{}", i));
        Scenario it("current", names);
        it.farm.give(8, "b0");
        it.fleet.say("b0 state BUILDING 8-1");
        it.farm.sql("DELETE FROM buildqueue WHERE build = 7");
        it.run({"cycle"});  // meets the builders
        CHECK(it.run({"cycle"}) == 0);
        const auto trips = it.line_with("database round trips");
        CHECK(trips.starts_with("DEBUG   "));
        const auto summary = it.line_with("INFO    cycle: ");
        return {std::stoi(trips.substr(8)), std::stod(summary.substr(summary.rfind(" in ") + 4))};
    };
    CHECK(cycle(30).round_trips == cycle(2).round_trips);
    const Cost few = cycle(10), many = cycle(1000);
    // What has changed is written twice a second, in at most two statements here.
    CHECK(many.round_trips <= few.round_trips + 2 * static_cast<int>(many.seconds / 0.5));
}
