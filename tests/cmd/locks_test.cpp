// The locks of behaviour §2.1: passes, uploads and queue building do not stop one another.
#include <csignal>
#include <fmt/format.h>
#include <future>

#include "base/lock_file.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

LockFile hold(Scenario& it, const std::string& suffix = "") {
    auto lock = LockFile::try_acquire(it.farm.file("lock" + suffix), "test");
    return std::move(**lock);
}

}  // namespace

TEST_CASE("a pass that has held the farm longer than pass_timeout is an error that names it") {
    Scenario it("current");
    it.farm.sql(
        "SELECT pg_advisory_lock(1651862628, 1); INSERT INTO pass (command, host, pid, started) "
        "VALUES ('cycle', 'other', 7, now() - interval '16 min')");
    CHECK(it.run({"scan"}) == 75);
    CHECK(it.lines_with("ERROR   The farm's lock is in use by host 'other', pid 7 (cycle) for 16 "
                        "min") == 1);
    CHECK(it.fleet.calls().empty());
    it.farm.sql("UPDATE pass SET started = now() - interval '14 min'");
    CHECK(it.run({"scan"}) == 75);
    CHECK(it.lines_with("INFO    The farm's lock is in use by host 'other', pid 7") == 1);
}

TEST_CASE("a pass that died is not blamed for an upload that goes on elsewhere") {
    Scenario it("current");
    it.farm.sql(
        "SELECT pg_advisory_lock(1651862628, 2); INSERT INTO pass (command, host, pid, started) "
        "VALUES ('cycle', 'other', 7, now() - interval '3 days')");
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.lines_with("ERROR") == 0);
    CHECK(it.lines_with("pid 7") == 0);
}

TEST_CASE("a pass that waits for the lock runs when it is free") {
    Scenario it("current");
    auto lock = std::make_unique<LockFile>(hold(it));
    auto waiting = std::async(std::launch::async, [&] { return it.run({"scan", "--wait", "60"}); });
    lock.reset();
    CHECK(waiting.get() == 0);
    CHECK(it.fleet.count("echo") == 1);
}

TEST_CASE("an upload that goes on keeps no pass from running") {
    Scenario it("current");
    it.uploader(fmt::format("{0} cycle -vv >{1} 2>&1; echo $? >>{1}; exit 1\n", PROGRAM,
                            it.farm.file("inner")));
    it.set_up_job();
    CHECK(it.collect_waiting("OK") == 0);
    const std::string inner = test::read(it.farm.file("inner"));
    CHECK(inner.ends_with("\n0\n"));
    CHECK(inner.find("lock.upload in use by host '") != std::string::npos);
    CHECK(it.farm.state(7) == "BUILDING");
}

TEST_CASE("queue building and passes do not wait for each other but for their own kind") {
    Scenario it("current");
    {
        const auto pass = hold(it), upload = hold(it, ".upload");
        CHECK(it.run({"queue", "build"}) == 0);
    }
    const auto queue = hold(it, ".queue");
    CHECK(it.run({"scan"}) == 0);
    CHECK(it.run({"queue", "build"}) == 75);
}

TEST_CASE("commands of an admin wait for no lock") {
    Scenario it("current");
    const auto pass = hold(it), upload = hold(it, ".upload"), queue = hold(it, ".queue");
    CHECK(it.run({"builder", "disable", "bob", "--reason", "fan"}) == 0);
    it.farm.sql("UPDATE builder SET failure_count = 3");
    CHECK(it.run({"builder", "enable", "bob"}) == 0);
    CHECK(it.farm.value("SELECT builderok AND failure_count = 0 FROM builder") == "true");
}

TEST_CASE("queue building that is told to stop does so while it waits for the database") {
    Scenario it("current");
    db::Database admin(it.farm.db().conninfo());
    admin.script("BEGIN; LOCK TABLE build IN ACCESS EXCLUSIVE MODE");
    auto queue = std::async(std::launch::async, [&] { return it.run({"queue", "build"}); });
    it.await([&] {
        return it.farm.value(
                   "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND "
                   "datname = current_database()") == "1";
    });
    ::kill(std::stoi(LockFile::read_holder(it.farm.file("lock.queue")).pid), SIGTERM);
    CHECK(queue.get() == 143);
}
