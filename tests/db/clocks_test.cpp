// Clocks of jobs and builders, which stand still while no pass looks (schema 9).
#include <fmt/format.h>

#include "support/sql.hpp"
#include "test.hpp"

using namespace buildd;

TEST_CASE("a clock stands still while no pass looks and begins anew after a quarter of an hour") {
    test::TestDatabase db;
    const auto age = [&](const std::string& since, const std::string& watched) {
        return db.value(fmt::format(
            "SELECT coalesce((now() - watched_since(now() - interval '{}', {}))::text, 'none')",
            since, watched));
    };
    CHECK(age("8 min", "NULL") == "00:08:00");
    CHECK(age("8 min", "now()") == "00:08:00");
    CHECK(age("8 min", "now() - interval '3 min'") == "00:08:00");
    CHECK(age("8 min", "now() - interval '5 min'") == "00:06:00");
    CHECK(age("20 min", "now() - interval '15 min'") == "00:08:00");
    CHECK(age("70 min", "now() - interval '16 min'") == "none");
}
