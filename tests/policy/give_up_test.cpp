// When a build is given up, value by value.
#include "policy/give_up.hpp"

#include "test.hpp"

using namespace buildd::policy;

TEST_CASE("a build is given up after three builders have failed it") {
    CHECK_FALSE(give_up({2, 2, 0}, {9, 1}, 3));
    CHECK(give_up({3, 3, 0}, {9, 1}, 3));
    CHECK(give_up({3, 3, 0}, {9, 9}, 3));
    CHECK_FALSE(give_up({3, 1, 0}, {9, 1}, 3));
}

TEST_CASE("a build is given up after two builders have fallen silent under it") {
    CHECK_FALSE(give_up({1, 1, 1}, {9, 1}, 3));
    CHECK_FALSE(give_up({2, 1, 1}, {9, 1}, 3));
    CHECK(give_up({2, 2, 2}, {9, 1}, 3));
}

TEST_CASE("where fewer than three builders live job_failure_threshold decides") {
    CHECK_FALSE(give_up({2, 2, 0}, {2, 1}, 3));
    CHECK(give_up({3, 2, 0}, {2, 2}, 3));
    CHECK(give_up({3, 1, 0}, {1, 1}, 3));
    CHECK_FALSE(give_up({3, 1, 0}, {1, 3}, 3));
}

TEST_CASE("a build that always goes to the same few of many is not tried for ever") {
    CHECK_FALSE(give_up({5, 2, 0}, {9, 1}, 3));
    CHECK(give_up({6, 2, 0}, {9, 1}, 3));
}
