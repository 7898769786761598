// What ends of attempts and starts leave behind as evidence, and the upgrade that brings its table.
#include <fmt/format.h>

#include "db/attempts.hpp"
#include "db/schema.hpp"
#include "support/sql.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using test::TestDatabase;

namespace {

const std::string rows = R"(
    SELECT outcome, attempt IS NOT NULL, coalesce(url, '-'), counted_build, counted_builder
    FROM evidence ORDER BY id)";

// Job 1 of build 8, given to bob.
struct Attempt {
    TestDatabase db;

    explicit Attempt(const char* dispatched) {
        db.run(test::fixture("sample-farm/farm.sql"));
        db.run(
            fmt::format("UPDATE build SET buildstate = 'BUILDING' WHERE id = 8;"
                        "UPDATE buildqueue SET builder = 1, buildstart = now(), dispatched = {} "
                        "WHERE build = 8",
                        dispatched));
    }

    std::vector<std::string> end(Outcome outcome, bool counted, const std::string& url = "") {
        AttemptEnd edit;
        edit.cookie = {{8}, {1}};
        edit.builder = {1};
        edit.outcome = outcome;
        edit.counted_build = counted;
        edit.build_failures = counted ? 1 : 0;
        edit.url = url;
        db::Transaction transaction(db.session());
        REQUIRE(db::end_attempt(transaction, edit));
        transaction.commit();
        return db.rows(rows);
    }
};

using Rows = std::vector<std::string>;

}  // namespace

TEST_CASE("an attempt that ends is evidence with its attempt and what it counted") {
    CHECK(Attempt("now()").end(Outcome::BUILDERFAIL, true) ==
          Rows{"BUILDERFAIL|true|-|true|false"});
    CHECK(Attempt("now()").end(Outcome::OK, false) == Rows{"OK|true|-|false|false"});
}

TEST_CASE("a start that its builder never heard of is evidence only where it counts") {
    CHECK(Attempt("NULL").end(Outcome::UNSTARTED, true, "http://me:word@files/1/x") ==
          Rows{"UNSTARTED|false|http://me:***@files/1/x|true|false"});
    CHECK(Attempt("NULL").end(Outcome::UNSTARTED, false).empty());
}

TEST_CASE("an attempt that a person ended is evidence of nothing") {
    CHECK(Attempt("now()").end(Outcome::DISABLED, false).empty());
    CHECK(Attempt("now()").end(Outcome::SUPERSEDED, false).empty());
}

TEST_CASE("an upgrade makes evidence of the attempts of the last days") {
    TestDatabase db(false);
    for (const auto& file : db::schema_files())
        if (file.version <= 24) db.run(file.sql);
    db.run("INSERT INTO farm (schema_version) VALUES (24)");
    db.run(test::fixture("sample-farm/farm.sql"));
    db.run(R"(
        INSERT INTO buildattempt (build, builder, cookie, outcome, finished) VALUES
            (8, 1, '8-101', 'SILENT', now()), (8, 2, '8-102', 'CHROOTFAIL', now()),
            (8, 1, '8-103', 'PACKAGEFAIL', now()), (8, 1, '8-104', 'DISABLED', now()),
            (8, NULL, '8-105', 'SILENT', now()), (8, 1, '8-106', 'OK', now() - interval '9 days'))");
    CHECK(db::upgrade_schema(db.session()) == 24);
    CHECK(db.rows(rows) == Rows{"SILENT|true|-|true|true", "CHROOTFAIL|true|-|false|true",
                                "PACKAGEFAIL|true|-|false|false"});
}

TEST_CASE("an upgrade lets nothing that was before speak against a builder") {
    TestDatabase db(false);
    for (const auto& file : db::schema_files())
        if (file.version <= 31) db.run(file.sql);
    db.run("INSERT INTO farm (schema_version) VALUES (31)");
    db.run(test::fixture("sample-farm/farm.sql"));
    db.run(
        "UPDATE builder SET failure_count = 4; INSERT INTO evidence (build, builder, outcome, "
        "counted_build, counted_builder) VALUES (8, 1, 'BUILDERFAIL', true, true)");
    CHECK(db::upgrade_schema(db.session()) == 31);
    CHECK(
        db.value("SELECT bool_and(suspicion = 0 AND quarantines = 0 AND quarantined_until IS NULL "
                 "AND failure_count = 4) FROM builder") == "true");
    CHECK(db.value("SELECT sum(weight) FROM evidence") == "0");
}

TEST_CASE("an upgrade counts no answers that a common cause took back") {
    TestDatabase db(false);
    for (const auto& file : db::schema_files())
        if (file.version <= 36) db.run(file.sql);
    db.run("INSERT INTO farm (schema_version) VALUES (36)");
    db.run(test::fixture("sample-farm/farm.sql"));
    db.run(
        "INSERT INTO buildattempt (id, build, builder, cookie, outcome) VALUES (1, 8, 1, '8-1', "
        "'CHROOTFAIL'), (2, 8, 1, '8-2', 'CHROOTFAIL'); INSERT INTO evidence (build, builder, "
        "outcome, attempt, taken_back) VALUES (8, 1, 'CHROOTFAIL', 1, now()), (8, 1, 'CHROOTFAIL', "
        "2, NULL)");
    CHECK(db::upgrade_schema(db.session()) == 36);
    CHECK(db.rows("SELECT taken_back IS NOT NULL FROM buildattempt ORDER BY id") ==
          Rows{"true", "false"});
}
