// Builders that fail what others build: quarantine, what they said before, jobs that take builders
// down (policy/suspicion, policy/quarantine, policy/give_up).
#include <fmt/format.h>

#include "support/farm.hpp"
#include "test.hpp"

using namespace buildd;
using fleet::Fleet;
using test::TestFarm;

namespace {

// Builds 1001 … of as many sources, the first ones first, and trusted builders of i386.
struct ManyBuilds {
    Fleet fleet;
    TestFarm farm;

    ManyBuilds(const std::vector<std::string>& builders, int builds) : fleet(lines(builders)) {
        farm.connect(fleet, builders);
        farm.options["job_contact_timeout"] = "1 s";
        farm.options["socket_timeout"] = "2 s";
        farm.sql(fmt::format(
            "DELETE FROM buildqueue;"
            "INSERT INTO sourcepackagename (id, name) SELECT 1000 + i, 's' || i FROM "
            "generate_series(1, {0}) i;"
            "INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component, creator) "
            "SELECT 1000 + i, 1000 + i, '1', 1, 1 FROM generate_series(1, {0}) i;"
            "INSERT INTO sourcepackagereleasefile SELECT 1000 + i, 11 FROM generate_series(1, {0}) "
            "i;"
            "INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, distroseries, "
            "archive, component, status) SELECT 1000 + i, 3, 1, 1, 'PUBLISHED' FROM "
            "generate_series(1, {0}) i;"
            "INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, archive) "
            "SELECT 1000 + i, 1, 6, 1000 + i, 1 FROM generate_series(1, {0}) i;"
            "INSERT INTO buildqueue (build, lastscore) SELECT 1000 + i, 5000 - i FROM "
            "generate_series(1, {0}) i",
            builds));
        fleet.say("* fetch pretend");
    }
    static std::vector<std::string> lines(const std::vector<std::string>& builders) {
        std::vector<std::string> all;
        for (const auto& name : builders) all.push_back("builder " + name + " arch=i386");
        return all;
    }
    // A pass a minute: what is due in `minutes` is due in the next one.
    void later(int minutes) {
        farm.sql(fmt::format(
            "UPDATE builder SET next_probe = next_probe - interval '{0} min', quarantined_until = "
            "quarantined_until - interval '{0} min', quarantined_since = quarantined_since - "
            "interval '{0} min', silent_since = silent_since - interval '{0} min';"
            "UPDATE buildqueue SET not_before = not_before - interval '{0} min', silent_since = "
            "silent_since - interval '{0} min';"
            "UPDATE evidence SET at = at - interval '{0} min'",
            minutes));
    }
    void passes(int number) {
        for (int i = 0; i < number; ++i) {
            farm.pass("cycle");
            later(1);
        }
    }
    std::string count(const std::string& condition) {
        return farm.value("SELECT count(*) FROM build WHERE id > 1000 AND " + condition);
    }
};

}  // namespace

TEST_CASE("a builder that fails every package rests and what it said is asked again elsewhere") {
    ManyBuilds it({"hole", "bob", "frog", "jack"}, 12);
    it.fleet.say("* outcome OK result-files=1x10\nhole outcome PACKAGEFAIL");
    it.passes(7);
    CHECK(it.farm.value("SELECT quarantines FROM builder WHERE name = 'hole'") == "1");
    CHECK(it.farm.value("SELECT string_agg(name, ' ') FROM builder WHERE quarantined_until IS NOT "
                        "NULL OR NOT builderok") == "hole");
    // Nobody is told that a good package failed who is not told that it was not so.
    CHECK(it.farm.value("SELECT count(*) FROM mailqueue WHERE subject LIKE '%Failed to build%'") ==
          it.farm.value("SELECT count(*) FROM mailqueue WHERE message LIKE '%is taken back%'"));
    CHECK(it.farm.value("SELECT count(*) > 0 FROM mailqueue WHERE subject = 'Builder hole is in "
                        "quarantine'") == "true");
    it.passes(6);
    CHECK(it.count("buildstate = 'FAILEDTOBUILD'") == "0");
    CHECK(it.count("buildstate IN ('UPLOADING', 'FULLYBUILT', 'FAILEDTOUPLOAD')") == "12");
    CHECK(
        it.farm.value("SELECT count(*) FROM build WHERE id > 1000 AND asked_again IS NOT NULL AND "
                      "failure_count = 0") != "0");
}

TEST_CASE("CHROOTFAIL of one PPA owner's jobs speaks against a builder once") {
    ManyBuilds many({"ant"}, 3);
    many.farm.sql(
        "UPDATE archive SET purpose = 'PPA', owner = 1 WHERE id = 1;"
        "UPDATE builder SET trusted = false, clean_status = 'CLEAN' WHERE name = 'ant';"
        "UPDATE buildqueue SET trusted = false");
    many.farm.options["untrusted_without_reset"] = "true";
    many.fleet.say("* outcome CHROOTFAIL");
    many.passes(3);
    const std::string weights =
        "SELECT string_agg(round(weight::numeric, 1)::text, ' ' ORDER BY id) "
        "FROM evidence WHERE outcome = 'CHROOTFAIL'";
    CHECK(many.farm.value(weights) == "2.1 0.0");
}

TEST_CASE("a canary that ends well brings a builder back and a bad one rests it longer") {
    ManyBuilds it({"hole", "bob"}, 6);
    it.farm.sql(
        "UPDATE builder SET suspicion = 9, quarantines = 1, quarantined_since = now() - "
        "interval '15 min', quarantined_until = now() + interval '1 hour' WHERE name = "
        "'hole'");
    it.fleet.say("bob state BUILDING 7-1\nhole outcome BUILDERFAIL");
    it.passes(2);
    CHECK(it.fleet.full_state("hole").builds_started == 0);
    it.later(60);
    it.passes(2);
    CHECK(it.fleet.full_state("hole").builds_started == 1);
    CHECK(it.farm.value("SELECT quarantines || ' ' || (quarantined_until > now() + interval '25 "
                        "min') FROM builder WHERE name = 'hole'") == "2 true");
    it.fleet.say("hole outcome OK result-files=1x10");
    it.later(60);
    it.passes(4);
    CHECK(it.farm.value("SELECT quarantined_until IS NULL AND builderok FROM builder WHERE name = "
                        "'hole'") == "true");
}

TEST_CASE("a person's builder enable ends a quarantine") {
    ManyBuilds it({"hole", "bob"}, 1);
    it.farm.sql(
        "UPDATE builder SET suspicion = 9, quarantines = 3, quarantined_since = now(), "
        "quarantined_until = now() + interval '1 hour' WHERE name = 'hole'");
    CHECK(test::run_program({"builder", "enable", "hole"}, it.farm.environment()).status == 0);
    CHECK(it.farm.value("SELECT suspicion = 0 AND quarantines = 0 AND quarantined_until IS NULL "
                        "FROM builder WHERE name = 'hole'") == "true");
}

TEST_CASE("a job that silences builders takes down two of them and no more") {
    ManyBuilds it({"bob", "frog", "jack", "jill"}, 1);
    it.fleet.say("* outcome OK result-files=1x10 after=never");
    it.farm.pass("cycle");
    it.later(1);
    for (int victims = 1; victims <= 2; ++victims) {
        const auto victim = it.farm.value(
            "SELECT builder.name FROM builder JOIN buildqueue ON builder = builder.id WHERE build "
            "= 1001");
        REQUIRE_FALSE(victim.empty());
        it.fleet.say(victim + " down");
        it.passes(3);  // silent; given up; given to another
        it.passes(1);
    }
    CHECK(it.farm.state(1001) == "FAILEDTOBUILD");
    CHECK(it.farm.value("SELECT count(DISTINCT builder) FROM buildattempt WHERE build = 1001 AND "
                        "outcome = 'SILENT'") == "2");
    CHECK(it.farm.value("SELECT max(suspicion) FROM builder") == "0");
    CHECK(it.farm.value("SELECT max(failure_count) FROM builder") == "0");
}

TEST_CASE("builders that fell silent together are probed at once when one answers again") {
    ManyBuilds it({"bob", "frog", "jack", "jill"}, 0);
    it.fleet.say("* down");
    it.farm.pass("scan");
    it.farm.sql(
        "UPDATE builder SET next_probe = now() + interval '1 hour', silent_since = "
        "silent_since - interval '2 hours'; UPDATE builder SET next_probe = now() WHERE "
        "name = 'bob'");
    it.fleet.say("* up");
    it.farm.pass("scan");
    CHECK(it.farm.value("SELECT string_agg(name, ' ') FROM builder WHERE builderok") == "bob");
    it.farm.pass("scan");
    CHECK(it.farm.value("SELECT count(*) FROM builder WHERE builderok") == "4");
}

TEST_CASE("what a suspect says is believed where all others refuse the source or are reserved") {
    for (const char* other : {"refuses = '{s*}'", "tags = '{big}', reserved = true"}) {
        CAPTURE(other);
        ManyBuilds it({"bob", "frog"}, 1);
        it.farm.sql(fmt::format("UPDATE builder SET {} WHERE name = 'frog'", other));
        it.farm.sql("UPDATE builder SET suspicion = 3.5 WHERE name = 'bob'");
        it.fleet.say("* outcome PACKAGEFAIL");
        it.passes(3);
        CHECK(it.farm.state(1001) == "FAILEDTOBUILD");
        CHECK(it.farm.value("SELECT count(*) FROM buildattempt WHERE build = 1001") == "1");
    }
}

TEST_CASE("a job goes back to the builder that failed it once no other may have it any more") {
    ManyBuilds it({"bob", "frog"}, 1);
    it.farm.sql(
        "UPDATE builder SET suspicion = 3.5 WHERE name = 'bob';"
        "UPDATE builder SET manual = true WHERE name = 'frog'");
    it.fleet.say("* outcome PACKAGEFAIL");
    it.farm.sql(
        "UPDATE build SET asked_again = now(), failure_count = 1 WHERE id = 1001;"
        "INSERT INTO evidence (build, builder, outcome, counted_build) SELECT 1001, id, "
        "'BUILDERFAIL', true FROM builder WHERE name = 'bob';"
        "UPDATE builder SET manual = false WHERE name = 'frog'");
    it.fleet.say("frog state BUILDING 7-1");
    it.passes(1);
    CHECK(it.fleet.full_state("bob").builds_started == 0);
    it.farm.sql("UPDATE builder SET refuses = '{s1}' WHERE name = 'frog'");
    it.passes(1);
    CHECK(it.fleet.full_state("bob").builds_started == 1);
}

TEST_CASE("a person must look after several canaries of a day and not after an idle day") {
    ManyBuilds it({"hole", "bob"}, 6);
    it.farm.sql(
        "UPDATE builder SET suspicion = 7, quarantines = 1, quarantined_since = now() - interval "
        "'3 days', quarantined_until = now() - interval '1 day' WHERE name = 'hole';"
        "UPDATE builder SET manual = true WHERE name = 'bob'");
    it.fleet.say("* outcome BUILDERFAIL");
    it.passes(3);
    const std::string out =
        "SELECT coalesce(disabled_by, '') <> '' FROM builder WHERE name = 'hole'";
    CHECK(it.farm.value(out) == "false");
    it.farm.sql(
        "INSERT INTO evidence (at, build, builder, outcome, counted_builder) SELECT now() - "
        "make_interval(hours => h), 1002, builder.id, 'BUILDERFAIL', true FROM builder, unnest("
        "'{2,25}'::int[]) h WHERE name = 'hole'");
    it.later(300);
    it.passes(3);
    CHECK(it.farm.value(out) == "true");
}
