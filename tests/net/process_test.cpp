#include "net/process.hpp"

#include <csignal>
#include <cstdlib>
#include <unistd.h>

#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using namespace buildd::net;

namespace {

Result<ProcessEnd> shell(const std::string& script, int seconds = 10) {
    Loop loop;
    Command command;
    command.arguments = {"sh", "-c", script};
    command.timeout = std::chrono::seconds(seconds);
    return loop.run_one(run_process(loop, std::move(command)));
}

}  // namespace

TEST_CASE("a child's output errors and exit status come back") {
    const auto end = shell("echo out; echo err >&2; exit 3");
    REQUIRE(end.ok());
    CHECK(end->output == "out\n");
    CHECK(end->errors == "err\n");
    CHECK(end->exit_code == 3);
    CHECK(end->text() == "exit status 3");
    CHECK_FALSE(end->succeeded());
    CHECK(shell("true")->succeeded());
}

TEST_CASE("a child killed by a signal is told apart") {
    const auto end = shell("kill -9 $$");
    CHECK(end->signal == SIGKILL);
    CHECK(end->text() == "killed by signal 9");
}

TEST_CASE("L23 a child that hangs is killed with its whole group") {
    const test::TempFolder folder;
    const std::string mark = folder.path() + "/alive";
    const auto end = shell("(trap '' TERM; sleep 3; touch " + mark + ") & sleep 60", 1);
    CHECK(end->timed_out);
    CHECK(end->text() == "killed after 1 s");
    ::sleep(3);
    CHECK(::access(mark.c_str(), F_OK) != 0);
}

TEST_CASE("a child that ignores SIGTERM is killed all the same") {
    CHECK(shell("trap '' TERM; while :; do sleep 1; done", 1)->timed_out);
}

TEST_CASE("only the last part of a long output is kept") {
    const auto end = shell("seq 1 100000");
    CHECK(end->output.size() == 64 << 10);
    CHECK(end->output.ends_with("100000\n"));
}

TEST_CASE("a child's environment is ours with what is added and no signal is blocked") {
    Loop loop;
    Command command;
    command.arguments = {"sh", "-c", "echo $BUILDD_X $HOME; grep SigBlk /proc/self/status"};
    command.environment = {"BUILDD_X=new", "HOME=/elsewhere"};
    const auto end = loop.run_one(run_process(loop, std::move(command)));
    CHECK(end->output.starts_with("new /elsewhere\n"));
    CHECK(end->output.find("SigBlk:\t0000000000000000") != std::string::npos);
}

TEST_CASE("a child does not inherit the variables that are withheld from it") {
    ::setenv("BUILDD_SECRET", "x", 1);
    Loop loop;
    Command command;
    command.arguments = {"sh", "-c", "echo ${BUILDD_SECRET-none} ${BUILDD_GIVEN-none}"};
    command.environment = {"BUILDD_GIVEN=new"};
    command.withheld = {"BUILDD_SECRET", "BUILDD_GIVEN"};
    const auto end = loop.run_one(run_process(loop, std::move(command)));
    ::unsetenv("BUILDD_SECRET");
    CHECK(end->output == "none new\n");
}

TEST_CASE("a program that does not exist is an error") {
    Loop loop;
    Command command;
    command.arguments = {"/no/such/program"};
    CHECK(loop.run_one(run_process(loop, command)).error().message ==
          "cannot start /no/such/program: No such file or directory");
}

TEST_CASE("words are filled in without a shell and unknown ones are refused") {
    const std::vector<std::pair<std::string, std::string>> values{{"leaf", "a b"}, {"suite", "s"}};
    CHECK(*substitute({"x", "%(leaf)s/%(suite)s", "%(leaf)s%", "100%"}, values) ==
          std::vector<std::string>{"x", "a b/s", "a b%", "100%"});
    CHECK_FALSE(substitute({"%(bogus)s"}, values).ok());
    CHECK_FALSE(substitute({"%(leaf"}, values).ok());
}
