// Owners of PPAs beside each other, with the program itself.
#include <fmt/format.h>

#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

// Three untrusted builders whose builds end at once, and thirty-one sources of nobody yet; 20 is
// mark's PPA beside cprov's, 9.
void set_up(Scenario& it) {
    it.farm.options["untrusted_without_reset"] = "true";
    it.fleet.say("* outcome DEPFAIL dependencies=nothing");
    it.farm.sql(R"(
        UPDATE builder SET trusted = false;
        DELETE FROM buildqueue;
        UPDATE build SET buildstate = 'SUPERSEDED' WHERE buildstate = 'NEEDSBUILD';
        UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED';
        INSERT INTO sourcepackagename (id, name)
            SELECT 100 + i, format('source-%s', i) FROM generate_series(1, 31) i;
        INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component, creator,
                architecturehintlist)
            SELECT id, id, '1.0', 1, 1, 'i386' FROM sourcepackagename WHERE id > 100;
        INSERT INTO sourcepackagereleasefile (sourcepackagerelease, libraryfile)
            SELECT id, 10 FROM sourcepackagename WHERE id > 100;
        INSERT INTO archive (id, distribution, name, purpose, owner, url) VALUES
            (20, 1, 'marks', 'PPA', 1, 'http://ppa.launchpad.dev/mark/ubuntu'))");
}

void publish(Scenario& it, int first, int last, int archive) {
    it.farm.sql(
        fmt::format("INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, "
                    "distroseries, archive, component, status) SELECT i, 3, {}, 1, 'PUBLISHED' "
                    "FROM generate_series({}, {}) i",
                    archive, first, last));
    CHECK(it.run({"queue", "build"}) == 0);
}

std::string started(Scenario& it, int archive) {
    return it.farm.value(
        fmt::format("SELECT count(*) FROM build LEFT JOIN buildqueue q ON q.build = build.id WHERE "
                    "build.archive = "
                    "{} AND (q.id IS NULL OR q.builder IS NOT NULL)",
                    archive));
}

}  // namespace

TEST_CASE("an owner's one job starts in the next pass beside another owner's thirty") {
    for (const int passes_before : {1, 3, 8}) {
        Scenario it("current", {"bob", "frog", "toad"});
        set_up(it);
        publish(it, 101, 130, 9);
        for (int i = 0; i < passes_before; ++i) it.run({"cycle"});
        INFO(it.log());
        CHECK(started(it, 9) == std::to_string(3 * passes_before));
        publish(it, 131, 131, 20);
        CHECK(started(it, 20) == "0");
        it.run({"cycle"});
        CHECK(started(it, 20) == "1");
        CHECK(started(it, 9) == std::to_string(3 * passes_before + 2));
    }
}
