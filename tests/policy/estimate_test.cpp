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
