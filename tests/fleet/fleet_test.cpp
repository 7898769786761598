// The simulator does what its script says.
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/digest.hpp"
#include "fleet/fleet_process.hpp"
#include "fleet/http_client.hpp"
#include "fleet/matchers.hpp"
#include "fleet/rpc_call.hpp"
#include "test.hpp"

using namespace fleet;
using namespace buildd::xmlrpc;

namespace {

const std::string sum(40, 'a');

std::string wired(const std::string& verb) {
    return "bob " + verb;
}

}  // namespace

TEST_CASE("builders are made one by one or by the thousand") {
    Fleet fleet({"builder bob arch=i386", "builder frog count=3 generation=seed"});
    fleet.say("builder late");
    CHECK(rpc_word(fleet.url("bob"), "info") == "1.0");
    CHECK(rpc_word(fleet.url("late"), "echo", {"Test"}) == "Test");
    CHECK(rpc(fleet.url("frog3"), "info") == Value(Array{"1.0", "amd64", Array{"debian"}}));
}

TEST_CASE("a bad statement is refused with its line and nothing is done") {
    Fleet fleet({"builder bob"});
    const auto [line, reason] = GENERATE(table<std::string, std::string>({
        {"bob frobnicate", "there is no statement 'frobnicate'"},
        {"alice down", "there is no builder 'alice'"},
        {"bob fault status explode", "there is no fault called 'explode'"},
        {"bob fault status http=often", "http= needs a whole number"},
        {"bob latency soon", "'soon' is no latency"},
        {"bob outcome OK after=soon", "after has to be a whole number"},
        {"bob outcome OK extra", "'extra' is not understood"},
        {"bob outcome OK files=nowhere/at/all", "there is no folder nowhere/at/all"},
        {"bob outcome OK log=nowhere.log", "cannot open nowhere.log"},
        {"bob outcome OK result-files=many", "result-files has to be COUNTxBYTES"},
        {"bob state WAITING OK", "there are words missing"},
        {"bob 'down", "a quote (') is never closed"},
        {"builder bob", "there is a builder 'bob' already"},
        {"builder x generation=future", "there is no generation 'future'"},
        {"smtp ok", "there is no SMTP server"},
        {"web off", "the web server goes down or up"},
        {"bob", "'bob' alone says nothing"},
    }));
    CHECK_THROWS_WITH(fleet.say("# first\nbob down\nbuilder new\n" + line),
                      ContainsSubstring("line 4: ") && ContainsSubstring(reason));
    CHECK(rpc_word(fleet.url("bob"), "echo", {"Test"}) == "Test");
    CHECK_THROWS(fleet.url("new"));
}

TEST_CASE("a bad script ends the program with status 64 and names the line") {
    CHECK_THROWS_WITH(Fleet({"# hello", "builder bob", "bob sings"}),
                      ContainsSubstring("script, line 3: "));
    const int status = std::system(FLEET_BINARY " --sing 2> /dev/null");
    CHECK(WEXITSTATUS(status) == 64);
}

TEST_CASE("a fleet ends with its parent") {
    Fleet other({});
    const std::string ready = other.folder() + "/orphan";
    const std::string script = std::string(FLEET_BINARY) + " --ready " + ready +
                               " > /dev/null & while [ ! -e " + ready + " ]; do sleep 0.02; done";
    REQUIRE(std::system(("sh -c '" + script + "'").c_str()) == 0);
    std::ifstream file(ready);
    std::string word, url;
    file >> word >> url;
    long status = 200;
    for (int tries = 0; tries < 1000 && status != 0; ++tries) {
        status = http("GET", url + "state").status;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    CHECK(status == 0);
}

TEST_CASE("builds end with the scripted outcomes in turn and the last one repeats") {
    Fleet fleet({"builder bob", wired("present " + sum),
                 wired("outcome DEPFAIL,strange after=1 'dependencies=foo (>= 1.0)'")});
    const std::string url = fleet.url("bob");
    std::string seen;
    for (const std::string cookie : {"1-1", "1-2", "1-3"}) {
        CHECK(rpc_word(url, "build", build_params(cookie, sum)) == "BuilderStatus.BUILDING");
        const auto state = fleet.await_state("bob", "WAITING");
        CHECK(state.cookie == cookie);
        seen += state.build_status + " ";
        CHECK(rpc_word(url, "clean") == "BuilderStatus.IDLE");
    }
    CHECK(seen == "BuildStatus.DEPFAIL strange strange ");
    CHECK(fleet.full_state("bob").builds_started == 3);
}

TEST_CASE("an unknown builder status is reported as it was scripted") {
    Fleet fleet({"builder bob generation=classic", "bob state Bogus.STATE 1-2"});
    CHECK(rpc(fleet.url("bob"), "status") == Value(Array{"Bogus.STATE", "1-2"}));
}

TEST_CASE("a build with an empty list of archives ends as CHROOTFAIL") {
    Fleet fleet({"builder bob", wired("present " + sum)});
    auto params = build_params("1-1", sum);
    Struct args = *params[4].as<Struct>();
    args["archives"] = Array{};
    params[4] = args;
    CHECK(rpc_word(fleet.url("bob"), "build", params) == "BuilderStatus.BUILDING");
    CHECK(fleet.full_state("bob").build_status == "BuildStatus.CHROOTFAIL");
}

TEST_CASE("a builder of the seed takes two arguments to fetch and says Building") {
    Fleet fleet({"builder bob generation=seed", "builder old generation=classic two-arg"});
    for (const std::string name : {"bob", "old"}) {
        const std::string url = fleet.url(name);
        CHECK_THROWS_WITH(rpc(url, "ensurepresent", {sum, "http://x/", "", ""}),
                          "Fault 8002: error");
        CHECK(rpc(url, "ensurepresent", {sum, "http://x/"}) == Value(Array{true, "Download"}));
    }
    CHECK(rpc_word(fleet.url("bob"), "build", build_params("1-1", sum, "debian")) ==
          "BuildStatus.Building");
    CHECK(rpc_word(fleet.url("bob"), "abort") == "BuilderStatus.ABORTING");
    fleet.await_state("bob", "ABORTED");
    CHECK(rpc_word(fleet.url("bob"), "clean") == "BuilderStatus.IDLE");
}

TEST_CASE("a restart forgets the job and a reset the files as well") {
    Fleet fleet({"builder bob", wired("present " + sum)});
    const std::string url = fleet.url("bob");
    rpc(url, "build", build_params("1-1", sum));
    fleet.say("bob forget");
    CHECK(fleet.full_state("bob").cookie == "-");
    CHECK_THROWS(rpc(url, "build", build_params("1-1", sum)));  // its folder is still there
    CHECK(fleet.state("bob") == "BUILDING");
    fleet.say("bob reset");
    CHECK(rpc_word(url, "build", build_params("1-1", sum)) == "BuilderStatus.UNKNOWNSUM");
    fleet.say("bob present " + sum);
    CHECK(rpc_word(url, "build", build_params("1-1", sum)) == "BuilderStatus.BUILDING");
    fleet.say("bob reset\nbob present " + sum + "\nbob unlearn " + sum);
    CHECK(rpc_word(url, "build", build_params("1-2", sum)) == "BuilderStatus.UNKNOWNSUM");
}

TEST_CASE("a builder that is down refuses connections until it is up") {
    Fleet fleet({"builder bob", "builder frog count=2"});
    fleet.say("frog* down");
    CHECK(http("GET", fleet.url("frog2")).status == 0);
    CHECK(http("GET", fleet.url("bob")).status == 404);
    fleet.say("* up");
    CHECK(http("GET", fleet.url("frog2")).status == 404);
}

TEST_CASE("an answer takes the scripted latency") {
    Fleet fleet({"builder bob", "bob latency 1..2", "bob latency status 200"});
    const auto start = std::chrono::steady_clock::now();
    rpc(fleet.url("bob"), "info");
    const auto middle = std::chrono::steady_clock::now();
    rpc(fleet.url("bob"), "status");
    const auto end = std::chrono::steady_clock::now();
    CHECK(middle - start >= std::chrono::milliseconds(1));
    CHECK(end - middle >= std::chrono::milliseconds(200));
}

TEST_CASE("every call is recorded with what it was about") {
    Fleet fleet({"builder bob", "builder frog", wired("present " + sum)});
    const std::string url = fleet.url("bob");
    rpc(fleet.url("frog"), "info");
    rpc(url, "build", build_params("7-1", sum));
    CHECK_THROWS(rpc(url, "clean"));
    http("GET", url + "filecache/none");
    std::ostringstream seen;
    for (const CallLine& call : fleet.calls("bob"))
        seen << call.method << " " << call.detail << " " << call.answer << "; ";
    CHECK(seen.str() == "build 7-1 ok; clean - fault; GET /filecache/none http-404; ");
    CHECK(fleet.count("info") == 1);
    CHECK_THAT(
        fleet.arguments("bob"),
        ContainsSubstring("id 7-1\n") && ContainsSubstring("file tiny_1.0.dsc " + sum + "\n") &&
            ContainsSubstring("archives deb http://archive.example.org/ubuntu hoary main\n"));
    fleet.clear_calls();
    CHECK(fleet.calls().empty());
}

TEST_CASE("the tail of the log is at most 2048 bytes or what was scripted") {
    Fleet fleet({"builder bob generation=classic", wired("present " + sum),
                 wired("outcome OK after=never logsize=10000")});
    const std::string url = fleet.url("bob");
    rpc(url, "build", build_params("1-1", sum, "debian"));
    const auto tail = [&] {
        const Value status = rpc(url, "status");
        return status.as<Array>()->at(2).as<Bytes>()->data;
    };
    CHECK(tail() == http("GET", url + "filecache/buildlog").body.substr(5000 - 2048));
    fleet.say("bob logtail 'scripted ü'");
    CHECK(tail() == "scripted ü");
    fleet.say("bob logtail\nbob finish");
    CHECK(http("GET", url + "filecache/buildlog").body.size() == 10000);
}

TEST_CASE("large results have the digests that status tells and can be read in ranges") {
    Fleet fleet(
        {"builder bob generation=classic", "bob state WAITING OK 1-1 result-files=2x300000"});
    const Value status = rpc(fleet.url("bob"), "status");
    const Struct files = *status.as<Array>()->at(3).as<Struct>();
    REQUIRE(files.size() == 2);
    const std::string sha1 = *files.at("result-2.deb").as<std::string>();
    const std::string url = fleet.url("bob") + "filecache/" + sha1;
    const std::string body = http("GET", url).body;
    CHECK(body.size() == 300000);
    CHECK(buildd::digest(buildd::DigestKind::sha1, body) == sha1);

    const auto range = [&](const std::string& text) {
        return http("GET", url, "", {"Range: bytes=" + text});
    };
    CHECK(range("100-199").status == 206);
    CHECK(range("100-199").body == body.substr(100, 100));
    CHECK(range("299990-").body == body.substr(299990));
    CHECK(range("-7").body == body.substr(299993));
    CHECK_THAT(range("5-9999999").headers,
               ContainsSubstring("Content-Range: bytes 5-299999/300000"));
    CHECK(range("300000-").status == 416);
    CHECK(range("nonsense").status == 200);
}

TEST_CASE("a builder fetches only when it is told to") {
    Fleet fleet({"builder bob", "bob fetch 'Error accessing Librarian: HTTP Error 503: Busy'"});
    const std::string url = fleet.url("bob");
    const Array params{sum, "http://127.0.0.1:1/x", "", ""};
    CHECK(rpc(url, "ensurepresent", params) ==
          Value(Array{false, "Error accessing Librarian: HTTP Error 503: Busy"}));
    fleet.say("bob fetch pretend");
    CHECK(rpc(url, "ensurepresent", params) == Value(Array{true, "Download"}));
    CHECK(rpc(url, "ensurepresent", params) == Value(Array{true, "Cache"}));
}
