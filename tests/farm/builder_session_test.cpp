// What a session asks its builder, and when it asks again.
#include "farm/builder_session.hpp"

#include "fleet_process.hpp"
#include "test.hpp"

using namespace buildd;

namespace {

struct Talk {
    Talk() : session(http, fleet.url("bob"), std::chrono::seconds(30)) {}

    std::string status() {
        const auto status = loop.run_one(session.status());
        return *status ? (*status)->raw_builder_status : status->error().message;
    }
    long asked(const std::string& method) const { return fleet.count(method); }

    fleet::Fleet fleet{{"builder bob arch=i386"}};
    net::Loop loop;
    net::Http http{loop, net::HttpOptions()};
    farm::BuilderSession session;
};

}  // namespace

TEST_CASE("a builder is asked for its status and info once in a pass") {
    Talk bob;
    CHECK_FALSE(bob.session.known_status());
    for (int i = 0; i < 2; ++i) {
        CHECK(bob.status() == "BuilderStatus.IDLE");
        CHECK(bob.loop.run_one(bob.session.info()));
    }
    CHECK(bob.session.known_status());
    CHECK(bob.asked("status") == 1);
    CHECK(bob.asked("info") == 1);
}

TEST_CASE("a builder's status is asked anew after each call that changes it") {
    Talk bob;
    bob.fleet.say("bob state WAITING PACKAGEFAIL 7-42");
    CHECK(bob.status() == "BuilderStatus.WAITING");
    const auto before = bob.session.known_status();
    CHECK(bob.loop.run_one(bob.session.clean()));
    CHECK_FALSE(bob.session.known_status());
    CHECK((*before)->raw_builder_status == "BuilderStatus.WAITING");  // whoever has it keeps it
    CHECK(bob.status() == "BuilderStatus.IDLE");
    bob.fleet.say("bob state BUILDING 7-43");
    CHECK(bob.loop.run_one(bob.session.abort()));
    CHECK_FALSE(bob.session.known_status());
    CHECK(bob.status() != "BuilderStatus.IDLE");
    (void)bob.loop.run_one(bob.session.build({"7-44", "debian", "", {}, {}}));
    CHECK_FALSE(bob.session.known_status());
    CHECK(bob.asked("status") == 3);
}

TEST_CASE("a status that is asked right before build is the builder's of now and not kept") {
    Talk bob;
    CHECK(bob.status() == "BuilderStatus.IDLE");
    bob.fleet.say("bob state BUILDING 7-42");
    const auto now = bob.loop.run_one(bob.session.status_now());
    REQUIRE(now);
    CHECK(now->raw_builder_status == "BuilderStatus.BUILDING");
    CHECK_FALSE(bob.session.known_status());
}

TEST_CASE("a builder that gives echo no answer is not asked for its status") {
    Talk bob;
    bob.fleet.say("bob down");
    CHECK_FALSE(bob.loop.run_one(bob.session.echo()));
    REQUIRE(bob.session.known_status());
    CHECK_FALSE(*bob.session.known_status());
    CHECK(bob.status().find("127.0.0.1") != std::string::npos);
}
