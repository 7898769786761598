// What an answer to HEAD says of a file's server (behaviour §8).
#include "policy/fetch_blame.hpp"

#include "test.hpp"

using namespace buildd::policy;

TEST_CASE(
    "a server that cannot serve now gives no answer and one that knows no HEAD says nothing") {
    for (const long status : {408, 429, 500, 502, 503, 504, 507})
        CHECK(heard(status) == Asked::no_answer);
    for (const long status : {200, 206}) CHECK(heard(status) == Asked::there);
    for (const long status : {401, 403, 404, 410}) CHECK(heard(status) == Asked::gone);
    for (const long status : {301, 400, 405, 501}) CHECK(heard(status) == Asked::no);
}

TEST_CASE(
    "a file that does not come in time speaks against job and builder unless it is not there") {
    for (const auto asked : {Asked::no, Asked::there}) {
        CHECK(count_late(asked).job);
        CHECK(count_late(asked).builder);
    }
    for (const auto asked : {Asked::gone, Asked::no_answer}) CHECK_FALSE(count_late(asked).any());
}
