// What the tables themselves refuse or fill in.
#include <fmt/format.h>

#include "support/sql.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using test::TestDatabase;

namespace {

struct Sample : TestDatabase {
    Sample() { run(test::fixture("sample-farm/farm.sql")); }

    // The SQLSTATE that refuses the statement, "" if it is taken.
    std::string refused(const std::string& sql) {
        try {
            run(sql);
        } catch (const db::StatementError& error) {
            return error.sqlstate();
        }
        return "";
    }
};

constexpr const char* check_violation = "23514";
constexpr const char* unique_violation = "23505";
constexpr const char* foreign_key_violation = "23503";
constexpr const char* exclusion_violation = "23P01";

// A further publication of a release in hoary.
std::string publish(int release, const std::string& status, const std::string& pocket = "RELEASE",
                    int archive = 1) {
    return fmt::format(
        "INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, distroseries, archive, "
        "component, status, pocket) VALUES ({}, 3, {}, 1, '{}', '{}')",
        release, archive, status, pocket);
}

// mozilla-firefox, which is published as release 14, version 0.9.
std::string another_firefox(int release, const std::string& version) {
    return fmt::format(
        "INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component) "
        "VALUES ({}, 1, '{}', 1)",
        release, version);
}

}  // namespace

TEST_CASE("plain inserts with the obvious columns work") {
    Sample db;
    CHECK(db.refused("insert into builder(processor,name,title,url,builderok,trusted,manual) "
                     "values (1,'jack','Jack','http://jack:8221',true,true,false)") == "");
    CHECK(db.refused("insert into build(processor,distroarchseries,buildstate,"
                     "sourcepackagerelease,pocket,archive) "
                     "values (1,6,'NEEDSBUILD',15,'UPDATES',1)") == "");
    CHECK(db.refused("insert into buildqueue(build,lastscore) values (31, 5)") == "");
    CHECK(db.value("select architecturetag || trusted from buildqueue where build = 31") ==
          "i386true");
}

TEST_CASE("L12 a build has one job and a builder has one job") {
    Sample db;
    CHECK(db.refused("INSERT INTO buildqueue (build) VALUES (8)") == unique_violation);
    db.run("UPDATE buildqueue SET builder = 1, buildstart = now() WHERE id = 1");
    CHECK(db.refused("UPDATE buildqueue SET builder = 1, buildstart = now() WHERE id = 2") ==
          unique_violation);
}

TEST_CASE("L39 builder and buildstart of a job are null together") {
    Sample db;
    CHECK(db.refused("UPDATE buildqueue SET builder = 1 WHERE id = 1") == check_violation);
    CHECK(db.refused("UPDATE buildqueue SET dispatched = now() WHERE id = 1") == check_violation);
}

TEST_CASE("L30 an illegal change of a build's state is refused") {
    Sample db;
    CHECK(db.refused("UPDATE build SET buildstate = 'FULLYBUILT' WHERE id = 8") == check_violation);
    CHECK(db.refused("UPDATE build SET buildstate = 'BUILDING' WHERE id = 8") == "");
    CHECK(db.refused("UPDATE build SET buildstate = 'BUILDING' WHERE id = 6") == check_violation);
    CHECK(db.refused("UPDATE build SET buildstate = 'UPLOADING' WHERE id = 8") ==
          check_violation);  // it has no leaf
}

TEST_CASE("one source has one active build for an architecture archive and pocket") {
    Sample db;
    const auto insert = [](const char* state) {
        return fmt::format(
            "INSERT INTO build (processor, distroarchseries, sourcepackagerelease, archive, "
            "buildstate) VALUES (1, 6, 14, 1, '{}')",
            state);
    };
    CHECK(db.refused(insert("NEEDSBUILD")) == unique_violation);
    CHECK(db.refused(insert("FULLYBUILT")) == "");
    CHECK(db.refused(insert("FAILEDTOBUILD")) == "");
}

TEST_CASE("a plain update of builderok means disabled by a person") {
    Sample db;
    const auto state = [&] {
        return db.value(
            "SELECT builderok || coalesce(' by ' || disabled_by, '') || "
            "CASE WHEN next_probe IS NULL THEN '' ELSE ' probe' END "
            "FROM builder WHERE name = 'bob'");
    };
    db.run("UPDATE builder SET builderok = false WHERE name = 'bob'");
    CHECK(state() == "false by farm");
    db.run("UPDATE builder SET builderok = true WHERE name = 'bob'");
    CHECK(state() == "true");
    db.run("UPDATE builder SET builderok = false, next_probe = now() WHERE name = 'bob'");
    CHECK(state() == "false probe");
    db.run("UPDATE builder SET builderok = false WHERE name = 'bob'");
    CHECK(state() == "false by farm");
    CHECK(db.refused("UPDATE builder SET disabled_by = NULL WHERE name = 'bob'") ==
          check_violation);
}

TEST_CASE("a distribution has one primary archive and a PPA has an owner") {
    Sample db;
    CHECK(db.refused("INSERT INTO archive (distribution, name, url) VALUES (1, 'x', 'http://x')") ==
          unique_violation);
    CHECK(db.refused("INSERT INTO archive (distribution, name, url, purpose) "
                     "VALUES (1, 'x', 'http://x', 'PPA')") == check_violation);
}

TEST_CASE("only teams have members and a nominated architecture is the series' own") {
    Sample db;
    CHECK(db.refused("INSERT INTO teammembership (team, member) VALUES (1, 2)") ==
          foreign_key_violation);
    CHECK(db.refused("UPDATE distroseries SET nominatedarchindep = 1 WHERE id = 3") ==
          foreign_key_violation);
}

TEST_CASE("an archive holds a binary name version and architecture once") {
    Sample db;
    CHECK(db.refused("INSERT INTO binarypackagerelease (build, binarypackagename, version, "
                     "architecture, component) VALUES (2, 1, '1.0', 'i386', 1)") ==
          unique_violation);
    CHECK(db.refused("INSERT INTO binarypackagerelease (build, binarypackagename, version, "
                     "architecture, component) VALUES (2, 1, '1.1', 'i386', 1)") == "");
    CHECK(db.value("SELECT archive FROM binarypackagerelease WHERE build = 2") == "1");
}

TEST_CASE("a package is claimed once in an archive whatever its epoch") {
    Sample db;
    const auto claim = [&](const std::string& version, const std::string& type, int archive = 1) {
        return db.refused(fmt::format(
            "INSERT INTO binaryclaim (archive, name, version, architecture, filetype, filename, "
            "sha256, build, leaf) VALUES ({}, 'foobar', '{}', 'i386', '{}', 'foobar_2_i386.{}', "
            "repeat('0', 64), 2, 'x')",
            archive, version, type, type));
    };
    CHECK(claim("2", "deb") == "");
    CHECK(claim("2", "deb") == unique_violation);
    CHECK(claim("1:2", "deb") == unique_violation);
    CHECK(claim("2", "udeb") == "");
    CHECK(claim("2", "deb", 9) == "");
    CHECK(claim("2=", "ddeb") == check_violation);
}

TEST_CASE("names that could leave a folder or a header are refused") {
    Sample db;
    CHECK(db.refused("INSERT INTO person (name, displayname) VALUES ('../x', 'x')") ==
          check_violation);
    CHECK(db.refused("UPDATE person SET email = E'a@b\\nBcc: c@d' WHERE id = 1") ==
          check_violation);
    CHECK(db.refused("INSERT INTO libraryfilealias (content, filename) VALUES (1, 'a/b')") ==
          check_violation);
}

TEST_CASE("a name has one active version in an archive series and pocket") {
    Sample db;
    db.run(another_firefox(50, "1.0"));
    CHECK(db.refused(publish(50, "PUBLISHED")) == exclusion_violation);
    CHECK(db.refused(publish(50, "PENDING")) == exclusion_violation);
    CHECK(db.refused(publish(50, "SUPERSEDED")) == "");
    CHECK(db.refused(publish(50, "PUBLISHED", "PROPOSED")) == "");
    CHECK(db.refused("UPDATE sourcepackagepublishinghistory SET status = 'PUBLISHED' WHERE "
                     "sourcepackagerelease = 50") == exclusion_violation);
    CHECK(db.refused("UPDATE sourcepackagepublishinghistory SET sourcepackagerelease = 50 WHERE "
                     "sourcepackagerelease = 17") == exclusion_violation);
}

TEST_CASE("one release may be active in several rows beside each other") {
    Sample db;
    CHECK(db.refused(publish(14, "PENDING")) == "");
    CHECK(db.value("SELECT count(*) FROM sourcepackagepublishinghistory WHERE archive = 1 AND "
                   "distroseries = 3 AND version = '0.9'") == "2");
}

TEST_CASE("a version is one release in an archive and may be another in the next") {
    Sample db;
    db.run(another_firefox(50, "0.9"));
    CHECK(db.refused(publish(50, "PUBLISHED", "PROPOSED")) == exclusion_violation);
    db.run("UPDATE sourcepackagepublishinghistory SET status = 'DELETED' WHERE archive = 9");
    CHECK(db.refused(publish(50, "PUBLISHED", "RELEASE", 9)) == "");
}

TEST_CASE("two builders whose URLs lead to one daemon are refused") {
    Sample db;
    for (const char* same : {"http://bob:8221", "http://BOB:8221/", "http://bob:08221//",
                             "http://joe:secret@Bob:8221/"}) {
        INFO(same);
        CHECK(db.refused(fmt::format("INSERT INTO builder (processor, name, title, url) VALUES "
                                     "(1, 'jack', 'Jack', '{}')",
                                     same)) == unique_violation);
    }
    const auto address = [&](const char* url) {
        return db.value(fmt::format("SELECT builder_address('{}')", url));
    };
    CHECK(address("http://Bob") == "http://bob:80");
    CHECK(address("HTTPS://bob/") == "https://bob:443");
    CHECK(address("http://bob:80//a//b/") == "http://bob:80/a/b");
    CHECK(address("http://[::A]:8221/B") == "http://[::a]:8221/B");
}

TEST_CASE("only tables that grow in bulk are analysed on request") {
    Sample db;
    CHECK(db.refused("SELECT analyze_table('buildqueue')") == "");
    CHECK(db.value("SELECT reltuples FROM pg_class WHERE relname = 'buildqueue'") == "2");
    CHECK(db.refused("SELECT analyze_table('person')") == "P0001");
}
