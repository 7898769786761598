// What the passes may do in the database (spec: schema, "Role").
#include <fmt/format.h>

#include "support/result.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

TEST_CASE("a whole cycle and queue build run as the restricted role") {
    Scenario it("current", {"bob", "frog", "jack", "jail"});
    it.farm.options["database"] = it.farm.db().conninfo("fiera");
    it.farm.options["vm_resume_command"] = "/bin/true";
    CHECK(it.farm.value("SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE "
                        "rolname = 'fiera'") == "false");
    CHECK(it.farm.value("SELECT count(*) FROM pg_class WHERE relowner = 'fiera'::regrole") == "0");

    it.farm.sql(
        "INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, archive, "
        "buildstate) VALUES (20, 1, 6, 14, 9, 'NEEDSBUILD');"
        "UPDATE builder SET trusted = false, vm_host = 'vm7', clean_status = 'DIRTY' WHERE name = "
        "'jail'; DELETE FROM buildqueue");
    CHECK(it.run({"queue", "build"}) == 0);
    CHECK(it.run({"scan"}) == 0);
    const test::TempFolder results;
    test::make_result(results.path());
    it.set_up_job(8, "bob");
    it.wait_with("OK", "files=" + results.path());
    it.fleet.say("frog state WAITING PACKAGEFAIL " + it.farm.give(7, "frog"));
    it.farm.sql("UPDATE buildqueue SET created = now() - interval '1 h'");
    CHECK(it.run({"cycle"}) == 0);
    CHECK(it.farm.state(8) == "FULLYBUILT");
    CHECK(it.farm.state(7) == "FAILEDTOBUILD");
    CHECK(it.fleet.mails() > 0);
    CHECK(it.farm.value("SELECT count(*) FROM mailqueue WHERE datesent IS NULL") == "0");
    CHECK(it.run({"cycle"}) == 0);  // jail is CLEAN now
    CHECK(it.farm.state(20) == "BUILDING");
    CHECK(it.fleet.state("jail") == "BUILDING");
    it.fleet.say("jack down\njail forget");
    CHECK(it.run({"cycle"}) == 0);
    CHECK(it.run({"queue", "build"}) == 0);
    for (const auto& words : std::vector<std::vector<std::string>>{{"status"},
                                                                   {"queue", "list"},
                                                                   {"queue", "why"},
                                                                   {"build", "show", "8"},
                                                                   {"db", "check"}})
        CHECK(it.run(words) == 0);
}

TEST_CASE("the restricted role writes no table that a pass does not and runs no DDL") {
    test::TestFarm farm;
    db::Database fiera(farm.db().conninfo("fiera"));
    for (const char* table :
         {"farm", "person", "teammembership", "distribution", "distroseries", "distroarchseries",
          "processor", "processorfamily", "archive", "component", "sourcepackagename",
          "sourcepackagerelease", "sourcepackagereleasefile", "sourcepackagepublishinghistory",
          "pocketchroot"})
        for (const char* form :
             {"INSERT INTO {} DEFAULT VALUES", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}",
              "ALTER TABLE {} ADD COLUMN x int", "CREATE INDEX ON {} ((1))",
              "ALTER TABLE {} DISABLE TRIGGER ALL", "GRANT INSERT ON {} TO fiera"}) {
            const std::string statement = fmt::format(fmt::runtime(form), table);
            INFO(statement);
            bool refused = false;
            try {
                fiera.script(statement);
                // PostgreSQL only warns of a GRANT that grants nothing.
                refused = std::string(form).starts_with("GRANT") &&
                          farm.value(fmt::format("SELECT has_table_privilege('fiera', '{}', "
                                                 "'INSERT')",
                                                 table)) == "false";
            } catch (const db::StatementError& error) {
                refused = error.sqlstate() == "42501";
            }
            CHECK(refused);
        }
    CHECK(farm.value("SELECT string_agg(table_name || '.' || column_name, ' ') FROM "
                     "information_schema.columns WHERE table_schema = 'public' AND table_name IN "
                     "('farm', 'person', 'teammembership', 'distribution', 'distroseries', "
                     "'archive', 'sourcepackagerelease', 'sourcepackagepublishinghistory') AND "
                     "has_column_privilege('fiera', table_name, column_name, 'UPDATE')") == "NULL");
    for (const char* statement :
         {"CREATE TABLE x (a int)", "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
          "CREATE SCHEMA x", "CREATE ROLE x", "ALTER TABLE build DISABLE TRIGGER ALL",
          "ALTER TYPE buildstate ADD VALUE 'X'", "DELETE FROM build", "DELETE FROM buildattempt",
          "DELETE FROM builder", "INSERT INTO builder DEFAULT VALUES", "COPY person TO '/tmp/x'",
          "SET session_replication_role = replica"}) {
        INFO(statement);
        CHECK_THROWS_AS(fiera.script(statement), db::StatementError);
    }
}
