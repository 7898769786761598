// Where pockets are, what was found missing, and when that counts (tables archivepocket and
// archivemissing).
#include "db/places.hpp"

#include <fmt/format.h>
#include <thread>

#include "db/archive_suites.hpp"
#include "db/archives.hpp"
#include "db/schema.hpp"
#include "support/sql.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using test::TestDatabase;

namespace {

constexpr ArchiveId ppa{9};
constexpr DistroSeriesId hoary{3};

struct Sample : TestDatabase {
    Sample() { run(test::fixture("sample-farm/farm.sql")); }

    db::SoughtSuite sought(const std::string& suite = "") {
        return {ppa, hoary, Pocket::RELEASE, value("SELECT url FROM archive WHERE id = 9"), suite};
    }
    // Somebody waits for a lock that this session holds.
    void await_waiting() {
        while (value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
                     "AND database = (SELECT oid FROM pg_database WHERE datname = "
                     "current_database())") == "0")
            std::this_thread::yield();
    }
    bool left_out() {
        return value(
                   "SELECT count(*) FROM archive_places('{9}') WHERE distroseries = 3 "
                   "AND pocket = 'RELEASE' AND left_out") == "1";
    }
};

}  // namespace

TEST_CASE("a missing suite is left out until it is there or this farm has published in it") {
    Sample db;
    REQUIRE(db.value("SELECT purpose FROM archive WHERE id = 9") == "PPA");
    REQUIRE(
        db.value("SELECT count(*) FROM build WHERE archive = 9 AND buildstate = 'FULLYBUILT'") ==
        "0");
    CHECK_FALSE(db.left_out());
    db::note_missing(db.session(), db.sought());
    CHECK(db.left_out());
    db::note_missing(db.session(), db.sought());
    db::note_there(db.session(), db.sought());
    CHECK_FALSE(db.left_out());
    db::note_missing(db.session(), db.sought());
    db.run(
        "INSERT INTO build (id, processor, distroarchseries, buildstate, sourcepackagerelease, "
        "archive) VALUES (900, 1, 6, 'FULLYBUILT', 14, 9)");
    CHECK(db.left_out());  // it has no package
    db.run(
        "INSERT INTO binarypackagerelease (build, binarypackagename, version, architecture, "
        "component) VALUES (900, 1, '77', 'i386', 1)");
    CHECK_FALSE(db.left_out());
}

TEST_CASE("a missing suite of which packages are known is not left out") {
    Sample db;
    db::note_missing(db.session(), db.sought());
    db.run(
        "INSERT INTO archivecomponent (archive, distroarchseries, pocket, component, digest) "
        "VALUES (9, 6, 'RELEASE', '', 'of external lines')");
    CHECK(db.left_out());
    db.run("UPDATE archivecomponent SET component = 'main' WHERE archive = 9");
    CHECK_FALSE(db.left_out());
}

TEST_CASE("a suite that a refresh has read is not missing until it is forgotten") {
    Sample db;
    db.run(
        "INSERT INTO archivesuite (archive, distroseries, pocket, source, file, etag, modified) "
        "VALUES (9, 3, 'RELEASE', 'x', 'Release', '', '')");
    db::note_missing(db.session(), db.sought());
    CHECK_FALSE(db.left_out());
    db::forget_suite(db.session(), ppa, hoary, Pocket::RELEASE);
    db::note_missing(db.session(), db.sought());
    CHECK(db.left_out());
}

TEST_CASE("what is missing is noted with the right to write archivemissing alone") {
    Sample db;
    const std::string role = "noter_" + db.value("SELECT current_database()");
    db.run(
        fmt::format("CREATE ROLE {0}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {0};"
                    "GRANT INSERT, DELETE ON archivemissing TO {0}; SET ROLE {0}",
                    role));
    db::note_missing(db.session(), db.sought());
    CHECK(db.left_out());
    db::note_there(db.session(), db.sought());
    CHECK_FALSE(db.left_out());
    db.run(fmt::format("RESET ROLE; DROP OWNED BY {0}; DROP ROLE {0}", role));
}

TEST_CASE("nothing is noted missing where an archive was before a change that is under way") {
    Sample db;
    const auto sought = db.sought();
    db::Database checker(db.conninfo());
    std::jthread check;
    db::Transaction transaction(db.session());
    db::hold_places(transaction, ppa);
    db.run("UPDATE archive SET url = 'http://elsewhere/x' WHERE id = 9");
    check = std::jthread([&] { db::note_missing(checker, sought); });
    db.await_waiting();
    transaction.commit();
    check.join();
    CHECK_FALSE(db.left_out());
}

TEST_CASE("archive set waits for what is being noted and takes it along") {
    Sample db;
    db::Database admin(db.conninfo());
    db::ArchiveWish wish;
    wish.distribution = "ubuntu";
    wish.name = "cprov";
    wish.url = "http://elsewhere/x";
    std::jthread change;
    {
        db::Transaction transaction(db.session());
        db.run("SELECT pg_advisory_xact_lock_shared(1651862640, 9)");  // as note_missing does
        db.run(
            "INSERT INTO archivemissing (archive, distroseries, pocket) VALUES (9, 3, "
            "'RELEASE')");
        change = std::jthread([&] { db::set_archive(admin, wish); });
        db.await_waiting();
        transaction.commit();
    }
    change.join();
    CHECK_FALSE(db.left_out());
}

TEST_CASE("packages of a source are where it is published whatever they were built for") {
    Sample db;
    db::note_missing(db.session(), db.sought());
    db.run(
        "DELETE FROM sourcepackagepublishinghistory WHERE archive = 9;"
        "INSERT INTO build (id, processor, distroarchseries, buildstate, sourcepackagerelease, "
        "archive) VALUES (900, 1, 1, 'FULLYBUILT', 14, 9);"
        "INSERT INTO binarypackagerelease (build, binarypackagename, version, architecture, "
        "component) VALUES (900, 1, '77', 'i386', 1)");
    CHECK(db.left_out());  // made for warty
    db.run(
        "INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, distroseries, archive, "
        "component, status) VALUES (14, 3, 9, 1, 'PUBLISHED')");
    CHECK_FALSE(db.left_out());
}

TEST_CASE("what was missing elsewhere or by another name is not known to be missing") {
    Sample db;
    const auto sought = db.sought();
    const auto missing = [&] {
        db.run("DELETE FROM archivemissing");
        db::note_missing(db.session(), db.sought());
        REQUIRE(db.left_out());
    };
    missing();
    db.run("UPDATE archive SET url = 'http://elsewhere/x' WHERE id = 9");
    CHECK_FALSE(db.left_out());
    db::note_missing(db.session(), sought);  // of a check that began before
    CHECK_FALSE(db.left_out());
    missing();
    db.run("INSERT INTO archivepocket (archive, pocket, suite) VALUES (9, 'RELEASE', 'x')");
    CHECK_FALSE(db.left_out());
    db::note_missing(db.session(), db.sought());
    CHECK_FALSE(db.left_out());
    db::note_missing(db.session(), db.sought("x"));
    CHECK(db.left_out());
    db.run("UPDATE archivepocket SET suite = 'y'");
    CHECK_FALSE(db.left_out());
    db::note_missing(db.session(), db.sought("y"));
    CHECK(db.left_out());
    db.run("DELETE FROM archivepocket");
    CHECK_FALSE(db.left_out());
    db.run("INSERT INTO archivepocket (archive, pocket, absent) VALUES (9, 'RELEASE', true)");
    db::note_missing(db.session(), db.sought());
    CHECK_FALSE(db.left_out());
}

TEST_CASE("what is said of one series goes before what is said of all") {
    Sample db;
    db.run(
        "INSERT INTO archivepocket (archive, distroseries, pocket, url, suite, components) VALUES "
        "(1, NULL, 'SECURITY', 'http://s/x', '%(series)s-s', 'main  contrib'), "
        "(1, 3, 'SECURITY', NULL, 'special', NULL)");
    const db::PlaceBook book(db.session(), {ppa});  // and its primary
    BuildFacts build;
    build.archive.id = ppa;
    build.target = {"ubuntu", "warty", "i386"};
    const auto warty = book.of(build);
    CHECK(warty.own.empty());
    REQUIRE(warty.primary.size() == 1);
    const auto& place = warty.primary.at(Pocket::SECURITY);
    CHECK(place.url == "http://s/x");
    CHECK(place.suite == "%(series)s-s");
    CHECK(place.components == std::vector<std::string>{"main", "contrib"});
    build.target.series = "hoary";
    CHECK(book.of(build).primary.at(Pocket::SECURITY).suite == "special");
    CHECK(book.of(build).primary.at(Pocket::SECURITY).url.empty());
}

namespace {

// The sample farm as it was before the file of the schema whose name has that in it, upgraded.
void upgrade_from_before(TestDatabase& db, std::string_view part) {
    int version = 0;
    for (const auto& file : db::schema_files()) {
        if (std::string_view(file.name).find(part) != std::string_view::npos) break;
        db.run(file.sql);
        version = file.version;
    }
    db.run(fmt::format("INSERT INTO farm (schema_version) VALUES ({})", version));
    db.run(test::fixture("sample-farm/farm.sql"));
    CHECK(db::upgrade_schema(db.session()) == version);
}

}  // namespace

TEST_CASE("an upgrade leaves every pocket of an older farm where it was") {
    TestDatabase db(false);
    upgrade_from_before(db, "-pockets");
    CHECK(db.value("SELECT count(*) FROM archive_places(ARRAY(SELECT id FROM archive))") == "0");
    db::note_missing(db.session(), {ppa, hoary, Pocket::RELEASE,
                                    db.value("SELECT url FROM archive WHERE id = 9"), ""});
    CHECK(db.value("SELECT left_out FROM archive_places('{9}')") == "true");
}

TEST_CASE("an upgrade knows in which suites an older farm has published") {
    const auto places = [](TestDatabase& db) {
        return db.value(
            "SELECT string_agg(archive || ' ' || distroseries || ' ' || pocket, ', ' ORDER BY 1, "
            "distroseries, pocket) FROM archivepublished GROUP BY archive");
    };
    TestDatabase old(false);
    upgrade_from_before(old, "-published-places");
    CHECK(places(old) == "1 1 RELEASE");
    Sample fresh;
    CHECK(places(fresh) == "1 1 RELEASE");
    fresh.run(
        "INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, distroseries, archive, "
        "component, status, pocket) VALUES (16, 3, 1, 1, 'PUBLISHED', 'UPDATES'), "
        "(15, 3, 1, 1, 'PUBLISHED', 'PROPOSED')");
    CHECK(places(fresh) == "1 1 RELEASE, 1 3 UPDATES");  // of 15 nothing is built
}
