// Lessons of other masters that no other test shows (README.md, "Lessons").
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <future>
#include <sys/wait.h>

#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> numbered(int count) {
    std::vector<std::string> names;
    for (int i = 1; i <= count; ++i) names.push_back(fmt::format("b{}", i));
    return names;
}

// A build of its own, done on its builder with five files.
void finish_a_build(Scenario& it, int number, const std::string& status = "OK") {
    const int build = 1000 + number;
    it.farm.sql(
        fmt::format("INSERT INTO sourcepackagename (id, name) VALUES ({0}, 's{0}');"
                    "INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component, "
                    "architecturehintlist) VALUES ({0}, {0}, '{0}', 1, 'any');"
                    "INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, "
                    "distroseries, archive, component, status) VALUES ({0}, 3, 1, 1, 'PUBLISHED');"
                    "INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, "
                    "archive, buildstate) VALUES ({0}, 1, 6, {0}, 1, 'NEEDSBUILD')",
                    build));
    const std::string builder = fmt::format("b{}", number);
    it.fleet.say(fmt::format("{} state WAITING {} {} {}", builder, status,
                             it.farm.give(build, builder),
                             status == "OK" ? "result-files=5x1000" : ""));
}

// As run(), with no more than 256 files open.
int run_with_256_files(Scenario& it, const std::string& command) {
    {
        std::ofstream settings(it.farm.file("conf"));
        for (const auto& [key, value] : it.farm.options) settings << key << " = " << value << '\n';
    }
    const std::string line = fmt::format("ulimit -n 256; exec {} --config {} {} -vv 2>{}", PROGRAM,
                                         it.farm.file("conf"), command, it.farm.file("log"));
    return std::system(line.c_str());
}

}  // namespace

TEST_CASE("L02 whatever goes wrong in any call of a start is told by its own reason") {
    Scenario it("current");
    struct Way {
        const char* fault;
        const char* told;
    };
    for (const char* call : {"status", "info", "ensurepresent", "build"})
        for (const auto& [fault, told] : std::vector<Way>{{"close", "closed"},
                                                          {"http=502", "502"},
                                                          {"html", "no methodResponse"},
                                                          {"empty", "not well-formed XML"},
                                                          {"body=rubbish", "not well-formed XML"},
                                                          {"fault=8002:sorry", "sorry"}}) {
            INFO(call << ' ' << fault);
            it.farm.sql(
                "DELETE FROM buildqueue; DELETE FROM buildattempt; UPDATE builder SET builderok = "
                "true, failnotes = NULL, failure_count = 0; UPDATE build SET failure_count = 0");
            it.fleet.say("bob heal");
            const bool first_goes_well = std::string(call) == "status";
            it.fleet.say(
                fmt::format("bob fault {} '{}'{}", call, fault, first_goes_well ? " skip=1" : ""));
            CHECK(it.start() == 0);
            INFO(it.log());
            CHECK(it.farm.state(8) == "NEEDSBUILD");
            CHECK(it.job("builder IS NULL AND buildstart IS NULL AND dispatched IS NULL") ==
                  "true");
            CHECK(it.lines_with(told) > 0);
        }
}

TEST_CASE("L08 a command asks each builder for its status once and dispatch right before build") {
    const auto names = numbered(10);
    Scenario it("current", names);
    for (int i = 1; i <= 5; ++i) finish_a_build(it, i);
    it.farm.options["send_build_notification"] = "false";
    for (const char* command : {"scan", "collect", "cycle"}) {
        it.fleet.clear_calls();
        INFO(command);
        CHECK(it.run({command, "--dry-run"}) == 0);
        for (const auto& name : names) {
            int asked = 0;
            for (const auto& call : it.fleet.calls(name)) asked += call.method == "status";
            CHECK(asked <= 1);
        }
    }
    it.fleet.clear_calls();
    it.farm.sql(
        "UPDATE builder SET architecturetag = 'i386' WHERE id NOT IN (SELECT builder FROM "
        "buildqueue WHERE builder IS NOT NULL)");
    CHECK(it.run({"dispatch"}) == 0);
    CHECK(it.fleet.count("build") == 2);
    CHECK(it.fleet.count("status") == 5 + 2);
}

TEST_CASE("L19 all builders are asked at the same moment") {
    Scenario it("current", numbered(60));
    it.fleet.say("* fault echo hang");
    it.farm.options["socket_timeout"] = "20 s";
    auto pass = std::async(std::launch::async, [&] { return it.run({"scan"}); });
    it.await([&] { return it.fleet.count("echo") == 60; });
    // Not one of them has been answered or given up.
    CHECK(it.farm.value("SELECT count(*) FROM builder WHERE NOT builderok") == "0");
    it.fleet.say("* down");  // spares the wait
    CHECK(pass.get() == 0);
}

TEST_CASE("L22 an uploader finds its leaf whole and its build committed") {
    Scenario it("current");
    const std::string sql =
        "SELECT buildstate, upload_leaf = '${10}', (SELECT count(*) FROM buildqueue WHERE build = "
        "8), buildlog IS NOT NULL FROM build WHERE id = 8";
    it.uploader(
        fmt::format("psql -At '{0}' -c \"{1}\" >{2}/seen\n"
                    "ls {2}/incoming/${{10}}/ubuntu | wc -l >>{2}/seen; exit 1\n",
                    it.farm.db().conninfo(), sql, it.farm.root()));
    it.set_up_job();
    CHECK(it.collect_waiting("OK", "result-files=7x1000") == 0);
    CHECK(test::read(it.farm.file("seen")) == "UPLOADING|t|0|t\n7\n");
}

TEST_CASE("L31 many downloads at once go well with 256 open files") {
    Scenario it("current", numbered(80));
    for (int i = 1; i <= 80; ++i) finish_a_build(it, i);
    it.farm.options["send_build_notification"] = "false";
    it.farm.options["uploader"] = "/bin/false";
    CHECK(run_with_256_files(it, "cycle") == 0);
    const std::string log = test::read(it.farm.file("log"));
    CHECK(log.find("Too many open files") == std::string::npos);
    CHECK(it.farm.value("SELECT count(*) FROM buildattempt WHERE outcome = 'OK'") == "80");
    CHECK(it.farm.value("SELECT count(*) FROM builder WHERE NOT builderok") == "0");
    int files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(it.farm.file("failed-to-move")))
        files += entry.is_regular_file() && entry.file_size() == 1000;
    CHECK(files == 400);
}

TEST_CASE("L31 more builders than open files are all asked") {
    Scenario it("current", numbered(400));
    CHECK(run_with_256_files(it, "cycle") == 0);
    CHECK(it.farm.value("SELECT count(*) FROM builder WHERE last_seen IS NOT NULL") == "400");
    CHECK(it.farm.value("SELECT count(*) FROM builder WHERE NOT builderok") == "0");
}

TEST_CASE("L31 more logs than open files are all stored") {
    Scenario it("current", numbered(300));
    for (int i = 1; i <= 300; ++i) finish_a_build(it, i, "PACKAGEFAIL");
    it.farm.options["send_build_notification"] = "false";
    CHECK(run_with_256_files(it, "collect") == 0);
    CHECK(it.farm.value("SELECT count(*) FROM buildattempt WHERE buildlog IS NOT NULL") == "300");
}

// b9 is the last by name.
TEST_CASE("builders that drip or hang keep no honest result from being taken in the same pass") {
    Scenario it("current", numbered(41));
    for (int i = 1; i <= 41; ++i) {
        finish_a_build(it, i);
        if (i != 9) it.fleet.say(fmt::format("b{} fault GET {}", i, i % 2 ? "drip=100" : "hang"));
    }
    it.farm.options["send_build_notification"] = "false";
    it.farm.options["pass_timeout"] = "15 s";
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.farm.value("SELECT string_agg(build || ' ' || outcome, ',') FROM buildattempt") ==
          "1009 OK");
    CHECK(it.farm.value("SELECT count(*) FROM buildqueue WHERE fetch_time > '0'") == "40");
    CHECK(it.lines_with("The time of this pass was over for 40 builders") == 1);
}

TEST_CASE("results whose change the database refuses keep no others from being taken") {
    Scenario it("current", numbered(40));
    for (int i = 1; i <= 40; ++i) finish_a_build(it, i, "PACKAGEFAIL");
    it.farm.options["send_build_notification"] = "false";
    it.farm.options["pass_timeout"] = "20 s";
    it.farm.sql(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;"
        "CREATE TRIGGER refuse BEFORE INSERT ON buildattempt FOR EACH ROW WHEN (NEW.build <> 1009) "
        "EXECUTE FUNCTION refuse()");  // b9 is the last by name
    CHECK(WEXITSTATUS(run_with_256_files(it, "collect")) == 1);
    CHECK(it.farm.value("SELECT string_agg(build::text, ' ') FROM buildattempt") == "1009");
}
