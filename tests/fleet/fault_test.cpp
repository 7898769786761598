// Each kind of misbehaviour looks on the wire as its name says.
#include <fstream>

#include "base/digest.hpp"
#include "fleet/fleet_process.hpp"
#include "fleet/http_client.hpp"
#include "fleet/matchers.hpp"
#include "fleet/rpc_call.hpp"
#include "test.hpp"

using namespace fleet;
using namespace buildd::xmlrpc;
using std::chrono::milliseconds;

namespace {

const std::string sum(40, 'a');
const std::string status_call = encode_call({"status", {}});

HttpAnswer ask_status(const Fleet& fleet, milliseconds patience = milliseconds(10'000)) {
    return http("POST", fleet.url("bob") + "rpc", status_call, {}, patience);
}

// What a status() meets with when that fault is on.
HttpAnswer status_with(const std::string& fault, milliseconds patience = milliseconds(10'000)) {
    const Fleet fleet({"builder bob", "bob fault status " + fault});
    return ask_status(fleet, patience);
}

}  // namespace

TEST_CASE("a builder that hangs or drips does not finish its answer") {
    CHECK_THAT(status_with("hang", milliseconds(100)).error, ContainsSubstring("Timeout"));
    const auto dripping = status_with("drip", milliseconds(300));
    CHECK_THAT(dripping.error, ContainsSubstring("Timeout"));
    CHECK(dripping.headers.empty());
    CHECK(status_with("drip=1").status == 200);
}

TEST_CASE("a builder can close the connection anywhere") {
    CHECK(status_with("close").headers.empty());
    CHECK(status_with("lost").headers.empty());
    const auto in_header = status_with("close-header");
    // libcurl takes the end of the connection for the end of the headers.
    CHECK_THAT(in_header.headers,
               ContainsSubstring("HTTP/1.1 200 OK") && !ContainsSubstring("Content-Length"));
    CHECK(in_header.body.empty());
    const auto in_body = status_with("close-body");
    CHECK(in_body.status == 0);
    CHECK_THAT(in_body.body,
               ContainsSubstring("<methodResponse>") && !ContainsSubstring("</methodResponse>"));
}

TEST_CASE("a stated length can be too large or too small") {
    const auto too_large = status_with("short");
    CHECK(too_large.status == 0);
    CHECK_THAT(too_large.body, ContainsSubstring("</methodResponse>"));
    const auto too_small = status_with("long");
    CHECK(too_small.status == 200);
    CHECK_THAT(too_small.body, !ContainsSubstring("</methodResponse>"));
}

TEST_CASE("a builder can answer something else than XML-RPC") {
    CHECK_THAT(status_with("fault").body,
               ContainsSubstring("<int>8002</int>") && ContainsSubstring(">error<"));
    CHECK_THAT(status_with("'fault=7:no <way>'").body,
               ContainsSubstring("<int>7</int>") && ContainsSubstring("no &lt;way&gt;"));
    const auto bad_gateway = status_with("http=502");
    CHECK(bad_gateway.status == 502);
    CHECK_THAT(bad_gateway.body, ContainsSubstring("<html>"));
    CHECK(status_with("empty").body.empty());
    CHECK(status_with("empty").status == 200);
    CHECK_THAT(status_with("html").body, ContainsSubstring("<html>"));
    CHECK(status_with("body='<a attr=\"1\"/>'").body == "<a attr=\"1\"/>");
    CHECK_THAT(status_with("redirect=http://elsewhere.example.org/").headers,
               ContainsSubstring(" 302 Found") &&
                   ContainsSubstring("Location: http://elsewhere.example.org/"));
    CHECK_FALSE(status_with("chunked-garbage").error.empty());
}

TEST_CASE("a scripted body may hold any bytes of a file") {
    const std::string bytes("\0\xff<x>\r\n", 7);
    Fleet fleet({"builder bob"});
    std::ofstream(fleet.folder() + "/body", std::ios::binary) << bytes;
    fleet.say("bob fault * body=@" + fleet.folder() + "/body");
    CHECK(ask_status(fleet).body == bytes);
}

TEST_CASE("a builder can send far too much") {
    CHECK(status_with("size=1000000").body == std::string(1'000'000, 'x'));
    CHECK(status_with("endless").body.size() > 64U << 20);
    const auto bomb = status_with("gzip");
    CHECK_THAT(bomb.headers, ContainsSubstring("Content-Encoding: gzip"));
    CHECK(bomb.body.size() < 2U << 20);
}

TEST_CASE("a fault can begin late and end early") {
    Fleet fleet({"builder bob", "bob fault status http=500 skip=1 times=2"});
    std::vector<long> seen;
    for (int n = 0; n < 5; ++n) seen.push_back(ask_status(fleet).status);
    CHECK(seen == std::vector<long>{200, 500, 500, 200, 200});
}

TEST_CASE("a fault holds for its method until it is healed") {
    Fleet fleet({"builder bob", "bob fault status http=500", "bob fault info http=501"});
    CHECK(rpc_word(fleet.url("bob"), "echo", {"Test"}) == "Test");
    CHECK(ask_status(fleet).status == 500);
    fleet.say("bob heal status");
    CHECK(ask_status(fleet).status == 200);
    CHECK_THROWS(rpc(fleet.url("bob"), "info"));
    fleet.say("bob reset");
    CHECK_THROWS(rpc(fleet.url("bob"), "info"));
    fleet.say("bob heal");
    CHECK(rpc_word(fleet.url("bob"), "info") == "1.0");
    CHECK(fleet.calls("bob").at(1).answer == "http");
}

TEST_CASE("a lost answer belongs to a call that was carried out") {
    Fleet fleet({"builder bob", "bob present " + sum, "bob fault build lost",
                 "bob fault clean delay=20000", "bob fault abort close"});
    const std::string url = fleet.url("bob");
    CHECK_THROWS(rpc(url, "build", build_params("1-1", sum)));
    CHECK(fleet.full_state("bob").cookie == "1-1");
    CHECK_THROWS(rpc(url, "abort"));
    CHECK(fleet.state("bob") == "BUILDING");
    fleet.say("bob finish");
    const auto late = http("POST", url + "rpc", encode_call({"clean", {}}), {}, milliseconds(500));
    CHECK(late.status == 0);
    CHECK(fleet.state("bob") == "IDLE");
}

TEST_CASE("a fault of one file leaves the others alone") {
    Fleet fleet({"builder bob generation=classic", "bob state WAITING OK 1-1 result-files=1x1000",
                 "bob fault GET:buildlog http=500"});
    const std::string files = fleet.url("bob") + "filecache/";
    const Value status = rpc(fleet.url("bob"), "status");
    const auto sha1 = *status.as<Array>()->at(3).as<Struct>()->at("result-1.deb").as<std::string>();
    CHECK(http("GET", files + "buildlog").status == 500);
    CHECK(http("GET", files + sha1).body.size() == 1000);
    fleet.say("bob fault GET:" + sha1 + " corrupt");
    const auto corrupt = http("GET", files + sha1);
    CHECK(corrupt.body.size() == 1000);
    CHECK(buildd::digest(buildd::DigestKind::sha1, corrupt.body) != sha1);
}

TEST_CASE("a builder can lie about the part of a file that it sends or send it slowly") {
    Fleet fleet({"builder bob", "bob state WAITING OK 1-1 logsize=1000"});
    const auto rest = [&](const std::string& fault, milliseconds patience = milliseconds(10'000)) {
        fleet.say("bob heal\nbob fault GET " + fault);
        return http("GET", fleet.url("bob") + "filecache/buildlog", "", {"Range: bytes=400-"},
                    patience);
    };
    const auto whole = rest("no-range");
    CHECK(whole.status == 200);
    CHECK(whole.body.size() == 1000);
    const auto other = rest("'content-range=bytes 1-2/3'");
    CHECK(other.status == 206);
    CHECK(other.body.size() == 600);
    CHECK_THAT(other.headers, ContainsSubstring("Content-Range: bytes 1-2/3"));
    CHECK(rest("rate=100000").body.size() == 600);
    const auto slow = rest("rate=1000", milliseconds(300));
    CHECK_THAT(slow.error, ContainsSubstring("Timeout"));
    CHECK(slow.body.size() < 600);
}
