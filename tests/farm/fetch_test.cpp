// Builders that cannot fetch a file: the master asks for it itself, and knows whom that blames.
#include <filesystem>

#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

struct Fetching : Scenario {
    Fetching() : Scenario("current", {"bob", "frog"}) { CHECK(run({"scan"}) == 0); }
    // Of builds, of builders.
    std::string counted() {
        return farm.value("SELECT sum(failure_count) FROM build") + " " +
               farm.value("SELECT sum(failure_count) FROM builder");
    }
    std::string started() {
        return farm.value("SELECT count(*) FROM buildqueue WHERE dispatched IS NOT NULL");
    }
};

}  // namespace

TEST_CASE("a file that the master can have counts against the builder that cannot fetch it") {
    Fetching it;
    it.fleet.say("* fetch 'Error accessing Librarian: timed out'");
    CHECK(it.run({"dispatch"}) == 0);
    CHECK(it.started() == "0");
    CHECK(it.counted() == "0 2");
}

TEST_CASE("a file that is gone from the web server is our fault and nobody's") {
    Fetching it;
    it.fleet.say("* fetch 'Error accessing Librarian: HTTP Error 404: File not found'");
    it.farm.options["librarian_url"] += "/elsewhere";
    CHECK(it.run({"dispatch"}) == 69);
    CHECK(it.lines_with("/elsewhere/1/chroot-hoary-i386.tar.gz is not there for builders") >= 1);
    CHECK(it.counted() == "0 0");
}

TEST_CASE("a web server that gives no answer is our fault and nobody's") {
    Fetching it;
    it.fleet.say("web down");
    CHECK(it.run({"dispatch"}) == 69);
    CHECK(it.lines_with(" gives no answer: builders cannot fetch their files") >= 1);
    CHECK(it.counted() == "0 0");
    it.fleet.say("web up");
}

TEST_CASE("a start that is late while the web server gives no answer counts against nobody") {
    Fetching it;
    it.fleet.say("web down\n* fetch stall");
    CHECK(it.run({"dispatch"}) == 0);
    it.farm.sql("UPDATE buildqueue SET buildstart = now() - interval '601 s'");
    CHECK(it.run({"dispatch"}) == 69);
    CHECK(it.lines_with(" gives no answer: builders cannot fetch their files") >= 1);
    CHECK(it.counted() == "0 0");
    CHECK(it.farm.value("SELECT string_agg(DISTINCT heard::text, ' ') FROM evidence") ==
          "no_answer");
    it.fleet.say("web up");
}
