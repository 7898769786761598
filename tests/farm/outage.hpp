// A farm whose builders may all fail alike, and time that goes by in quarters of an hour.
#pragma once

#include <fmt/format.h>
#include <string>
#include <vector>

#include "support/scenario.hpp"
#include "test.hpp"

namespace buildd::test {

// Builders that end well unless something is wrong; builds 1001 … of one job each, as many as there
// are builders or as `count` says.
struct Outage : Scenario {
    explicit Outage(const std::vector<std::string>& names = {"ant", "bee", "cow", "dog"},
                    std::size_t count = 0)
        : Scenario("current", names), jobs(count > 0 ? count : names.size()) {
        farm.sql("DELETE FROM buildqueue");
        const auto series = fmt::format(" FROM generate_series(1, {}) i;", jobs);
        farm.sql(
            "INSERT INTO sourcepackagename (id, name) SELECT 1000 + i, 's' || i" + series +
            "INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component) "
            "SELECT 1000 + i, 1000 + i, i::text, 1" +
            series +
            "INSERT INTO sourcepackagereleasefile (sourcepackagerelease, libraryfile) SELECT 1000 "
            "+ i, libraryfile FROM sourcepackagereleasefile CROSS JOIN generate_series(1, " +
            std::to_string(jobs) +
            ") i WHERE sourcepackagerelease = (SELECT sourcepackagerelease FROM build WHERE id = "
            "8);"
            "INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, distroseries, "
            "archive, component) SELECT 1000 + i, 3, 1, 1" +
            series +
            "INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, archive, "
            "pocket) SELECT 1000 + i, 1, 6, 1000 + i, 1, 'RELEASE'" +
            series + "INSERT INTO buildqueue (build, lastscore) SELECT 1000 + i, 10" + series);
        well();
    }
    void well() { fleet.say("* outcome OK result-files=1x10"); }
    void passes(int count) {
        for (int i = 0; i < count; ++i) {
            run({"cycle"});
            INFO(log());
            CHECK(lost() == "0");
            later();
        }
    }
    // A quarter of an hour passes.
    void later() { farm.let_pass(std::chrono::minutes(15)); }
    std::string lost() {
        return farm.value(
            "SELECT count(*) FROM build WHERE id > 1000 AND "
            "(buildstate = 'FAILEDTOBUILD' OR failure_count > 1)");
    }
    // All builds ended well, and every builder is in use with nothing counted.
    void check_all_is_well() {
        INFO(log());
        CHECK(farm.value("SELECT count(DISTINCT build) FROM buildattempt WHERE outcome = 'OK'") ==
              std::to_string(jobs));
        CHECK(farm.value("SELECT count(*) FROM buildqueue") == "0");
        check_nobody_is_blamed();
        CHECK(farm.value("SELECT count(*) FROM breaker WHERE closed IS NULL") == "0");
    }
    void check_nobody_is_blamed() {
        CHECK(farm.value("SELECT count(*) FROM builder WHERE NOT builderok OR failure_count > 0") ==
              "0");
        CHECK(farm.value("SELECT sum(failure_count) FROM build WHERE id > 1000") == "0");
    }
    std::string held() {
        return farm.value("SELECT count(*) FROM buildqueue WHERE held_by IS NOT NULL");
    }
    std::string breakers() {
        return farm.value(
            "SELECT string_agg(kind || ' ' || word || ' ' || trusted, ', ') FROM breaker");
    }
    int notices() {
        return static_cast<int>(
            farm.db().rows("SELECT 1 FROM mailqueue WHERE subject LIKE '%Common cause%'").size());
    }

    std::size_t jobs;
};

}  // namespace buildd::test
