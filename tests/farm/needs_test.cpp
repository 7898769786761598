// Which of the idle builders of a group gets which job: tags, reserved builders, refused sources
// (behaviour §8).
#include <fmt/format.h>

#include "db/queue.hpp"
#include "support/farm.hpp"
#include "test.hpp"

using namespace buildd;
using fleet::Fleet;
using test::TestFarm;

namespace {

// Bob and frog are idle; the queue holds builds 7 (pmount, score 20) and 8 (mozilla-firefox, 10).
struct Idle {
    Fleet fleet{{"builder bob arch=i386", "builder frog arch=i386"}};
    TestFarm farm;

    Idle() {
        farm.connect(fleet, {"bob", "frog"});
        farm.pass("scan");
    }
    std::string builders() {
        return farm.value(
            "SELECT string_agg(build || ' ' || coalesce((SELECT name FROM builder "
            "WHERE id = q.builder), '-'), ', ' ORDER BY build) FROM buildqueue q");
    }
    // Who has builds 7 and 8 after a dispatch.
    std::string dispatched(const std::string& changes) {
        farm.sql(changes);
        farm.pass("dispatch");
        return builders();
    }
    std::string line_with(const std::string& part) {
        for (const auto& line : farm.log())
            if (line.find(part) != line.npos) return line;
        return "";
    }
    // So many jobs before all others, of sources s1, s2 …
    void add_jobs(int count) {
        const auto series = fmt::format("FROM generate_series(1, {}) i;", count);
        farm.sql("INSERT INTO sourcepackagename (id, name) SELECT 1000 + i, 's' || i " + series +
                 "INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component) "
                 "SELECT 1000 + i, 1000 + i, i::text, 1 " +
                 series +
                 "INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, distroseries, "
                 "archive, component) SELECT 1000 + i, 3, 1, 1 " +
                 series +
                 "INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, "
                 "archive, pocket) SELECT 1000 + i, 1, 6, 1000 + i, 1, 'RELEASE' " +
                 series + "INSERT INTO buildqueue (build, lastscore) SELECT 1000 + i, 9000 - i " +
                 series);
    }
};

constexpr const char* big_bob = "UPDATE builder SET tags = '{big}' WHERE name = 'bob';";
constexpr const char* firefox_needs_big =
    "INSERT INTO need (source, tag) VALUES ('mozilla-*', 'big');";

}  // namespace

TEST_CASE("a job that needs a tag goes to a builder that has it and the others past it") {
    Idle idle;
    CHECK(idle.dispatched(std::string(firefox_needs_big) + big_bob) == "7 frog, 8 bob");
    Idle nobody;
    CHECK(nobody.dispatched(firefox_needs_big).find("8 -") != std::string::npos);
}

TEST_CASE("the builder that can do least gets a job that any could have") {
    Idle idle;
    CHECK(idle.dispatched(std::string(big_bob) + "DELETE FROM buildqueue WHERE build = 8") ==
          "7 frog");
}

TEST_CASE("a reserved builder has only jobs that need its tag") {
    const std::string reserved =
        "UPDATE builder SET tags = '{big}', reserved = true WHERE name = 'bob';";
    Idle idle;
    CHECK(idle.dispatched(reserved) == "7 frog, 8 -");
    Idle needed;
    CHECK(needed.dispatched(reserved + firefox_needs_big) == "7 frog, 8 bob");
    Idle both;
    CHECK(both.dispatched(reserved + "UPDATE builder SET tags = '{big}'; INSERT INTO need (source, "
                                     "tag) VALUES ('*', 'big')") == "7 bob, 8 frog");
}

TEST_CASE("a builder has no job of a source that it refuses") {
    Idle idle;
    CHECK(idle.dispatched("UPDATE builder SET refuses = '{pm*,x_y}' WHERE name = 'bob'") ==
          "7 frog, 8 bob");
    Idle all;
    CHECK(all.dispatched("UPDATE builder SET refuses = '{*}'") == "7 -, 8 -");
}

TEST_CASE("of a queue that is long an idle reserved builder reads only what needs its tag") {
    const auto round_trips = [](int other_jobs) {
        Idle idle;
        idle.add_jobs(other_jobs);
        idle.farm.sql(std::string(firefox_needs_big) +
                      "UPDATE builder SET tags = '{big}', reserved = true");
        idle.farm.pass("dispatch");
        CHECK(idle.farm.value("SELECT string_agg(build::text, ' ') FROM buildqueue WHERE builder "
                              "IS NOT NULL") == "8");
        return idle.line_with("database round trips");
    };
    CHECK(round_trips(3000) == round_trips(1));
}

TEST_CASE("of an archive or an owner no more jobs run than may and others go past them") {
    Idle idle;
    CHECK(idle.dispatched("UPDATE archive SET max_running = 1") == "7 bob, 8 -");
    CHECK(idle.dispatched("SELECT 1") == "7 bob, 8 -");
    CHECK(idle.dispatched("UPDATE archive SET max_running = 2") == "7 bob, 8 frog");
    Idle owned;
    CHECK(owned.dispatched("UPDATE archive SET owner = 1 WHERE id = 1; UPDATE person SET "
                           "max_running = 1; UPDATE build SET archive = 9 WHERE id = 7; UPDATE "
                           "archive SET purpose = 'PARTNER', owner = 2 WHERE id = 9; UPDATE "
                           "buildqueue SET build = build; INSERT INTO "
                           "sourcepackagepublishinghistory (sourcepackagerelease, distroseries, "
                           "archive, component) SELECT sourcepackagerelease, 3, 9, 1 FROM build "
                           "WHERE id = 7") == "7 bob, 8 frog");
    Idle full;
    CHECK(
        full.dispatched("UPDATE archive SET owner = 1 WHERE id IN (1, 9); UPDATE person SET "
                        "max_running = 1; UPDATE archive SET purpose = 'PARTNER' WHERE id = 9; "
                        "UPDATE build SET archive = 9 WHERE id = 7; UPDATE buildqueue SET build = "
                        "build; INSERT INTO "
                        "sourcepackagepublishinghistory (sourcepackagerelease, distroseries, "
                        "archive, component) SELECT sourcepackagerelease, 3, 9, 1 FROM build "
                        "WHERE id = 7") == "7 bob, 8 -");
}

TEST_CASE("of an archive at its limit the queue is not read") {
    const auto round_trips = [](int jobs) {
        Idle idle;
        idle.farm.give(7, "bob");
        idle.fleet.say("bob state BUILDING 7-1");
        idle.add_jobs(jobs);
        idle.farm.sql("UPDATE archive SET max_running = 1");
        idle.farm.pass("dispatch");
        CHECK(idle.farm.value("SELECT count(*) FROM buildqueue WHERE builder IS NOT NULL") == "1");
        return idle.line_with("database round trips");
    };
    CHECK(round_trips(3000) == round_trips(3));
}

TEST_CASE("no build is read for the jobs of an archive at its limit however many wait") {
    Idle idle;
    idle.farm.give(7, "bob");
    idle.add_jobs(3000);
    const auto builds_read = [&](const char* limit) {
        idle.farm.sql(fmt::format("UPDATE archive SET max_running = {}; ANALYZE", limit));
        db::Database& database = idle.farm.db().session();
        const auto read = [&database] {
            return database
                .query(
                    "SELECT (seq_tup_read + idx_tup_fetch)::bigint FROM "
                    "pg_stat_xact_user_tables WHERE relname = 'build'")[0]
                .get<std::int64_t>();
        };
        const db::Transaction transaction(database);
        const auto before = read();
        db::read_pending(database, {{{"i386", true}, {}, 2000, {}}});
        return read() - before;
    };
    CHECK(builds_read("NULL") >= 2000);
    CHECK(builds_read("1") < 100);
}

TEST_CASE("what is needed holds for jobs that wait and for those that come") {
    Idle idle;
    const auto tags = [&](int build) {
        return idle.farm.value(
            fmt::format("SELECT tags::text FROM buildqueue WHERE build = {}", build));
    };
    idle.farm.sql("INSERT INTO need (source, tag) VALUES ('mozilla-firefox', 'kvm'), ('*', 'big')");
    CHECK(tags(8) == "{big,kvm}");
    CHECK(tags(7) == "{big}");
    idle.farm.sql("DELETE FROM need WHERE tag = 'big'");
    CHECK(tags(8) == "{kvm}");
    CHECK(tags(7) == "{}");
    idle.farm.sql(
        "INSERT INTO need (source, series, architecture, tag) VALUES ('pmount', 'ubuntu/hoa?y', "
        "'i*86', 'a'), ('pmount', 'debian/*', '*', 'b'), ('pmount', '*', 'amd64', 'c'); DELETE "
        "FROM "
        "buildqueue; INSERT INTO buildqueue (build) VALUES (7), (8)");
    CHECK(tags(8) == "{kvm}");
    CHECK(tags(7) == "{a}");
    idle.farm.sql("UPDATE distroarchseries SET architecturetag = 'amd64' WHERE id = 6");
    CHECK(tags(7) == "{c}");
}

TEST_CASE("a claim is refused when the builder has become another since the job was read") {
    for (const char* change : {"UPDATE buildqueue SET tags = '{big}'",
                               "UPDATE builder SET tags = '{big}', reserved = true",
                               "UPDATE builder SET refuses = '{*}'"}) {
        Idle idle;
        idle.farm.sql(change);
        INFO(change);
        CHECK(db::claim(idle.farm.db().session(), {{{1}, {1}}}, false).empty());
    }
}

TEST_CASE(
    "jobs whose tags no builder in use has are an error of each pass and told loudly hourly") {
    Idle idle;
    idle.farm.sql(firefox_needs_big);
    const char* line =
        "1 job waits for a builder of i386 trusted in use with the tag big: 'buildd-master need "
        "list' and 'buildd-master queue why' tell more";
    CHECK(idle.farm.pass("scan") == ExitStatus::needs_person);
    CHECK(idle.farm.logged(std::string("ERROR   ") + line));
    CHECK(idle.farm.pass("scan") == ExitStatus::needs_person);
    CHECK(idle.farm.logged(std::string("INFO    ") + line));
    CHECK(idle.farm.value("SELECT message FROM notice WHERE cause LIKE 'need %'") == line);
    idle.farm.sql("UPDATE builder SET tags = '{big}', manual = true WHERE name = 'bob'");
    CHECK(idle.farm.pass("scan") == ExitStatus::needs_person);
    idle.farm.sql("UPDATE builder SET manual = false");
    CHECK(idle.farm.pass("scan") == ExitStatus::done);
}

TEST_CASE("jobs that need no tag where each builder in use is reserved are an error of each pass") {
    Idle idle;
    idle.farm.sql("UPDATE builder SET tags = '{big}', reserved = true");
    CHECK(idle.farm.pass("scan") == ExitStatus::needs_person);
    CHECK(idle.farm.logged(
        "ERROR   Jobs of i386 trusted that need no tag wait, and each of their builders in use is "
        "reserved: 'buildd-master builder set NAME --no-reserved' lets one take them"));
    idle.farm.sql("UPDATE buildqueue SET parked_by = 'joe'");
    CHECK(idle.farm.pass("scan") == ExitStatus::done);
    idle.farm.sql(
        "UPDATE buildqueue SET parked_by = NULL; UPDATE builder SET reserved = false "
        "WHERE name = 'bob'");
    CHECK(idle.farm.pass("scan") == ExitStatus::done);
}

TEST_CASE("jobs whose source each builder that may have them refuses are an error of each pass") {
    const std::string told =
        "ERROR   1 job of i386 trusted waits, and each builder in use that may have it but for "
        "that refuses {}: 'buildd-master builder set NAME --no-refuse' lets one take all sources";
    const auto told_after = [&](const std::string& changes) {
        Idle idle;
        idle.farm.sql(changes);
        const bool error = idle.farm.pass("scan") == ExitStatus::needs_person;
        for (const char* source : {"pmount", "mozilla-firefox"})
            if (idle.farm.logged(fmt::format(fmt::runtime(told), source))) {
                CHECK(error);
                return std::string(source);
            }
        CHECK_FALSE(error);
        return std::string();
    };
    CHECK(told_after("UPDATE builder SET refuses = '{pm*,x}'") == "pmount");
    CHECK(told_after("UPDATE builder SET refuses = '{pm*}' WHERE name = 'bob'").empty());
    CHECK(told_after(std::string(firefox_needs_big) + big_bob +
                     "UPDATE builder SET refuses = '{mozilla-*}' WHERE name = 'bob'") ==
          "mozilla-firefox");
    CHECK(told_after("UPDATE builder SET refuses = '{pm*}' WHERE name = 'bob'; UPDATE builder SET "
                     "tags = '{big}', reserved = true WHERE name = 'frog'") == "pmount");
    CHECK(told_after("UPDATE builder SET refuses = '{pm*}' WHERE name = 'bob'; UPDATE builder SET "
                     "manual = true WHERE name = 'frog'") == "pmount");
    CHECK(told_after("UPDATE builder SET refuses = '{pm*}'; UPDATE buildqueue SET parked_by = "
                     "'joe' WHERE build = 7")
              .empty());
}
