// What was made double before the tables refused it: the upgrade repairs it, `db check` finds it.
#include <algorithm>
#include <fmt/format.h>

#include "db/check.hpp"
#include "db/schema.hpp"
#include "support/sql.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using test::TestDatabase;

namespace {

// The sample farm as a version before the constraints left it.
struct Older : TestDatabase {
    Older() : TestDatabase(false) {
        for (const auto& file : db::schema_files()) {
            if (std::string_view(file.name).find("-unique") != std::string_view::npos) break;
            run(file.sql);
            version = file.version;
        }
        run(fmt::format("INSERT INTO farm (schema_version) VALUES ({})", version));
        run(test::fixture("sample-farm/farm.sql"));
    }
    // A further release of evolution (release 15 is its 1.0, in hoary), active in a series.
    void publish(int release, const std::string& number, int series = 3) {
        run(fmt::format(
            "INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component) VALUES "
            "({0}, 2, '{1}', 1) ON CONFLICT DO NOTHING; INSERT INTO "
            "sourcepackagepublishinghistory (sourcepackagerelease, distroseries, archive, "
            "component, status) VALUES ({0}, {2}, 1, 1, 'PUBLISHED')",
            release, number, series));
    }
    void upgrade() {
        CHECK(db::upgrade_schema(session()) == version);
        CHECK(rows("SELECT * FROM sourcepackagepublishinghistory WHERE version IS NULL").empty());
    }
    // Releases of evolution that are active, by series.
    std::string active() {
        return value(
            "SELECT string_agg(distroseries || ':' || sourcepackagerelease, ' ' ORDER BY "
            "distroseries, sourcepackagerelease) FROM sourcepackagepublishinghistory WHERE status "
            "IN ('PENDING', 'PUBLISHED') AND sourcepackagename = 2");
    }
    int version = 0;
};

}  // namespace

TEST_CASE("an upgrade leaves the highest of several active versions") {
    // In the order of their versions; any of them may have come last.
    for (const char* higher : {"1.0-1", "1.0a", "1.0+b1", "1.0.1", "1.9", "1.10", "02.0", "1:0"}) {
        INFO(higher);
        Older db;
        db.publish(50, higher);
        db.publish(51, "1.0~rc1");
        db.publish(52, "1.0~~");
        db.publish(53, "1.0-0~");
        db.publish(54, "0.99");
        db.upgrade();
        CHECK(db.active() == "3:50");
    }
    Older db;
    db.publish(50, "1.10");
    db.publish(51, "1.9");
    db.publish(52, "1.10~");
    db.upgrade();
    CHECK(db.active() == "3:50");
}

TEST_CASE("an upgrade makes one of two releases of a version wherever they stand") {
    Older db;
    db.publish(50, "1.0");
    db.publish(50, "1.0", 1);
    db.upgrade();
    CHECK(db.active() == "1:15 3:15");
    Older built;
    built.publish(50, "1.0");
    built.run(
        "INSERT INTO build (id, processor, distroarchseries, buildstate, sourcepackagerelease, "
        "archive) VALUES (50, 1, 6, 'FULLYBUILT', 50, 1)");
    built.upgrade();
    CHECK(built.active() == "3:50");
}

TEST_CASE("an upgrade leaves several active rows of one release alone") {
    Older db;
    db.publish(15, "1.0");
    db.upgrade();
    CHECK(db.active() == "3:15 3:15");
}

TEST_CASE("an upgrade disables a builder whose URL leads to another's daemon") {
    Older db;
    db.run(
        "INSERT INTO builder (id, processor, name, title, url) VALUES "
        "(50, 1, 'jack', 'Jack', 'http://u:secret@BOB:8221'), (51, 1, 'jim', 'J', "
        "'http://jim:8221/')");
    db.upgrade();
    CHECK(db.rows("SELECT name, url, builderok, coalesce(disabled_by, ''), coalesce(failnotes, '') "
                  "FROM builder WHERE name <> 'frog' ORDER BY id") ==
          std::vector<std::string>{"bob|http://bob:8221/|true||",
                                   "jack|http://jack.invalid/|false|db upgrade|its URL leads to "
                                   "http://bob:8221, as that "
                                   "of builder bob does: set another with builder set --url",
                                   "jim|http://jim:8221/|true||"});
}

TEST_CASE("db check names what is double though the tables should refuse it") {
    TestDatabase db;
    db.run(test::fixture("sample-farm/farm.sql"));
    const auto before = db::find_inconsistencies(db.session());
    db.run(
        "ALTER TABLE sourcepackagepublishinghistory DROP CONSTRAINT one_active_version, "
        "DROP CONSTRAINT one_release_of_a_version; DROP INDEX one_builder_an_address; "
        "INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component) VALUES "
        "(50, 2, '2.0', 1), (51, 4, '0.1-1', 1); INSERT INTO sourcepackagereleasefile VALUES "
        "(50, 10), (51, 10); INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, "
        "distroseries, archive, component, status) VALUES (50, 3, 1, 1, 'PUBLISHED'), "
        "(51, 3, 1, 1, 'PENDING'); INSERT INTO builder (processor, name, title, url) VALUES "
        "(1, 'jack', 'Jack', 'http://BOB:8221')");
    std::vector<std::string> found;
    for (const auto& sentence : db::find_inconsistencies(db.session()))
        if (std::find(before.begin(), before.end(), sentence) == before.end())
            found.push_back(sentence);
    std::sort(found.begin(), found.end());
    CHECK(found ==
          std::vector<std::string>{
              "builders bob, jack lead to one daemon, http://bob:8221",
              "ubuntu/primary publishes several versions of source evolution in hoary RELEASE: "
              "1.0, 2.0",
              "ubuntu/primary publishes source pmount 0.1-1 more than once: as releases 17, 51"});
}
