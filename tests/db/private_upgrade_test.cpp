// What older versions left of private archives.
#include <fmt/format.h>

#include "db/schema.hpp"
#include "support/sql.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;

TEST_CASE("an upgrade forgets hours that counted private archives and has files follow from then") {
    for (const bool is_private : {true, false}) {
        test::TestDatabase db(false);
        for (const auto& file : db::schema_files()) {
            if (std::string_view(file.name).find("-private") != std::string_view::npos) break;
            db.run(file.sql);
            db.run(fmt::format("DELETE FROM farm; INSERT INTO farm (schema_version) VALUES ({})",
                               file.version));
        }
        db.run(test::fixture("sample-farm/farm.sql"));
        db.run(
            fmt::format("INSERT INTO queuehour VALUES (date_trunc('hour', now(), 'UTC'), 7, 2); "
                        "UPDATE archive SET private = "
                        "{} WHERE id = 9; UPDATE libraryfilealias SET restricted = true WHERE id "
                        "= 10; GRANT SELECT, INSERT, UPDATE ON pass TO fiera",
                        is_private));
        db::upgrade_schema(db.session());
        CHECK(db.value("SELECT string_agg(libraryfile::text, ' ') FROM librarymove") == "10");
        CHECK(db.value("SELECT count(*) FROM queuehour") == (is_private ? "0" : "1"));
        CHECK(db.value("SELECT count(*) FROM libraryfilearchive WHERE libraryfile = 20") == "1");
        CHECK(db.value("SELECT has_table_privilege('fiera', 'librarymove', 'INSERT') AND "
                       "has_table_privilege('fiera', 'librarymove', 'DELETE')") == "true");
        db.run(
            "INSERT INTO libraryfilealias (id, content, filename) VALUES (900, 1, 'x');"
            "UPDATE build SET archive = 9 WHERE id = 8; INSERT INTO buildattempt (build, cookie, "
            "outcome, buildlog) VALUES (8, '8-900', 'OK', 900)");
        CHECK(db.value("SELECT restricted FROM libraryfilealias WHERE id = 900") ==
              (is_private ? "true" : "false"));
    }
}
