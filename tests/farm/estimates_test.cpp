// What jobs are expected to take, and how owners of PPAs share the builders.
#include <algorithm>
#include <fmt/format.h>

#include "db/queue.hpp"
#include "db/weights.hpp"
#include "farm/build_admin.hpp"
#include "farm/queue_build.hpp"
#include "support/farm.hpp"
#include "test.hpp"

using namespace buildd;
using test::TestFarm;

namespace {

std::vector<std::string> build_queue(TestFarm& farm) {
    std::vector<std::string> lines;
    Log log(Level::DEBUG);
    log.add_sink([&](Level, std::string_view line) { lines.emplace_back(line); });
    farm::build_queue(farm.settings().settings, farm.db().session(), log);
    return lines;
}

// Of the jobs of a source on an architecture in its primary archive.
std::string expected(TestFarm& farm, const std::string& source, const std::string& tag) {
    return farm.value(fmt::format(
        "SELECT format('%s %s', q.expected_time, q.expected_known) FROM buildqueue q JOIN build ON "
        "build.id = q.build JOIN sourcepackagerelease spr ON spr.id = sourcepackagerelease JOIN "
        "sourcepackagename name ON name.id = spr.sourcepackagename WHERE name.name = '{}' AND "
        "q.architecturetag = '{}' AND build.archive = 1 ORDER BY build.id DESC LIMIT 1",
        source, tag));
}

// Earlier versions of mozilla-firefox that took 40 and 20 minutes.
void build_before(TestFarm& farm) {
    farm.sql(R"(
        INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component, creator,
            architecturehintlist) VALUES (20, 1, '0.7', 1, 1, 'any'), (21, 1, '0.8', 1, 1, 'any');
        INSERT INTO build (id, processor, distroarchseries, buildstate, sourcepackagerelease,
            archive, datebuilt, buildduration) VALUES
            (20, 1, 6, 'FULLYBUILT', 20, 1, now() - interval '2 days', '40 min'),
            (21, 1, 6, 'FULLYBUILT', 21, 1, now() - interval '1 day', '20 min'))");
}

std::string weights(TestFarm& farm) {
    return farm.value(
        "SELECT string_agg(coalesce(fairness::text, 'none'), ' ' ORDER BY id) FROM buildqueue "
        "WHERE NOT trusted AND architecturetag = 'i386'");
}

void publish_in_ppa(TestFarm& farm, const std::vector<int>& sources) {
    for (const int source : sources)
        farm.sql(
            fmt::format("INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, "
                        "distroseries, archive, component, status) VALUES ({}, 3, 9, 1, "
                        "'PUBLISHED')",
                        source));
}

}  // namespace

TEST_CASE("jobs are expected to take what good builds of their source took") {
    TestFarm farm;
    build_before(farm);
    build_queue(farm);
    CHECK(expected(farm, "mozilla-firefox", "i386") == "1800 t");
    CHECK(expected(farm, "mozilla-firefox", "hppa") == "1800 t");
    CHECK(expected(farm, "pmount", "i386").ends_with(" f"));
}

TEST_CASE("a build that ended before it began since the clock was set back tells nothing") {
    TestFarm farm;
    build_before(farm);
    farm.sql("UPDATE build SET buildduration = '-1 day' WHERE id = 20");
    build_queue(farm);
    CHECK(expected(farm, "mozilla-firefox", "i386") == "1200 t");
    TestFarm other;
    build_before(other);
    other.sql("UPDATE build SET buildduration = '-1 day'");
    build_queue(other);
    CHECK(expected(other, "mozilla-firefox", "i386") == " f");
}

TEST_CASE("where nothing was ever built nothing is said of how long jobs take") {
    TestFarm farm;
    build_queue(farm);
    CHECK(farm.value("SELECT count(*) FROM buildqueue WHERE expected_time IS NOT NULL") == "0");
}

TEST_CASE("each job of a PPA's owner stands back by what the owner's jobs before it need") {
    TestFarm farm;
    publish_in_ppa(farm, {15, 17});
    const auto lines = build_queue(farm);
    CHECK(weights(farm) == "0 -25 -50");
    CHECK(std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
              return line.ends_with("-> U+5 C+1000 P+1500 T+0 F-50 = 2455");
          }) == 2);
    publish_in_ppa(farm, {16});
    build_queue(farm);
    CHECK(weights(farm) == "0 -25 -50 -75");
    CHECK(farm.value("SELECT count(*) FROM buildqueue WHERE trusted AND fairness <> 0") == "0");
}

TEST_CASE("the owner's jobs that run count by what they still need") {
    TestFarm farm;
    build_queue(farm);
    farm.sql(
        "UPDATE build SET buildstate = 'BUILDING' FROM buildqueue q WHERE q.build = build.id AND "
        "NOT q.trusted AND q.architecturetag = 'i386';"
        "UPDATE buildqueue SET builder = 1, buildstart = now() - interval '9 min' WHERE NOT "
        "trusted "
        "AND architecturetag = 'i386'");
    publish_in_ppa(farm, {15});
    build_queue(farm);
    CHECK(weights(farm) == "0 -10");
}

TEST_CASE("jobs of a PPA in which everything is built anew stand back for nobody") {
    TestFarm farm;
    farm.sql("UPDATE archive SET rebuild = true WHERE id = 9");
    publish_in_ppa(farm, {15});
    build_queue(farm);
    CHECK(weights(farm) == "none none");
}

TEST_CASE("jobs that take no builder are nothing that the owner's other jobs stand back for") {
    const auto way = GENERATE(as<std::string>(), "UPDATE buildqueue SET parked_by = 'mark'",
                              "UPDATE build SET for_person = now() WHERE buildstate = 'NEEDSBUILD'",
                              "UPDATE distroarchseries SET enabled = false WHERE id = 6");
    INFO(way);
    TestFarm farm;
    build_queue(farm);
    farm.sql(way);
    publish_in_ppa(farm, {15, 17});
    farm.sql("UPDATE distroarchseries SET enabled = true WHERE id = 6");
    build_queue(farm);
    CHECK(weights(farm) == (way.find("distroarch") == way.npos ? "0 0 -25" : "0 -25 -50"));
}

TEST_CASE("an owner's jobs in an archive that is built anew hold up none of its others") {
    TestFarm farm;
    build_queue(farm);
    farm.sql("UPDATE archive SET rebuild = true WHERE id = 9");
    CHECK(db::owners_needs(farm.db().session(), std::chrono::minutes(15)).empty());
}

TEST_CASE("an outage of the builders makes no owner's share smaller") {
    TestFarm farm;
    const auto usable = [&] {
        std::int64_t sum = 0;
        for (const auto& one : db::untrusted_builders(farm.db().session())) sum += one.builders;
        return sum;
    };
    farm.sql("UPDATE builder SET trusted = false, manual = false, disabled_by = NULL");
    const auto all = usable();
    farm.sql("UPDATE builder SET builderok = false, failnotes = 'gone', next_probe = now()");
    CHECK(usable() == all);
    farm.sql("UPDATE builder SET disabled_by = 'mark', next_probe = NULL WHERE id = 1");
    CHECK(usable() == all - 1);
}

TEST_CASE("an owner's jobs stand back no more for those that were cancelled") {
    TestFarm farm;
    publish_in_ppa(farm, {15, 17});
    build_queue(farm);
    CHECK(weights(farm) == "0 -25 -50");
    const BuildId first{std::stoll(farm.value(
        "SELECT build FROM buildqueue WHERE NOT trusted AND architecturetag = 'i386' ORDER BY id "
        "LIMIT 1"))};
    farm::cancel_builds(farm.db().session(), {first});
    build_queue(farm);
    CHECK(weights(farm) == "0 -25");
    CHECK(farm.value("SELECT bool_or(weigh_again) FROM buildqueue") == "false");
}

TEST_CASE("an owner's jobs stand back no more for those that were superseded") {
    TestFarm farm;
    publish_in_ppa(farm, {15, 17});
    build_queue(farm);
    PendingJob first;
    const auto ids = farm.value(
        "SELECT id || ' ' || build FROM buildqueue WHERE NOT trusted AND architecturetag = 'i386' "
        "ORDER BY id LIMIT 1");
    first.id = JobId{std::stoll(ids)};
    first.build.id = BuildId{std::stoll(ids.substr(ids.find(' ')))};
    first.build.archive.purpose = ArchivePurpose::PPA;
    CHECK(db::supersede(farm.db().session(), first));
    build_queue(farm);
    CHECK(weights(farm) == "0 -25");
}

TEST_CASE("a build that is retried stands back for its owner's jobs at once") {
    TestFarm farm;
    publish_in_ppa(farm, {15, 17});
    build_before(farm);
    build_queue(farm);
    const BuildId first{std::stoll(farm.value(
        "SELECT build FROM buildqueue WHERE NOT trusted AND architecturetag = 'i386' ORDER BY id "
        "LIMIT 1"))};
    farm.sql("UPDATE buildqueue SET expected_time = 900");
    farm::cancel_builds(farm.db().session(), {first});
    build_queue(farm);
    Log log(Level::ERROR);
    farm::retry_builds(farm.db().session(), 100, log, {first});
    CHECK(weights(farm) == "0 -25 -50");
    CHECK(farm.value(fmt::format("SELECT lastscore FROM buildqueue "
                                 "WHERE build = {}",
                                 first.value)) == "2455");
    CHECK(farm.value("SELECT count(*) FROM buildqueue WHERE expected_time IS NULL") == "0");
}
