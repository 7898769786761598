#include "policy/estimate.hpp"

#include "test.hpp"

using namespace buildd::policy;
using std::chrono::seconds;

TEST_CASE("a queue is empty after its jobs' usual time shared by the builders") {
    CHECK(time_to_empty({10, 0, 2, seconds(60)}) == seconds(300));
    CHECK(time_to_empty({10, 2, 2, seconds(60)}) == seconds(330));
}

TEST_CASE("a queue shorter than its builders takes as long as one build") {
    CHECK(time_to_empty({1, 0, 100, seconds(60)}) == seconds(60));
}

TEST_CASE("there is no estimate of what is empty or nobody builds or never was built") {
    CHECK_FALSE(time_to_empty({0, 3, 2, seconds(60)}));
    CHECK_FALSE(time_to_empty({5, 0, 0, seconds(60)}));
    CHECK_FALSE(time_to_empty({5, 0, 2, std::nullopt}));
}

TEST_CASE("a build is expected to take what its last good attempts took in the middle") {
    EstimateFacts facts;
    CHECK_FALSE(estimate(facts));
    facts.usual = Usual{seconds(600), 1000};
    facts.own = {seconds(100), seconds(9000), seconds(140)};
    CHECK(estimate(facts)->time == seconds(140));
    CHECK(estimate(facts)->known);
    facts.own.push_back(seconds(120));
    CHECK(estimate(facts)->time == seconds(130));
}

TEST_CASE("where a source was never built others' architectures tell by how fast they are") {
    EstimateFacts facts;
    facts.elsewhere = {{{seconds(100)}, {10, seconds(3000), seconds(1000)}},
                       {{}, {10, seconds(1), seconds(1)}},
                       {{seconds(400)}, {4, seconds(3000), seconds(1000)}}};
    CHECK(estimate(facts)->time == seconds(350));
    CHECK(estimate(facts)->known);
}

TEST_CASE("where nothing was built of a source its size tells and that is not called known") {
    EstimateFacts facts;
    facts.usual = Usual{seconds(600), 1000};
    facts.size = 4000;
    CHECK(estimate(facts)->time == seconds(1200));
    CHECK_FALSE(estimate(facts)->known);
    facts.size = 1'000'000'000;
    CHECK(estimate(facts)->time == seconds(2400));
    facts.size = 1;
    CHECK(estimate(facts)->time == seconds(150));
    facts.size = 0;
    CHECK(estimate(facts)->time == seconds(600));
}

TEST_CASE("a job starts when its group's builders are through with what is before it") {
    CHECK(time_to_start({seconds(600), seconds(200), 2}) == seconds(400));
    CHECK(time_to_start({seconds(0), seconds(0), 1}) == seconds(0));
    CHECK_FALSE(time_to_start({seconds(0), seconds(0), 0}));
}

TEST_CASE("the next job starts when a builder is free or the first running one is done") {
    CHECK(time_to_next({1, 1, 2, std::nullopt, seconds(60)}) == seconds(0));
    CHECK(time_to_next({1, 2, 2, std::nullopt, seconds(60)}) == seconds(60));
    CHECK_FALSE(time_to_next({1, 2, 2, std::nullopt, std::nullopt}));
    CHECK_FALSE(time_to_next({0, 2, 2, std::nullopt, seconds(60)}));
    CHECK_FALSE(time_to_next({1, 0, 0, std::nullopt, seconds(60)}));
    CHECK(time_to_empty({1, 1, 1, seconds(60), seconds(600)}) == seconds(660));
}

TEST_CASE("an estimate lies between nothing and thirty days whatever the clocks did meanwhile") {
    constexpr std::chrono::days most(30);
    EstimateFacts facts;
    facts.usual = Usual{seconds(-600), 0};
    CHECK(estimate(facts)->time == seconds(0));
    facts.usual = Usual{seconds(INT64_MAX), 1};
    facts.size = 100;
    CHECK(estimate(facts)->time == most);
    facts.elsewhere = {{{seconds(400)}, {9, seconds(INT64_MAX), seconds(1)}}};
    CHECK(estimate(facts)->time == most);
    facts.elsewhere[0].speeds.here = seconds(-3000);
    CHECK(estimate(facts)->time == seconds(400));
    facts.own = {seconds(-86'400)};
    CHECK(estimate(facts)->time == seconds(0));
    facts.own = {seconds(INT64_MAX / 4)};
    CHECK(estimate(facts)->time == most);
}
