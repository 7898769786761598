// When a pass ends, by the real clock.
#include "farm/pass_clock.hpp"

#include "test.hpp"

using namespace buildd;
using namespace std::chrono_literals;

namespace {

struct Clocked {
    net::Loop loop;
    net::Http http{loop, net::HttpOptions()};
    farm::PassClock clock;
    bool answered = false, went_on = false;

    // What must not be lost comes later than the end of the pass; then the flow would go on.
    net::Task<> ask() {
        {
            const farm::PassClock::Hold hold(clock);
            co_await loop.sleep(1500ms);
            answered = true;
        }
        co_await loop.sleep(60s);
        went_on = true;
    }
};

}  // namespace

TEST_CASE("the end of a pass waits for an answer that must not be lost and for nothing else") {
    Clocked it;
    it.clock.start(it.loop, it.http, 1s);
    it.loop.spawn(it.ask());
    CHECK_THROWS_AS(it.loop.run(), farm::PassTimeout);
    CHECK(it.answered);
    CHECK_FALSE(it.went_on);
    it.clock.stop();
}

TEST_CASE("there is room in a pass only for what is over before calls are cut") {
    Clocked it;
    CHECK(it.clock.room_for(1h));
    it.clock.start(it.loop, it.http, 100s);
    CHECK(it.clock.room_for(90s));
    CHECK_FALSE(it.clock.room_for(96s));
    it.clock.stop();
    CHECK(it.clock.room_for(1h));
}
