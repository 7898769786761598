// The locks of behaviour §2.1: passes, uploads and queue building do not stop one another.
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <future>
#include <sys/file.h>
#include <unistd.h>

#include "base/files.hpp"
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

TEST_CASE("a pass that has held the farm for twice pass_timeout is an error that names it") {
    Scenario it("current");
    it.farm.sql(
        "SELECT pg_advisory_lock(1651862628, 1); INSERT INTO pass (command, host, pid, backend) "
        "VALUES ('cycle', 'other', 7, pg_backend_pid())");
    CHECK(it.run({"scan"}) == 75);
    CHECK(it.lines_with("INFO    The farm's lock is in use by host 'other', pid 7") == 1);
    CHECK(it.fleet.calls().empty());
    it.farm.sql("UPDATE heldlock SET since = now() - interval '90 s'");
    CHECK(it.run({"scan"}) == 75);
    CHECK(it.lines_with("INFO    The farm's lock is in use by host 'other', pid 7") == 1);
    it.farm.sql("UPDATE heldlock SET since = now() - interval '10 min'");
    CHECK(it.run({"scan"}) == 75);
    const std::string said = it.line_with("The farm's lock");
    CHECK(said.starts_with(
        "ERROR   The farm's lock is in use by host 'other', pid 7 (cycle) for 10 min"));
    CHECK(said.ends_with(fmt::format("the database session {} (user 'farm', buildd-master)",
                                     it.farm.db().session().backend_pid())));
    CHECK(it.run({"scan"}) == 75);  // loud once an hour
    CHECK(it.lines_with("ERROR") == 0);
    CHECK(it.lines_with("INFO    The farm's lock is in use by host 'other', pid 7") == 1);
}

TEST_CASE(
    "whoever holds the farm's lock for twice pass_timeout is an error that names the session") {
    Scenario it("current");
    db::Database person(it.farm.db().conninfo("fiera"), nullptr, "psql by hand");
    person.script("SELECT pg_advisory_lock(1651862628, 1)");
    it.farm.sql(
        "INSERT INTO pass (command, host, pid, started) "
        "VALUES ('cycle', 'other', 7, now() - interval '3 days')");  // was killed
    CHECK(it.run({"cycle"}) == 75);
    const std::string who =
        fmt::format("the database session {} (user 'fiera', psql by hand)", person.backend_pid());
    CHECK(it.line_with("The farm's lock").find("INFO    The farm's lock is in use by " + who) == 0);
    it.farm.sql("UPDATE heldlock SET since = now() - interval '10 min'");
    CHECK(it.run({"cycle"}) == 75);
    CHECK(it.line_with("The farm's lock")
              .find("ERROR   The farm's lock is in use by " + who + " for 10 min") == 0);
    CHECK(it.lines_with("pid 7") == 0);
    person.script("SELECT pg_advisory_unlock_all()");
    CHECK(it.run({"cycle"}) == 0);
    CHECK(it.farm.value("SELECT count(*) FROM heldlock") == "0");
}

TEST_CASE("a process that holds the lock file for twice pass_timeout is an error that names it") {
    Scenario it("current");
    {
        const auto lock = hold(it);
        CHECK(it.run({"cycle"}) == 75);
        CHECK(it.lines_with(
                  fmt::format("INFO    Lockfile {} in use by host '", it.farm.file("lock"))) == 1);
    }
    const std::string path = it.farm.file("lock");
    REQUIRE(replace_file(path, "elsewhere\n7\ncycle\n1000\n", 0600).ok());
    const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);  // as flock(1) does: it writes nothing
    REQUIRE(::flock(fd, LOCK_EX | LOCK_NB) == 0);
    CHECK(it.run({"cycle"}) == 75);
    it.farm.sql("UPDATE heldlock SET since = now() - interval '110 s'");
    CHECK(it.run({"cycle"}) == 75);
    CHECK(it.said(fmt::format("ERROR   Lockfile {} in use by host '{}', pid {} (test_cmd)", path,
                              host_name(), ::getpid())));
    ::close(fd);
    CHECK(it.run({"cycle"}) == 0);
}

TEST_CASE("a lock file that is not the farm's user's alone is refused before anything is done") {
    Scenario it("current");
    const std::string victim = it.farm.file("farm-uuid");
    std::filesystem::create_symlink(victim, it.farm.file("lock"));
    CHECK(it.run({"cycle"}) == 78);
    CHECK(it.log().find("buildd-master: lockfile: " + it.farm.file("lock") +
                        " is not used as a lock: it is a symbolic link") != std::string::npos);
    CHECK(test::read(victim).size() == 37);
    CHECK(it.fleet.calls().empty());
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
    CHECK(inner.find("is still being uploaded by another process") != std::string::npos);
    CHECK(it.farm.state(7) == "BUILDING");
}

TEST_CASE("queue building and passes do not wait for each other but for their own kind") {
    Scenario it("current");
    {
        const auto pass = hold(it);
        CHECK(it.run({"queue", "build"}) == 0);
    }
    const auto queue = hold(it, ".queue");
    CHECK(it.run({"scan"}) == 0);
    CHECK(it.run({"queue", "build"}) == 75);
}

TEST_CASE("commands of an admin wait for no lock") {
    Scenario it("current");
    const auto pass = hold(it), queue = hold(it, ".queue");
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
