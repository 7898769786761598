// The upgrade that records what builds and attempts were given.
#include <fmt/format.h>

#include "base/files.hpp"
#include "db/schema.hpp"
#include "support/sql.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using test::TestDatabase;

namespace {

// The sample farm as a program before this knew it.
void fill_old(TestDatabase& db) {
    for (const auto& file : db::schema_files())
        if (file.version <= 9) db.run(file.sql);
    db.run("INSERT INTO farm (schema_version) VALUES (9)");
    db.run(test::read(FIXTURES "/sample-farm/farm.sql"));
}

std::string indep(TestDatabase& db, int build) {
    return db.value(fmt::format("SELECT arch_indep FROM build WHERE id = {}", build));
}

}  // namespace

TEST_CASE("an upgrade gives each build the arch all packages that it would have made") {
    TestDatabase db(false);
    fill_old(db);
    db.run(R"(
        UPDATE sourcepackagerelease SET architecturehintlist = ' all ' WHERE id = 17;
        INSERT INTO build (id, processor, distroarchseries, buildstate, sourcepackagerelease, archive)
            VALUES (20, 2, 12, 'FULLYBUILT', 15, 1), (21, 1, 6, 'NEEDSBUILD', 15, 1),
                (22, 2, 12, 'NEEDSBUILD', 17, 1), (23, 2, 12, 'NEEDSBUILD', 14, 1);
        INSERT INTO binarypackagerelease (build, binarypackagename, version, architecture, component)
            VALUES (20, 1, '7', 'all', 1))");
    CHECK(db::upgrade_schema(db.session()) == 9);
    CHECK(indep(db, 8) == "true");    // on the nominated architecture
    CHECK(indep(db, 23) == "false");  // on another
    CHECK(indep(db, 20) == "true");   // has made them before the nomination moved
    CHECK(indep(db, 21) == "false");  // so this one must not
    CHECK(indep(db, 22) == "true");   // a source of nothing else
}

TEST_CASE("a build made by a plain INSERT makes arch all packages where the series nominates") {
    TestDatabase db;
    db.run(test::read(FIXTURES "/sample-farm/farm.sql"));
    CHECK(indep(db, 8) == "true");
    db.run(
        "INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, archive) "
        "VALUES (40, 2, 12, 17, 1)");
    CHECK(indep(db, 40) == "false");
    db.run(
        "INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, archive, "
        "arch_indep) VALUES (41, 2, 12, 15, 1, true)");
    CHECK(indep(db, 41) == "true");
}
