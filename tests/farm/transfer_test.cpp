// Transfers that one pass does not finish, and the turns that many of them share.
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "farm/turn.hpp"
#include "support/result.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

namespace fs = std::filesystem;

constexpr int most_passes = 20;

std::string noise(std::size_t size) {
    std::string bytes;
    for (std::uint64_t i = 1; bytes.size() < size; ++i)
        bytes += std::to_string(i * 0x9E3779B97F4A7C15U);
    bytes.resize(size);
    return bytes;
}

// Build 8 in bob's hands, whose bytes come slowly; passes last two seconds.
struct SlowJob {
    fleet::Fleet fleet{{"builder bob arch=i386"}};
    test::TestFarm farm;
    test::TempFolder results, files;
    std::string cookie, large = noise(300'000), log = noise(300'000);
    std::string sum = digest(DigestKind::sha1, large);

    explicit SlowJob(const std::string& status) {
        farm.connect(fleet, {"bob"});
        farm.options["pass_timeout"] = "2 s";
        farm.options["socket_timeout"] = "1 s";
        cookie = farm.give(8, "bob");
        results.write("large.txt", large);
        test::make_result(results.path());
        fleet.say(fmt::format("bob state WAITING {} {} files={} log={}", status, cookie,
                              results.path(), files.write("log", log)));
    }
    void fault(const std::string& text) { fleet.say("bob heal\nbob fault " + text); }
    // Passes until the job has ended; how many there were.
    int collect() {
        int passes = 0;
        while (farm.state(8) == "BUILDING" && passes < most_passes) {
            CHECK(farm.pass("collect") == ExitStatus::done);
            ++passes;
        }
        return passes;
    }
    std::string grabbing(const std::string& name) {
        return farm.file("grabbing/" + cookie + "/" + name);
    }
    std::string job(const std::string& expression) {
        return farm.value("SELECT " + expression + " FROM buildqueue WHERE build = 8");
    }
    std::string stored_log() {
        const auto run = test::run_program({"build", "log", "8"}, farm.environment());
        CHECK(run.status == 0);
        return run.out;
    }
    std::string stored_large() {
        const std::string leaf = farm.value("SELECT leaf FROM buildattempt WHERE build = 8");
        return test::read(farm.file("accepted/" + leaf + "/ubuntu/large.txt"));
    }
};

}  // namespace

TEST_CASE("a result that its builder sends slowly arrives whole over several passes") {
    SlowJob one("OK");
    one.fault("GET:" + one.sum + " rate=100000");
    CHECK(one.farm.pass("collect") == ExitStatus::done);
    CHECK(one.farm.logged("The time of this pass was over for 1 builder"));
    CHECK(one.farm.state(8) == "BUILDING");
    CHECK(one.job("silent_since IS NULL AND fetch_time >= '1 s'") == "true");
    const auto first = fs::file_size(one.grabbing("part-" + one.sum));
    CHECK(first > 0);
    CHECK(one.collect() > 0);
    CHECK(one.farm.state(8) == "FULLYBUILT");
    CHECK(one.stored_large() == one.large);
    CHECK(one.stored_log() == one.log);
    CHECK(list_folder(one.farm.file("grabbing"))->empty());
}

TEST_CASE("a log that its builder sends slowly arrives over several passes and reads as one") {
    SlowJob one("PACKAGEFAIL");
    one.fault("GET:buildlog rate=100000");
    CHECK(one.farm.pass("collect") == ExitStatus::done);
    CHECK(one.farm.state(8) == "BUILDING");
    REQUIRE(exists(one.grabbing("log.gz.note")));
    CHECK(one.collect() > 0);
    CHECK(one.farm.state(8) == "FAILEDTOBUILD");
    CHECK(one.stored_log() == one.log);
    CHECK(list_folder(one.farm.file("grabbing"))->empty());
    CHECK(list_folder(one.farm.file("librarian/pending"))->empty());
}

TEST_CASE("what a killed pass wrote behind the log's last whole member is cut off") {
    SlowJob one("PACKAGEFAIL");
    one.fault("GET:buildlog rate=100000");
    one.farm.pass("collect");
    const std::string bytes = test::read(one.grabbing("log.gz"));
    one.files.write("torn", bytes + bytes.substr(0, bytes.size() / 2) + std::string(1000, '\0'));
    fs::copy_file(one.files.path() + "/torn", one.grabbing("log.gz"),
                  fs::copy_options::overwrite_existing);
    one.fleet.say("bob heal");
    CHECK(one.collect() == 1);
    CHECK(one.stored_log() == one.log);
}

TEST_CASE("a log whose file or note is not what was written is begun anew") {
    for (const char* note : {"", "x", "1 2 3", "-1 20 300000 0", "100 99999999 300000 0",
                             "300001 20 300000 0", "100 20 0 0"}) {
        SlowJob one("PACKAGEFAIL");
        fs::create_directories(one.grabbing(""));
        std::ofstream(one.grabbing("log.gz")) << "rubbish that is longer than twenty bytes";
        std::ofstream(one.grabbing("log.gz.note")) << note << "\n";
        INFO(note);
        CHECK(one.collect() == 1);
        CHECK(one.stored_log() == one.log);
    }
}

TEST_CASE("a builder that cannot go on where it is asked to is asked for the whole again") {
    for (const char* fault :
         {"no-range", "'content-range=bytes 5-299999/300000'", "content-range=bytes",
          "'content-range=bytes 0-299998/299999'", "body=other"}) {
        SlowJob one("OK");
        one.fault("GET:" + one.sum + " rate=100000");
        one.farm.pass("collect");
        one.fault("GET:" + one.sum + " " + fault + " times=1");
        one.fleet.say("bob fault GET:buildlog rate=100000");
        INFO(fault);
        one.farm.pass("collect");
        CHECK_FALSE(exists(one.grabbing("part-" + one.sum)));
        CHECK(one.farm.state(8) == "BUILDING");
        REQUIRE(exists(one.grabbing("log.gz.note")));
        one.fault(fmt::format("GET:buildlog {} times=1", fault));
        CHECK(one.collect() == 1);
        CHECK(one.farm.state(8) == "FULLYBUILT");
        CHECK(one.stored_large() == one.large);
        CHECK(one.stored_log() == one.log);
    }
}

TEST_CASE("a result that changed its size on the way is begun anew") {
    SlowJob one("OK");
    fs::create_directories(one.grabbing(""));
    std::ofstream(one.grabbing("part-" + one.sum)) << one.large.substr(0, 1000);
    std::ofstream(one.grabbing("part-" + one.sum + ".note"))
        << "299999 0 0 67452301 efcdab89 98badcfe 10325476 c3d2e1f0\n";
    CHECK(one.collect() == 1);
    CHECK(one.stored_large() == one.large);
}

TEST_CASE("a result that is there whole is digested and not fetched") {
    SlowJob one("OK");
    for (const char* state : {"", " 0 0 67452301 efcdab89 98badcfe 10325476 c3d2e1f0", " 0 junk"}) {
        one.fleet.clear_calls();
        fs::create_directories(one.grabbing(""));
        fs::remove(one.grabbing(one.sum));
        std::ofstream(one.grabbing("part-" + one.sum)) << one.large;
        std::ofstream(one.grabbing("part-" + one.sum + ".note")) << "300000" << state << "\n";
        one.fault("GET:buildlog http=500");
        one.farm.pass("collect");
        INFO(state);
        CHECK(test::read(one.grabbing(one.sum)) == one.large);
        const bool knows_size = std::string(state) != "";
        int gets = 0;
        for (const auto& call : one.fleet.calls())
            gets += call.method == "GET" && call.detail.find(one.sum) != std::string::npos;
        CHECK(gets == (knows_size ? 0 : 2));
    }
}

TEST_CASE("a result that does not match its digest has one fresh start over all passes") {
    SlowJob one("OK");
    fs::create_directories(one.grabbing(""));
    std::ofstream(one.grabbing("part-" + one.sum)) << std::string(one.large.size(), 'x');
    std::ofstream(one.grabbing("part-" + one.sum + ".note"))
        << "300000 0 0 67452301 efcdab89 98badcfe 10325476 c3d2e1f0\n";
    one.fault("GET:" + one.sum + " rate=50000");  // not to its middle
    CHECK(one.farm.pass("collect") == ExitStatus::done);
    CHECK(one.farm.state(8) == "BUILDING");
    one.fault("GET:" + one.sum + " corrupt");
    CHECK(one.collect() == 1);
    CHECK(one.farm.state(8) == "FAILEDTOUPLOAD");
    CHECK(one.farm.value("SELECT detail FROM buildattempt WHERE build = 8")
              .ends_with("large.txt: it does not match its digest, twice"));
}

TEST_CASE("a result that was verified is trusted under its digest and no other") {
    SlowJob one("OK");
    one.fault("GET:buildlog http=500");
    one.farm.pass("collect");
    CHECK(exists(one.grabbing(one.sum)));
    one.results.write("large.txt", "something else");
    test::write_changes(one.results.path(), "mozilla-firefox_0.9_i386.changes", {});
    one.fleet.say(
        fmt::format("bob heal\nbob state WAITING OK {} files={}", one.cookie, one.results.path()));
    one.fleet.clear_calls();
    CHECK(one.collect() == 1);
    CHECK(one.stored_large() == "something else");
    int gets = 0;
    for (const auto& call : one.fleet.calls()) gets += call.method == "GET";
    CHECK(gets == 3);  // what has changed, and the log: the package was there
}

TEST_CASE("a log's limit counts over all its members") {
    SlowJob one("PACKAGEFAIL");
    one.farm.options["max_log_size"] = "250000";
    one.fault("GET:buildlog rate=100000");
    CHECK(one.collect() > 1);
    CHECK(one.stored_log() ==
          one.log.substr(0, 250'000) + "\n[buildd-master: log cut at 250000 bytes]\n");
}

TEST_CASE("transfer_timeout counts fetching in all passes and then the job is reset") {
    for (const char* status : {"OK", "PACKAGEFAIL"}) {
        SlowJob one(status);
        one.farm.options["transfer_timeout"] = "3 s";
        one.fault("GET:buildlog rate=10000");
        CHECK(one.farm.pass("collect") == ExitStatus::done);
        CHECK(one.job("silent_since IS NULL AND fetch_time BETWEEN '1 s' AND '2 s'") == "true");
        one.fleet.say("bob fault status http=500");  // no fetching: it does not count
        one.farm.pass("collect");
        CHECK(one.job("fetch_time BETWEEN '1 s' AND '2 s'") == "true");
        one.fault("GET:buildlog rate=10000");
        CHECK(one.collect() <= 2);
        CHECK(one.farm.state(8) == "NEEDSBUILD");
        CHECK(one.job("builder IS NULL AND fetch_time = '0'") == "true");
        CHECK(one.farm.logged("were not fetched within transfer_timeout (3 s): "));
        CHECK(one.farm.value("SELECT outcome || ' ' || (detail LIKE '%transfer_timeout%of the "
                             "log''s 293.0 KiB%') FROM buildattempt") == "SILENT true");
        CHECK(one.farm.value("SELECT failure_count FROM build WHERE id = 8") == "1");
        CHECK(one.farm.value("SELECT failure_count FROM builder") == "1");
        CHECK(list_folder(one.farm.file("grabbing"))->empty());
        one.fleet.say("bob heal");
        one.farm.pass("scan");
        CHECK(one.fleet.state("bob") == "IDLE");
    }
}

TEST_CASE("a transfer that sends nothing for as long as a call may take is a failure") {
    SlowJob one("PACKAGEFAIL");
    one.farm.options["pass_timeout"] = "30 s";
    one.fault("GET:buildlog hang");
    CHECK(one.farm.pass("collect") == ExitStatus::done);
    CHECK(one.job("silent_since IS NOT NULL") == "true");
    CHECK(one.farm.logged("did not answer within 1 s"));
}

TEST_CASE("a transfer of less than a KiB a second is told as that") {
    SlowJob one("PACKAGEFAIL");
    one.fault("GET:buildlog rate=500");
    CHECK(one.farm.pass("collect") == ExitStatus::done);
    CHECK(one.farm.logged("sent less than 1 KiB/s for 1 s"));
}

TEST_CASE("one builder whose log drips costs neither cycles nor another builder's job") {
    Scenario it("current", {"bob", "frog"});
    it.farm.options["pass_timeout"] = "2 s";
    it.farm.options["socket_timeout"] = "1 s";
    it.fleet.say("bob state WAITING PACKAGEFAIL " + it.set_up_job() + " logsize=1000000");
    it.fleet.say("bob fault GET:buildlog rate=10000");
    const auto other = it.farm.give(7, "frog");
    it.fleet.say("frog state WAITING PACKAGEFAIL " + other);
    for (int cycle = 0; cycle < 3; ++cycle) {
        CHECK(it.run({"cycle"}) == 0);
        CHECK(it.farm.state(7) == "FAILEDTOBUILD");
        CHECK(it.farm.state(8) == "BUILDING");
        CHECK(it.lines_with("the next one goes on: bob") == 1);
    }
    it.fleet.say("bob heal");
    CHECK(it.run({"cycle"}) == 0);
    CHECK(it.farm.state(8) == "FAILEDTOBUILD");
}

namespace {

net::Task<> hold(net::Loop& loop, farm::Turn& turn, bool& was_over) {
    co_await turn.take();
    while (!turn.is_over()) co_await loop.sleep(net::Milliseconds(10));
    was_over = true;
    turn.end();
}

net::Task<> take(farm::Turn& turn, std::chrono::milliseconds& spent) {
    co_await turn.take();
    spent = turn.spent();
    turn.end();
}

}  // namespace

TEST_CASE("a turn is over when others wait and waiting for one is not counted") {
    net::Loop loop;
    net::Semaphore turns(loop, 1);
    farm::Turn first(loop, turns, std::chrono::seconds(60), {});
    farm::Turn second(loop, turns, std::chrono::seconds(60), {});
    bool was_over = false;
    std::chrono::milliseconds waited{};
    loop.run_one(first.take());
    CHECK_FALSE(first.is_over());
    loop.spawn(hold(loop, first, was_over));
    loop.spawn(take(second, waited));
    loop.run();
    CHECK(was_over);
    CHECK(waited < first.spent());
    CHECK(first.request(1).deadline < std::chrono::seconds(60));
    CHECK(second.request(1).deadline == std::chrono::seconds(60));
}

namespace {

net::Task<> note_turn(farm::Turn& turn, int who, std::vector<int>& order) {
    co_await turn.take();
    order.push_back(who);
    turn.end();
}

}  // namespace

TEST_CASE("whose results have taken long already waits behind all others") {
    net::Loop loop;
    net::Semaphore turns(loop, 1);
    const std::chrono::seconds allowed(60), long_ago(30);
    farm::Turn held(loop, turns, allowed, {}), slow(loop, turns, allowed, long_ago),
        first(loop, turns, allowed, {}), second(loop, turns, allowed, std::chrono::seconds(1));
    CHECK(slow.request(1).deadline == allowed - long_ago);
    std::vector<int> order;
    loop.run_one(held.take());
    loop.spawn(note_turn(slow, 3, order));
    loop.spawn(note_turn(first, 1, order));
    loop.spawn(note_turn(second, 2, order));
    loop.spawn(note_turn(held, 0, order));  // it has its turn still
    loop.run();
    CHECK(order == std::vector<int>{0, 1, 2, 3});
}
