// The metrics file (buildd-master.conf(5), metrics_file).
#include "farm/metrics.hpp"

#include <atomic>
#include <filesystem>
#include <fmt/format.h>
#include <regex>
#include <set>
#include <sys/stat.h>
#include <thread>

#include "base/files.hpp"
#include "base/text.hpp"
#include "support/farm.hpp"
#include "support/result.hpp"
#include "test.hpp"

using namespace buildd;
using fleet::Fleet;
using test::TestFarm;

namespace {

using Samples = std::map<std::string, std::string>;

// What `promtool check metrics` demands of the text format: every sample well-formed, below its own
// HELP and TYPE, each family and each series once.
Samples parsed(const std::string& text) {
    static const std::regex help(R"(# HELP ([a-z_]+) \S.*)"), type(R"(# TYPE ([a-z_]+) (\S+))");
    static const std::regex sample(
        R"re((([a-z_]+)(\{[a-z]+="([^"\\]|\\[\\"n])*"(,[a-z]+="([^"\\]|\\[\\"n])*")*\})?) (-?[0-9.]+))re");
    Samples samples;
    std::set<std::string> families;
    std::string family, kind;
    REQUIRE(text.ends_with('\n'));
    for (const auto& line : split(text.substr(0, text.size() - 1), '\n')) {
        INFO(line);
        std::smatch found;
        if (std::regex_match(line, found, help)) {
            family = found[1];
            CHECK(families.insert(family).second);
        } else if (std::regex_match(line, found, type)) {
            kind = found[2];
            CHECK(found[1] == family);
            CHECK((kind == "counter") == family.ends_with("_total"));
        } else {
            REQUIRE(std::regex_match(line, found, sample));
            CHECK(found[2] == family);
            CHECK(samples.emplace(found[1], found[7]).second);
        }
    }
    return samples;
}

// Where it is installed (package prometheus) promtool judges too.
void check_with_promtool(const std::string& path) {
    const auto done = test::run_command(
        {"sh", "-c", "! command -v promtool >/dev/null || promtool check metrics <\"$0\"", path},
        {});
    CHECK(done.out + done.err == "");
    CHECK(done.status == 0);
}

struct Metrics {
    TestFarm farm;
    std::string path = farm.file("farm.prom");

    Metrics() { farm.options["metrics_file"] = path; }
    Samples read() const {
        check_with_promtool(path);
        return parsed(test::read(path));
    }
};

}  // namespace

TEST_CASE("a pass leaves well-formed metrics of the farm") {
    const Fleet fleet({"builder bob arch=i386", "builder frog arch=i386"});
    Metrics metrics;
    metrics.farm.connect(fleet, {"bob", "frog"});
    metrics.farm.sql(
        "UPDATE builder SET builderok = false WHERE name = 'frog';"
        "UPDATE buildqueue SET created = now() - interval '1 hour' WHERE build = 8;"
        "INSERT INTO builder (processor, name, title, url, trusted) VALUES (2, 'jail', 'j', "
        "'http://127.0.0.1:1/', false);"
        "INSERT INTO mailqueue (recipient, subject, message) VALUES ('a@b', '', '')");
    const mode_t before = ::umask(077);
    CHECK(metrics.farm.pass("scan") == ExitStatus::done);
    ::umask(before);
    const auto samples = metrics.read();
    const auto value = [&](const std::string& series) {
        const auto found = samples.find(series);
        return found == samples.end() ? "none" : found->second;
    };
    const auto trusted = [](const std::string& more) {
        return "{arch=\"i386\",trusted=\"true\"" + more + "}";
    };
    CHECK(value("buildd_builders" + trusted(",state=\"idle\"")) == "1");
    CHECK(value("buildd_builders" + trusted(",state=\"disabled\"")) == "1");
    CHECK(value("buildd_builders" + trusted(",state=\"building\"")) == "0");
    CHECK(value("buildd_queue_pending" + trusted("")) == "2");
    CHECK(value("buildd_queue_running" + trusted("")) == "0");
    CHECK(parse_int(value("buildd_queue_oldest_seconds" + trusted(""))).value_or(0) >= 3600);
    CHECK(value("buildd_queue_pending{arch=\"hppa\",trusted=\"false\"}") == "0");
    CHECK(value("buildd_queue_oldest_seconds{arch=\"hppa\",trusted=\"false\"}") == "0");
    CHECK(value("buildd_uploads_pending") == "0");
    CHECK(value("buildd_breakers_open") == "0");
    CHECK(value("buildd_mail_unsent") == "1");
    CHECK(value("buildd_last_pass_exit_status{command=\"scan\"}") == "0");
    CHECK(value("buildd_last_pass_duration_seconds{command=\"scan\"}") != "none");
    CHECK(value("buildd_last_pass_timestamp_seconds{command=\"scan\"}").substr(0, 1) >= "1");
    CHECK(value("buildd_builds_finished_total") == "0");
    struct stat info {};
    REQUIRE(::stat(metrics.path.c_str(), &info) == 0);
    CHECK((info.st_mode & 07777) == 0644);
    CHECK_FALSE(exists(metrics.path + ".new"));
}

TEST_CASE("counters go on from pass to pass and other commands keep their last pass") {
    const Fleet fleet({"builder bob arch=i386", "bob outcome PACKAGEFAIL"});
    Metrics metrics;
    metrics.farm.connect(fleet, {"bob"});
    metrics.farm.pass("scan");
    metrics.farm.pass("dispatch");
    CHECK(metrics.read().at("buildd_builds_started_total") == "1");
    fleet.await_state("bob", "WAITING");
    CHECK(metrics.farm.pass("collect") == ExitStatus::done);
    auto samples = metrics.read();
    CHECK(samples.at("buildd_builds_started_total") == "1");
    CHECK(samples.at("buildd_builds_finished_total") == "1");
    CHECK(samples.at("buildd_attempts_ended_total{outcome=\"PACKAGEFAIL\"}") == "1");
    CHECK(samples.at("buildd_attempts_ended_total{outcome=\"OK\"}") == "0");
    CHECK(samples.at("buildd_last_pass_exit_status{command=\"dispatch\"}") == "0");
    const auto loaded = metrics.farm.settings();
    const auto queue =
        test::run_program({"queue", "build"}, {{"BUILDD_MASTER_DATABASE", loaded.settings.database},
                                               {"BUILDD_MASTER_LOCKFILE", loaded.settings.lockfile},
                                               {"BUILDD_MASTER_METRICS_FILE", metrics.path}});
    INFO(queue.err);
    CHECK(queue.status == 0);
    samples = metrics.read();
    CHECK(samples.at("buildd_last_pass_exit_status{command=\"queue build\"}") == "0");
    CHECK(samples.at("buildd_last_pass_exit_status{command=\"collect\"}") == "0");
    CHECK(samples.at("buildd_builds_finished_total") == "1");
    CHECK(samples.at("buildd_attempts_ended_total{outcome=\"PACKAGEFAIL\"}") == "1");
    CHECK(metrics.farm.value("SELECT summary FROM pass WHERE command = 'queue build'")
              .find(" made, ") != std::string::npos);
}

TEST_CASE("failures of builders and the bytes of results are counted") {
    Fleet fleet({"builder bob arch=i386", "builder frog arch=i386", "frog down"});
    Metrics metrics;
    metrics.farm.connect(fleet, {"bob", "frog"});
    metrics.farm.pass("scan");
    CHECK(metrics.read().at("buildd_builders_failed_total") == "1");
    const test::TempFolder results;
    test::make_result(results.path());
    const auto cookie = metrics.farm.give(8, "bob");
    fleet.say(fmt::format("bob state WAITING OK {} files={}", cookie, results.path()));
    metrics.farm.pass("collect");
    std::uintmax_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(results.path()))
        bytes += file.file_size();
    CHECK(metrics.read().at("buildd_fetched_bytes_total") == std::to_string(bytes));
    CHECK(metrics.read().at("buildd_attempts_ended_total{outcome=\"OK\"}") == "1");
}

TEST_CASE("what two processes count at once is all counted") {
    Metrics metrics;
    metrics.farm.sql("DELETE FROM builder");
    const auto settings = metrics.farm.settings().settings;
    farm::Report report;
    report.started = 1;
    std::atomic<int> failed = 0;
    {
        std::vector<std::jthread> processes;
        for (int i = 0; i < 2; ++i)
            processes.emplace_back([&] {
                db::Database session(settings.database);
                for (int turn = 0; turn < 25; ++turn)
                    if (!farm::write_metrics(settings, session, report)) ++failed;
            });
    }
    CHECK(failed == 0);
    CHECK(metrics.read().at("buildd_builds_started_total") == "50");
}

TEST_CASE("label values are escaped") {
    Metrics metrics;
    metrics.farm.sql(
        "INSERT INTO pass (command, host, pid, finished, exit_status) VALUES (E'a\"b\\\\c\\nd', "
        "'h', 1, now(), 0); DELETE FROM builder");
    metrics.farm.pass("scan");
    CHECK(metrics.read().contains(R"(buildd_last_pass_exit_status{command="a\"b\\c\nd"})"));
}

TEST_CASE("metrics that cannot be written need a person and the pass is done") {
    Metrics metrics;
    metrics.farm.sql("DELETE FROM builder");
    metrics.farm.options["metrics_file"] = metrics.farm.file("none/farm.prom");
    CHECK(metrics.farm.pass("scan") == ExitStatus::needs_person);
    CHECK(metrics.farm.logged("ERROR   option --metrics_file: metrics_file: there is no folder " +
                              metrics.farm.file("none")));
    CHECK(metrics.farm.logged("scan: 0 builders"));
    CHECK(metrics.farm.value("SELECT exit_status FROM pass ORDER BY id DESC LIMIT 1") == "1");
    metrics.farm.options["metrics_file"] = metrics.path;
    metrics.farm.sql("ALTER TABLE buildqueue RENAME COLUMN created TO elsewhere");
    CHECK(metrics.farm.pass("scan") == ExitStatus::needs_person);
    CHECK(metrics.farm.logged("ERROR   metrics_file: column \"created\" does not exist"));
}

TEST_CASE("no metrics are read or written without the setting or by a dry run") {
    Metrics metrics;
    metrics.farm.sql("DELETE FROM builder");
    metrics.farm.pass("scan", true);
    CHECK_FALSE(exists(metrics.path));
    db::Database& session = metrics.farm.db().session();
    Log log(Level::DEBUG);
    const auto trips = session.round_trips();
    CHECK(farm::write_metrics(metrics.farm.settings().settings, session, {}));
    CHECK(session.round_trips() == trips + 1);
    metrics.farm.options.erase("metrics_file");
    CHECK(farm::write_metrics(metrics.farm.settings().settings, session, {}));
    CHECK(session.round_trips() == trips + 1);
}
