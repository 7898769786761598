#include "net/conveyor.hpp"

#include <thread>

#include "test.hpp"

using namespace buildd;
using namespace buildd::net;

namespace {

// Hands over numbered pieces, standing still while the brake is pulled; how often it was.
Task<> feed(Loop& loop, Conveyor& conveyor, int pieces, int& stops) {
    for (int i = 0; i < pieces; ++i) {
        while (conveyor.brake().pulled()) {
            ++stops;
            co_await loop.sleep(Milliseconds(1));
        }
        const auto taken = conveyor.take(std::to_string(i) + ",");
        if (!taken) co_return;
    }
}

}  // namespace

TEST_CASE("all pieces are worked on in their order by a helper thread") {
    Loop loop;
    std::string worked, expected;
    bool helped = true;
    Conveyor conveyor(loop, 64, [&, loops = std::this_thread::get_id()](std::string_view piece) {
        helped = helped && std::this_thread::get_id() != loops;
        worked += piece;
        return Result<void>();
    });
    int stops = 0;
    loop.run_one(feed(loop, conveyor, 1000, stops));
    CHECK(loop.run_one(conveyor.finish()));
    for (int i = 0; i < 1000; ++i) expected += std::to_string(i) + ",";
    CHECK(worked == expected);
    CHECK(helped);
    CHECK(stops > 3);
}

TEST_CASE("the work's error is told to who brings the next piece and at the end") {
    Loop loop;
    int calls = 0, stops = 0;
    Conveyor conveyor(loop, 8, [&](std::string_view) {
        ++calls;
        return Result<void>(Error{"disk full"});
    });
    loop.run_one(feed(loop, conveyor, 1000, stops));
    CHECK(conveyor.take("more").error().message == "disk full");
    CHECK_FALSE(conveyor.brake().pulled());
    CHECK(loop.run_one(conveyor.finish()).error().message == "disk full");
    CHECK(calls == 1);
}

TEST_CASE("a conveyor that was given nothing has nothing to do") {
    Loop loop;
    int calls = 0;
    Conveyor conveyor(loop, 8, [&](std::string_view) {
        ++calls;
        return Result<void>();
    });
    CHECK(loop.run_one(conveyor.finish()));
    CHECK(calls == 0);
}
