// What the upgrade makes of jobs that did not tell their archive.
#include <fmt/format.h>

#include "db/schema.hpp"
#include "support/sql.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using test::TestDatabase;

TEST_CASE("after an upgrade jobs that wait and new ones tell their archive") {
    TestDatabase db(false);
    int version = 0;
    for (const auto& file : db::schema_files()) {
        if (std::string_view(file.name).find("-archives-of-jobs") != std::string_view::npos) break;
        db.run(file.sql);
        version = file.version;
    }
    db.run(fmt::format("INSERT INTO farm (schema_version) VALUES ({})", version));
    db.run(test::fixture("sample-farm/farm.sql"));
    db.run("DELETE FROM buildqueue WHERE build = 7; UPDATE build SET archive = 9 WHERE id = 8");
    CHECK(db::upgrade_schema(db.session()) == version);
    db.run("INSERT INTO buildqueue (build) VALUES (7)");
    CHECK(db.value("SELECT string_agg(build || ' ' || archive, ', ' ORDER BY build) FROM "
                   "buildqueue") == "7 1, 8 9");
}
