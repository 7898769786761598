// Resets of untrusted builders' hosts, done after a pass (behaviour §8).
#include <csignal>
#include <fmt/format.h>
#include <future>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "support/measured.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

// bob is trusted, jail builds PPAs: build 7 is one of bob's, build 8 one of jail's.
struct Prison {
    Scenario it{"current", {"bob", "jail"}};

    // `script`: what vm_resume_command does besides writing down that it was run.
    explicit Prison(const std::string& script = "", const std::string& status = "DIRTY") {
        it.farm.sql(fmt::format(
            "UPDATE builder SET trusted = false, vm_host = 'vm7', architecturetag = 'i386', "
            "clean_status = '{}' WHERE name = 'jail'; UPDATE builder SET architecturetag = 'i386';"
            "DELETE FROM buildqueue; UPDATE build SET archive = 9 WHERE id = 8;"
            "INSERT INTO buildqueue (build) VALUES (7), (8)",
            status));
        it.farm.options["vm_resume_command"] = fmt::format(
            "/bin/sh -c 'echo \"$1\" >>{}; {}' x %(vm_host)s", it.farm.file("resets"), script);
    }

    std::string jail(const std::string& expression) {
        return it.farm.value("SELECT " + expression + " FROM builder WHERE name = 'jail'");
    }
    std::size_t resets() {
        const auto lines = read_file(it.farm.file("resets"));
        return lines ? split(*lines, '\n').size() - 1 : 0;
    }
    // Scan has found it silent so often.
    void silence(int probes) {
        it.fleet.say("jail down");
        for (int i = 0; i < probes; ++i) {
            it.farm.sql("UPDATE builder SET next_probe = now() WHERE next_probe IS NOT NULL");
            CHECK(it.run({"scan"}) == 0);
        }
    }
    std::string wait_for_go() const {
        return fmt::format("while [ ! -e {} ]; do sleep 0.05; done", it.farm.file("go"));
    }
    void let_go() const { REQUIRE(replace_file(it.farm.file("go"), "").ok()); }
    bool is_called(const std::string& name) { return !it.fleet.calls(name).empty(); }
    void await_jail(const std::string& expression, const std::string& value) {
        it.await([&] { return jail(expression) == value; });
    }
    pid_t start(const std::string& command) {
        return test::start_program({command, "-vv"}, it.farm.environment(), it.farm.file("log"));
    }
};

int status_of(pid_t pid) {
    int status = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    return test::status_of(status);
}

// One that nobody has waited for runs no more.
bool runs(pid_t pid) {
    const auto stat = read_file(fmt::format("/proc/{}/stat", pid));
    return stat && stat->find(") Z ") == std::string::npos;
}

}  // namespace

TEST_CASE("scan and dispatch alone serve a PPA builder") {
    Prison prison;
    Scenario& it = prison.it;
    CHECK(it.run({"scan"}) == 0);
    CHECK(it.run({"dispatch"}) == 0);
    CHECK(prison.resets() == 1);
    CHECK(it.fleet.state("jail") == "BUILDING");
    CHECK(it.fleet.state("bob") == "BUILDING");
    CHECK(prison.jail("clean_status") == "DIRTY");
    CHECK(it.said("INFO    Builder 'jail' is clean"));
}

TEST_CASE("a cycle resets after its pass and the next one gives the job") {
    Prison prison;
    Scenario& it = prison.it;
    CHECK(it.run({"cycle"}) == 0);
    CHECK(it.fleet.state("bob") == "BUILDING");
    CHECK(prison.jail("clean_status") == "CLEAN");
    CHECK(it.run({"cycle"}) == 0);
    CHECK(it.fleet.state("jail") == "BUILDING");
    CHECK(prison.resets() == 1);
}

TEST_CASE("a reset that lasts costs trusted builders nothing and its builder is left alone") {
    Prison prison;
    Scenario& it = prison.it;
    it.farm.options["vm_resume_command"] =
        fmt::format("/bin/sh -c 'echo $1 >>{}; {}' x %(vm_host)s", it.farm.file("resets"),
                    prison.wait_for_go());
    const pid_t first = prison.start("dispatch");
    prison.await_jail("clean_status", "CLEANING");
    CHECK(it.fleet.await_state("bob", "BUILDING").builds_started == 1);
    it.fleet.say("bob outcome OK\nbob finish");
    it.fleet.clear_calls();
    CHECK(it.run({"cycle", "--wait", "20"}) == 0);
    CHECK(it.fleet.count("echo") == 1);
    CHECK_FALSE(prison.is_called("jail"));
    CHECK(prison.jail("builderok") == "true");
    CHECK(it.run({"queue", "why"}) == 0);
    CHECK(it.out().find("being reset") != std::string::npos);
    prison.let_go();
    CHECK(status_of(first) == 0);
    CHECK(it.fleet.state("jail") == "BUILDING");
    CHECK(prison.resets() == 1);
}

TEST_CASE("a builder that is off when it is to be reset is reset and has not failed") {
    Prison prison;
    Scenario& it = prison.it;
    it.fleet.say("jail down");
    CHECK(it.run({"scan"}) == 0);
    CHECK(prison.jail("builderok AND failnotes IS NULL") == "true");
    auto dispatch = std::async(std::launch::async, [&] { return it.run({"dispatch"}); });
    it.await([&] { return prison.resets() == 1; });
    it.fleet.say("jail up");
    CHECK(dispatch.get() == 0);
    CHECK(it.fleet.state("jail") == "BUILDING");
}

TEST_CASE("a clean builder silent in two passes is reset and comes back by itself") {
    Prison prison("", "CLEAN");
    Scenario& it = prison.it;
    prison.silence(1);
    CHECK(it.run({"cycle"}) == 0);
    CHECK(prison.resets() == 0);
    prison.silence(1);
    CHECK(prison.jail("builderok") == "false");
    auto cycle = std::async(std::launch::async, [&] { return it.run({"cycle"}); });
    it.await([&] { return prison.resets() == 1; });
    it.fleet.say("jail up");
    CHECK(cycle.get() == 0);
    CHECK(prison.jail("clean_status || ' ' || builderok || ' ' || probe_failures || ' ' || "
                      "coalesce(failnotes, '-') || coalesce(next_probe::text, '-')") ==
          "CLEAN true 0 --");
}

TEST_CASE("a reset in vain is repeated once for each further silent probe") {
    Prison prison("", "CLEAN");
    Scenario& it = prison.it;
    it.farm.options["vm_resume_timeout"] = "1 s";
    prison.silence(2);
    CHECK(it.run({"cycle"}) == 0);
    CHECK(prison.resets() == 1);
    CHECK(prison.jail("failnotes LIKE 'Reset but not back within 1 s: cannot connect%'") == "true");
    CHECK(it.run({"cycle"}) == 0);
    CHECK(prison.resets() == 1);  // scan's next probe is not due
    prison.silence(1);
    CHECK(it.run({"cycle"}) == 0);
    CHECK(prison.resets() == 2);
}

TEST_CASE("a builder that answers wrongly is probed and not reset") {
    Prison prison("", "CLEAN");
    Scenario& it = prison.it;
    it.fleet.say("jail fault echo http=500");
    for (int i = 0; i < 3; ++i) {
        it.farm.sql("UPDATE builder SET next_probe = now() WHERE next_probe IS NOT NULL");
        CHECK(it.run({"cycle"}) == 0);
    }
    CHECK(prison.jail("builderok || ' ' || probe_failures") == "false 3");
    CHECK(prison.resets() == 0);
}

TEST_CASE("builder enable has a builder reset whose last reset failed") {
    Prison prison("exit 3");
    Scenario& it = prison.it;
    CHECK(it.run({"dispatch"}) == 0);
    CHECK(prison.jail("failnotes") == "vm_resume_command failed: exit status 3: ");
    CHECK(it.run({"dispatch"}) == 0);
    CHECK(prison.resets() == 1);
    CHECK(it.run({"builder", "enable", "jail"}) == 0);
    it.fleet.say("jail down");
    CHECK(it.run({"cycle"}) == 0);
    CHECK(prison.resets() == 2);
}

TEST_CASE("a reset command that its dead master's supervisor ended is not repeated") {
    Prison prison;
    Scenario& it = prison.it;
    it.farm.options["vm_resume_command"] =
        fmt::format("/bin/sh -c 'echo $1 >>{}; {}' x %(vm_host)s", it.farm.file("resets"),
                    prison.wait_for_go());
    const pid_t master = prison.start("dispatch");
    it.await([&] { return prison.resets() == 1; });
    REQUIRE(::kill(master, SIGKILL) == 0);
    status_of(master);
    it.fleet.clear_calls();
    CHECK(it.run({"cycle"}) == 0);
    CHECK(prison.jail("clean_status || ' ' || builderok") == "CLEANING true");
    CHECK_FALSE(prison.is_called("jail"));
    prison.let_go();
    it.await([&] { return it.run({"cycle"}) == 0 && prison.jail("clean_status") == "CLEAN"; });
    CHECK(prison.resets() == 1);
    CHECK(it.run({"dispatch"}) == 0);
    CHECK(it.fleet.state("jail") == "BUILDING");
}

TEST_CASE("an orphaned reset command never runs beside its builder's next job") {
    Prison prison;
    Scenario& it = prison.it;
    it.farm.options["vm_resume_command"] = fmt::format(
        "/bin/sh -c 'sleep 1000 >/dev/null 2>&1 & echo $1 $! $PPID >>{0}; [ -e {1} ] || wait; "
        "kill $!' x %(vm_host)s",
        it.farm.file("resets"), it.farm.file("go"));
    const pid_t master = prison.start("dispatch");
    it.await([&] { return prison.resets() == 1; });
    const auto words = split_words(test::read(it.farm.file("resets")));
    REQUIRE(words.size() == 3);
    const auto left_behind = static_cast<pid_t>(*parse_int(words[1]));
    const auto supervisor = static_cast<pid_t>(*parse_int(words[2]));
    REQUIRE(::kill(master, SIGKILL) == 0);
    status_of(master);
    REQUIRE(::kill(supervisor, SIGKILL) == 0);
    it.await([&] { return !runs(supervisor); });
    CHECK(runs(left_behind));
    prison.let_go();
    CHECK(it.run({"dispatch"}) == 0);
    CHECK_FALSE(runs(left_behind));
    CHECK(prison.resets() == 2);
    CHECK(it.fleet.state("jail") == "BUILDING");
}

TEST_CASE("SIGTERM leaves a reset to its supervisor and a later run goes on with it") {
    Prison prison;
    Scenario& it = prison.it;
    it.farm.options["vm_resume_command"] =
        fmt::format("/bin/sh -c 'echo $1 >>{}; {}' x %(vm_host)s", it.farm.file("resets"),
                    prison.wait_for_go());
    const pid_t master = prison.start("dispatch");
    it.await([&] { return prison.resets() == 1; });
    REQUIRE(::kill(master, SIGTERM) == 0);
    CHECK(status_of(master) == 128 + SIGTERM);
    prison.let_go();
    it.await([&] { return it.run({"dispatch"}) == 0 && it.fleet.state("jail") == "BUILDING"; });
    CHECK(prison.resets() == 1);
}

TEST_CASE("a reset command that cannot be run stops resets with one error and not the pass") {
    Prison prison;
    Scenario& it = prison.it;
    it.farm.sql("UPDATE builder SET trusted = false WHERE name = 'bob'");
    it.farm.options["vm_resume_command"] = "/nowhere/reset-host";
    CHECK(it.run({"cycle"}) == 1);
    CHECK(it.lines_with("ERROR ") == 1);
    CHECK(it.farm.value("SELECT bool_and(builderok) FROM builder") == "true");
    it.farm.sql("UPDATE builder SET trusted = true WHERE name = 'bob'");
    CHECK(it.run({"cycle"}) == 1);
    CHECK(it.fleet.state("bob") == "BUILDING");
}

TEST_CASE("a reset command inherits no password of ours") {
    Prison prison;
    prison.it.farm.options["vm_resume_command"] =
        "/bin/sh -c 'env >" + prison.it.farm.file("env") + "'";
    prison.it.farm.options["librarian_password"] = "pwLibrarian";
    CHECK(prison.it.run({"work"}) == 0);
    const std::string seen = test::read(prison.it.farm.file("env"));
    CHECK(seen.find("BUILDD_MASTER_ROOT=") != std::string::npos);
    for (const char* name : {"BUILDD_MASTER_DATABASE", "LIBRARIAN_PASSWORD", "SMTP_URL"})
        CHECK(seen.find(name) == std::string::npos);
}
