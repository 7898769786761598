// What an owner's many jobs are put back by.
#include "policy/fairness.hpp"

#include "test.hpp"

using namespace buildd;
using namespace buildd::policy;
using namespace std::chrono_literals;

TEST_CASE("an owner's job stands back by what its jobs before it need at its share") {
    CHECK(fairness(0s, 3, 100) == 0);
    CHECK(fairness(90min, 3, 100) == -150);
    CHECK(fairness(90min, 39, 100) == -150);
    CHECK(fairness(90min, 40, 100) == -75);
    CHECK(fairness(11h, 220, 100) == -100);
    CHECK(fairness(11h, 220, 30) == -30);
}

TEST_CASE("where nobody builds an owner's share is one builder") {
    CHECK(fairness(1h, 0, 100) == -100);
}

TEST_CASE("however much an owner has queued its jobs have a score") {
    CHECK(fairness(1s * INT64_MAX, 1, 1'000'000) == -100'000'000);
    CHECK(fairness(-1h, 1, 100) == 0);
}

TEST_CASE("a job whose owner's jobs went unbuilt stands as if it were queued now") {
    CHECK(fairness_again(-30'000, 0, 0) == 0);
    CHECK(fairness_again(-30'000, -50, 0) == -50);
    // What it waited for meanwhile is not added to that: it would pass those who came since.
    CHECK(fairness_again(-30'000, -50, 200) == -250);
    // One that got less than its share keeps what it waited for.
    CHECK(fairness_again(-25, -25, 200) == -25);
    CHECK(fairness_again(0, -100, 200) == 0);
}
