// What is wrong with settings that can be read (issue: settings are checked when read).
#include "farm/settings_check.hpp"

#include <filesystem>
#include <fmt/format.h>

#include "base/failure.hpp"
#include "farm/places_check.hpp"
#include "support/farm.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using Stops = SettingProblem::Stops;

namespace {

LoadedSettings load(const std::map<std::string, std::string>& options) {
    return load_settings(
        options, [](const std::string&) { return std::nullopt; }, test::fixture_path("empty.conf"));
}

std::vector<std::string> sentences(const std::map<std::string, std::string>& options) {
    std::vector<std::string> texts;
    for (const auto& problem : farm::check_values(load(options))) texts.push_back(problem.text());
    return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("the defaults have no problem") {
    CHECK(sentences({}) == Texts{});
}

TEST_CASE("a placeholder that stands for nothing is named with those that are known") {
    CHECK(sentences({{"vm_resume_command", "reset %(vmhost)s"}}) ==
          Texts{"option --vm_resume_command: vm_resume_command: '%(vmhost)s' stands for nothing "
                "here; known here: %(vm_host)s"});
    CHECK(sentences({{"publish_command", "publish %(suite)s %(change)s"}}) ==
          Texts{"option --publish_command: publish_command: '%(change)s' stands for nothing here; "
                "known here: %(changes)s %(leaf)s %(archive)s %(suite)s %(distro)s"});
    CHECK(sentences({{"vm_resume_command", "reset %(vm_host)s"},
                     {"publish_command", "p %(changes)s %(leaf)s %(archive)s %(suite)s %(distro)s"},
                     {"uploader", "upload %(anything)s"}}) == Texts{});
}

TEST_CASE("a duration without a unit is named and stops nothing") {
    const auto problems = farm::check_values(load({{"keep_failed", "30"}}));
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].text() ==
          "option --keep_failed: keep_failed: 30 has no unit and is taken as 30 s: write '30 s', "
          "or min, h or d");
    CHECK(problems[0].stops == Stops::nothing);
    CHECK(sentences({{"keep_failed", "30 d"}, {"keep_accepted", "0"}}) == Texts{});
}

TEST_CASE("every duration needs a unit and no other setting does") {
    for (const auto& spec : setting_specs()) {
        INFO(spec.key);
        const bool has_unit = spec.fallback.ends_with(" s") || spec.fallback.ends_with(" h") ||
                              spec.fallback.ends_with(" d");
        if (spec.key == "socket_timeout" || spec.key == "pass_timeout") continue;  // next test
        LoadedSettings loaded = load({});
        if (!spec.set(loaded.settings, "77")) continue;
        loaded.texts[spec.key] = {"77", "option"};
        const auto problems = farm::check_values(loaded);
        CHECK(problems.size() == (has_unit ? 1 : 0));
    }
}

TEST_CASE("a call has to fit into a pass before its cut") {
    CHECK(sentences({{"socket_timeout", "44 s"}, {"pass_timeout", "50 s"}}) == Texts{});
    CHECK(sentences({{"socket_timeout", "45 s"}, {"pass_timeout", "50 s"}}) ==
          Texts{"option --socket_timeout: socket_timeout: 45 s and more are not left of a pass of "
                "50 s (pass_timeout) to start a job in: none would be; at most 44 s are"});
    CHECK(sentences({{"socket_timeout", "8 s"}, {"pass_timeout", "10 s"}}) == Texts{});
    CHECK(sentences({{"socket_timeout", "9 s"}, {"pass_timeout", "10 s"}}).size() == 1);
}

TEST_CASE("a deadline of no time is refused") {
    for (const auto& spec : setting_specs()) {
        INFO(spec.key);
        if (!spec.key.ends_with("_timeout")) continue;
        Settings settings;
        CHECK(spec.set(settings, "0 s").error().message == "nothing can be done within 0 s");
    }
}

TEST_CASE("a program is found as execvp finds it") {
    const test::TempFolder folder;
    const std::string file = folder.write("program", "#!/bin/sh\n");
    CHECK(farm::find_program("sh"));
    CHECK(farm::find_program("/bin/sh"));
    CHECK(farm::find_program("shh").error().message == "there is no program 'shh' in PATH");
    CHECK(farm::find_program("").error().message == "'' is no program");
    CHECK(farm::find_program(file).error().message == "cannot run " + file + ": Permission denied");
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    CHECK(farm::find_program(file));
    CHECK(farm::find_program(folder.path()).error().message ==
          "cannot run " + folder.path() + ": it is no file");
    CHECK(farm::find_program(folder.path() + "/none").error().message ==
          "cannot run " + folder.path() + "/none: No such file or directory");
}

TEST_CASE("a folder of root in another file system stops everything") {
    const test::TempFolder folder;
    std::filesystem::create_directory_symlink("/dev", folder.path() + "/incoming");
    Settings settings = load({{"root", folder.path()}}).settings;
    const auto problems = farm::check_places(settings);
    REQUIRE_FALSE(problems.empty());
    CHECK(problems.back().key == "root");
    CHECK(problems.back().sentence ==
          fmt::format("{0}/incoming is not in the file system of {0}", folder.path()));
    CHECK(problems.back().stops_everything);
}

TEST_CASE("a read-only folder is named with its setting") {
    const test::TempFolder folder;
    const auto problems = farm::check_places(
        load({{"root", folder.path()}, {"metrics_file", "/proc/self/farm.prom"}}).settings);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].key == "metrics_file");
    CHECK(problems[0].sentence.starts_with("cannot write into /proc/self: "));
    CHECK_FALSE(problems[0].stops_everything);
}

TEST_CASE("a typo in vm_resume_command stops resets and nothing else") {
    test::Scenario scenario("current", {"bob", "frog"});
    scenario.farm.options["vm_resume_command"] = "true %(vmhost)s";
    scenario.farm.options["untrusted_without_reset"] = "true";
    scenario.farm.sql(
        "UPDATE builder SET trusted = false, vm_host = 'vm7' WHERE name = 'frog'; DELETE FROM "
        "buildqueue WHERE build = 7; UPDATE build SET archive = 9 WHERE id = 7; INSERT INTO "
        "buildqueue (build) VALUES (7)");
    CHECK(scenario.run({"cycle"}) == 1);
    CHECK(scenario.lines_with("vm_resume_command: '%(vmhost)s' stands for nothing here; known "
                              "here: %(vm_host)s") == 1);
    CHECK(scenario.lines_with("Started ") == 1);
    CHECK(scenario.farm.value("SELECT string_agg(name, ' ') FROM buildqueue JOIN builder ON "
                              "builder.id = buildqueue.builder") == "bob");
    CHECK(scenario.farm.notes("frog").empty());
}

TEST_CASE("what a pass says of a setting is an error once an hour and exit status 1 each time") {
    test::TestFarm it;
    it.sql("DELETE FROM builder");
    it.options["publish_command"] = "/none %(changes)s";
    CHECK(it.pass("scan") == ExitStatus::needs_person);
    const std::string sentence =
        "option --publish_command: publish_command: cannot run /none: No such file or directory";
    CHECK(it.logged("ERROR   " + sentence));
    CHECK(it.pass("scan") == ExitStatus::needs_person);
    CHECK(it.logged("INFO    " + sentence));
}

TEST_CASE("a duration without a unit is a warning of a pass that ends well") {
    test::TestFarm it;
    it.sql("DELETE FROM builder");
    it.options["keep_failed"] = "30";
    CHECK(it.pass("scan") == ExitStatus::done);
    CHECK(it.logged("WARNING option --keep_failed: keep_failed: 30 has no unit"));
}

TEST_CASE("leaves wait while publish_command or uploader cannot be run") {
    const std::string key = GENERATE("publish_command", "uploader");
    test::Scenario scenario("current");
    if (key == "publish_command") scenario.farm.options.erase("uploader");
    const std::string was = scenario.farm.options[key];
    scenario.farm.options[key] = "/none";
    scenario.set_up_job();
    CHECK(scenario.collect_waiting("OK") == 1);
    CHECK(scenario.title_of_state() == "Uploading build");
    CHECK(scenario.lines_with("cannot run /none: No such file or directory") == 1);
    CHECK(scenario.mails().empty());
}

TEST_CASE("temporary files that nobody has touched for a day are removed") {
    test::TestFarm it;
    it.sql("DELETE FROM builder");
    namespace fs = std::filesystem;
    for (const char* name : {"old", "new"}) fs::create_directories(it.file("tmp/") + name + "/x");
    fs::last_write_time(it.file("tmp/old"),
                        fs::file_time_type::clock::now() - std::chrono::hours(25));
    CHECK(it.pass("collect") == ExitStatus::done);
    CHECK_FALSE(fs::exists(it.file("tmp/old")));
    CHECK(fs::exists(it.file("tmp/new")));
}
