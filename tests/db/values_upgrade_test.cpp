// What changed values left behind before what depends on them followed: the upgrade repairs it.
#include <fmt/format.h>

#include "db/schema.hpp"
#include "support/sql.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using test::TestDatabase;

TEST_CASE("an upgrade moves jobs and architectures to where changed values put them") {
    TestDatabase db(false);
    int version = 0;
    for (const auto& file : db::schema_files()) {
        if (std::string_view(file.name).find("-values-that-move") != std::string_view::npos) break;
        db.run(file.sql);
        version = file.version;
    }
    db.run(fmt::format("INSERT INTO farm (schema_version) VALUES ({})", version));
    db.run(test::fixture("sample-farm/farm.sql"));
    db.run(
        "UPDATE archive SET purpose = 'PPA', owner = 1 WHERE id = 1; UPDATE distroarchseries SET "
        "processorfamily = 2 WHERE id = 6");
    const auto groups = [&] {
        return db.value("SELECT string_agg(architecturetag || trusted, ' ') FROM buildqueue");
    };
    CHECK(groups() == "i386true i386true");
    CHECK(db::upgrade_schema(db.session()) == version);
    CHECK(groups() == "i386false i386false");
    CHECK(db.value("SELECT processorfamily FROM distroarchseries WHERE id = 6") == "1");
}
