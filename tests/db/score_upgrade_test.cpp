// What the upgrade makes of scores that people gave.
#include <fmt/format.h>

#include "db/schema.hpp"
#include "support/sql.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using test::TestDatabase;

TEST_CASE("an upgrade keeps a person's score among others and has it grow from then on") {
    TestDatabase db(false);
    int version = 0;
    for (const auto& file : db::schema_files()) {
        if (std::string_view(file.name).find("-scores") != std::string_view::npos) break;
        db.run(file.sql);
        version = file.version;
    }
    db.run(fmt::format("INSERT INTO farm (schema_version) VALUES ({})", version));
    db.run(test::fixture("sample-farm/farm.sql"));
    db.run("UPDATE buildqueue SET manual = true, lastscore = 77 WHERE build = 8");
    db.run("UPDATE build SET pocket = 'SECURITY' WHERE id = 8");
    db.run("UPDATE buildqueue SET manual = true, lastscore = 0, givenback = 1 WHERE build = 7");
    CHECK(db::upgrade_schema(db.session()) == version);
    CHECK(db.value("SELECT lastscore = 77 AND given_score = 4577 AND given_at <= now() FROM "
                   "buildqueue WHERE build = 8") == "true");
    CHECK(
        db.value(
            "SELECT given_score IS NULL AND given_at IS NULL AND NOT manual FROM buildqueue WHERE "
            "build = 7") == "true");
    CHECK(db.value("SELECT bool_or(rebuild) OR bool_or(score <> 0) FROM archive") == "false");
}
