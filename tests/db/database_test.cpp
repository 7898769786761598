#include "db/database.hpp"

#include <fmt/format.h>
#include <thread>

#include "db/attempts.hpp"
#include "db/schema.hpp"
#include "policy/transitions.hpp"
#include "support/sql.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using test::TestDatabase;

namespace {

template <class Call>
std::string failure_of(ExitStatus status, const Call& call) {
    try {
        call();
    } catch (const Failure& failure) {
        CHECK(failure.status() == status);
        return failure.what();
    }
    return "";
}

}  // namespace

TEST_CASE("values of every kind come back as they went in") {
    TestDatabase db(false);
    const std::vector<std::string> texts{"a", "", "\"\\,{}NULL", "gr\xC3\xBC\xC3\x9F", "x y"};
    const std::vector<std::optional<std::int64_t>> numbers{1, std::nullopt, -3};
    const db::Rows rows = db.session().query(
        "SELECT $1::bigint, $2::text, $3::boolean, $4::text, $5::text[] = ARRAY['a', '', "
        "'\"\\,{}NULL', 'gr\xC3\xBC\xC3\x9F', 'x y'], array_length($6::bigint[], 1), "
        "$7::interval = interval '90 s'",
        std::int64_t{7}, "text", true, std::optional<std::string>(), texts, numbers,
        std::chrono::seconds(90));
    std::int64_t number = 0;
    std::string text;
    bool flag = false, same = false, interval = false;
    std::optional<std::string> none = "x";
    int length = 0;
    rows[0] >> number >> text >> flag >> none >> same >> length >> interval;
    CHECK(number == 7);
    CHECK(text == "text");
    CHECK(flag);
    CHECK_FALSE(none.has_value());
    CHECK(same);
    CHECK(length == 3);
    CHECK(interval);
}

TEST_CASE("L33 text with NUL or broken UTF-8 can be stored") {
    TestDatabase db(false);
    const std::string bytes("a\0b\xFF", 4);
    CHECK(db.session().query("SELECT length($1::text)", bytes)[0].get<int>() == 4);
}

TEST_CASE("reading a row wrongly is a programming error") {
    TestDatabase db(false);
    const db::Rows rows = db.session().query("SELECT NULL::text, 'x'");
    CHECK_THROWS_AS(rows[0].get<std::string>(), std::logic_error);
    db::Row row = rows[0];
    row.get<std::optional<std::string>>();
    CHECK_THROWS_AS(row.get<std::int64_t>(), std::logic_error);
    CHECK_THROWS_AS(row.get<std::string>(), std::logic_error);
    CHECK_THROWS_AS(db.session().query("SELECT 'BOGUS'")[0].get<Pocket>(), std::logic_error);
}

TEST_CASE("a refused statement leaves the session usable and tells no values") {
    TestDatabase db(false);
    db.run("CREATE TABLE t (a text UNIQUE); INSERT INTO t VALUES ('secret')");
    try {
        db.session().execute("INSERT INTO t VALUES ($1)", "secret");
        FAIL();
    } catch (const db::StatementError& error) {
        CHECK(error.sqlstate() == "23505");
        CHECK(std::string(error.what()).find("secret") == std::string::npos);
    }
    CHECK(db.value("SELECT count(*) FROM t") == "1");
}

TEST_CASE("a transaction that is not committed is rolled back") {
    TestDatabase db(false);
    db.run("CREATE TABLE t (a int)");
    {
        const db::Transaction transaction(db.session());
        db.session().execute("INSERT INTO t VALUES ($1)", 1);
    }
    CHECK(db.value("SELECT count(*) FROM t") == "0");
    {
        db::Transaction transaction(db.session());
        CHECK(db.session().execute("INSERT INTO t VALUES ($1)", 1) == 1);
        transaction.commit();
    }
    CHECK(db.value("SELECT count(*) FROM t") == "1");
}

// What takes several statements asks for a transaction: without one it does not compile.
template <class First>
concept CanEndAttempts = requires(First& first, const AttemptEnd& end) {
    db::end_attempt(first, end);
};
static_assert(CanEndAttempts<db::Transaction>);
static_assert(!CanEndAttempts<db::Database>);

TEST_CASE("a transaction reads and writes what only its commit makes known") {
    TestDatabase db(false);
    db.run("CREATE TABLE t (a int)");
    db::Transaction transaction(db.session());
    CHECK(transaction.execute_one("INSERT INTO t VALUES ($1)", 1));
    CHECK(transaction.query("SELECT a FROM t")[0].get<int>() == 1);
    db::Database other(db.conninfo());
    CHECK(other.query("SELECT a FROM t").empty());
    transaction.commit();
    CHECK(other.query("SELECT a FROM t").size() == 1);
}

TEST_CASE("a statement about one row tells whether it changed it and never changes several") {
    TestDatabase db(false);
    db.run("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1), (2)");
    const char* sql = "UPDATE t SET a = a + 10 WHERE a = $1";
    CHECK(db.session().execute_one(sql, 2));
    CHECK_FALSE(db.session().execute_one(sql, 2));
    {
        db::Transaction transaction(db.session());
        CHECK_THROWS_AS(transaction.execute_one(sql, 1), std::logic_error);
    }
    CHECK(db.value("SELECT count(*) FROM t WHERE a = 1") == "2");
}

TEST_CASE("L40 while a transaction is open its thread may not wait for others") {
    TestDatabase db(false);
    CHECK_FALSE(NoWaiting::in_force());
    {
        db::Transaction transaction(db.session());
        CHECK(NoWaiting::in_force());
        const db::Transaction part(db.session());
        std::jthread([] { CHECK_FALSE(NoWaiting::in_force()); }).join();
    }
    CHECK_FALSE(NoWaiting::in_force());
    db::Transaction transaction(db.session());
    transaction.commit();
    CHECK_FALSE(NoWaiting::in_force());
}

TEST_CASE("L35 a lost connection is told apart and nothing goes on with it") {
    TestDatabase db(false);
    db::Database other(db.conninfo());
    const auto pid = other.query("SELECT pg_backend_pid()")[0].get<std::int64_t>();
    db.session().query("SELECT pg_terminate_backend($1::integer)", pid);
    CHECK_THROWS_AS(other.query("SELECT 1"), db::Lost);
    CHECK_THROWS_AS(other.query("SELECT 1"), db::Lost);
}

TEST_CASE("a database that can only be read is lost to who must write") {
    TestDatabase db;
    db::Database session(db.conninfo());
    session.script("SET default_transaction_read_only = on");
    CHECK_NOTHROW(db::open_session(session));
    CHECK(failure_of(ExitStatus::unavailable, [&] {
              session.execute("DELETE FROM notice");
          }).starts_with("the database can only be read (is it a standby?): "));
}

TEST_CASE("an unreachable database is one sentence and exit status 69") {
    const auto says =
        failure_of(ExitStatus::unavailable, [] { db::Database("host=/nowhere password=secret"); });
    CHECK(says.find("cannot reach the database: ") == 0);
    CHECK(says.find("secret") == std::string::npos);
    CHECK(says.find('\n') == std::string::npos);
}

TEST_CASE("L36 a conninfo that libpq does not understand is not repeated") {
    for (const char* wrong :
         {"host=h password=a secret", "passwort=secret", "postgresql://u:secret@[x"})
        CHECK(failure_of(ExitStatus::bad_config, [&] {
                  const db::Database database(wrong);
              }).find("secret") == std::string::npos);
}

TEST_CASE("L36 a conninfo is shown without its password") {
    CHECK(db::shown_conninfo("host=h password = 'x y' user=u") == "user=u password=*** host=h");
    CHECK(db::shown_conninfo("postgresql://u:pw@h/d").find("pw") == std::string::npos);
    CHECK(db::shown_conninfo("") == "");
    CHECK(db::shown_conninfo("=") == "(not understood by libpq)");
}

TEST_CASE("the schema is created once and needs no upgrade") {
    TestDatabase db(false);
    CHECK(failure_of(ExitStatus::bad_config, [&] { db::open_session(db.session()); }) ==
          "the database holds no farm: run 'buildd-master db init' to create its tables");
    db::create_schema(db.session());
    CHECK(db::open_session(db.session()).size() == 36);
    CHECK(db::upgrade_schema(db.session()) == db::program_schema_version());
    CHECK(failure_of(ExitStatus::bad_config, [&] {
              db::create_schema(db.session());
          }).find("holds a farm already") != std::string::npos);
}

TEST_CASE("a schema that is too old or too new is refused in one sentence") {
    TestDatabase db;
    db.run("UPDATE farm SET schema_version = 2");
    CHECK(failure_of(ExitStatus::bad_config, [&] { db::open_session(db.session()); }) ==
          fmt::format("the database has schema version 2, this program needs {}: run "
                      "'buildd-master db upgrade'",
                      db::program_schema_version()));
    db.run("UPDATE farm SET schema_version = 9999");
    const auto newer = fmt::format(
        "the database has schema version 9999, this program knows only {}: use a newer "
        "buildd-master",
        db::program_schema_version());
    CHECK(failure_of(ExitStatus::bad_config, [&] { db::open_session(db.session()); }) == newer);
    CHECK(failure_of(ExitStatus::bad_config, [&] { db::upgrade_schema(db.session()); }) == newer);
}

TEST_CASE("an older schema is upgraded to exactly what a new one is") {
    TestDatabase old(false), fresh(false);
    const auto& files = db::schema_files();
    for (std::size_t i = 0; i < 3; ++i) old.run(files[i].sql);
    old.run("INSERT INTO farm (schema_version) VALUES (3)");
    CHECK(db::upgrade_schema(old.session()) == 3);
    db::create_schema(fresh.session());
    const std::string columns =
        "SELECT table_name, column_name, data_type, is_nullable, column_default "
        "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2";
    CHECK(old.rows(columns) == fresh.rows(columns));
    CHECK(old.value("SELECT schema_version FROM farm") ==
          std::to_string(db::program_schema_version()));
}

TEST_CASE("an upgrade knows udebs by their files") {
    TestDatabase old(false);
    for (const auto& file : db::schema_files())
        if (file.version < 10) old.run(file.sql);
    old.run("INSERT INTO farm (schema_version) VALUES (9)");
    old.run(test::fixture("sample-farm/farm.sql"));
    old.run(R"(
        INSERT INTO libraryfilealias (id, content, filename)
            SELECT 90, id, 'foobar-udeb_1.0_i386.udeb' FROM libraryfilecontent LIMIT 1;
        INSERT INTO binarypackagename (id, name) VALUES (90, 'foobar-udeb');
        INSERT INTO binarypackagerelease (id, build, binarypackagename, version, architecture,
            component) VALUES (90, 6, 90, '1.0', 'i386', 1);
        INSERT INTO binarypackagefile (binarypackagerelease, libraryfile) VALUES (90, 90))");
    db::upgrade_schema(old.session());
    CHECK(old.rows("SELECT id, filetype FROM binarypackagerelease ORDER BY id") ==
          std::vector<std::string>{"1|deb", "90|udeb"});
}

TEST_CASE("an upgrade lets waits of before count from their last answer") {
    TestDatabase db(false);
    std::size_t before = 0;
    for (const auto& file : db::schema_files()) {
        if (std::string_view(file.name).ends_with("-waits.sql")) break;
        db.run(file.sql);
        before = static_cast<std::size_t>(file.version);
    }
    db.run(fmt::format("INSERT INTO farm (schema_version) VALUES ({})", before));
    db.run(test::fixture("sample-farm/farm.sql"));
    db.run(
        "DELETE FROM buildqueue WHERE build = 8;"
        "UPDATE build SET buildstate = 'BUILDING' WHERE id = 8;"
        "UPDATE build SET buildstate = 'MANUALDEPWAIT', dependencies = 'foo' WHERE id = 8;"
        "INSERT INTO buildattempt (build, cookie, outcome) VALUES (8, '8-1', 'DEPFAIL'), "
        "(8, '8-2', 'DEPFAIL'), (6, '6-1', 'DEPFAIL');"
        "INSERT INTO archivebinary VALUES (1, 6, 'RELEASE', 'foo', '1')");
    CHECK(db::upgrade_schema(db.session()) == static_cast<int>(before));
    CHECK(db.rows("SELECT cookie, coalesce(dependencies, '-') FROM buildattempt ORDER BY 1") ==
          std::vector<std::string>{"6-1|-", "8-1|-", "8-2|foo"});
    CHECK(db.value("SELECT multiarch IS NULL FROM archivebinary") == "true");
}

TEST_CASE("an upgrade knows the components that were read before") {
    TestDatabase db(false);
    for (const auto& file : db::schema_files())
        if (file.version <= 18) db.run(file.sql);
    db.run("INSERT INTO farm (schema_version) VALUES (18)");
    db.run(test::read(FIXTURES "/sample-farm/farm.sql"));
    db.run(
        "INSERT INTO archivebinary (archive, distroarchseries, pocket, name, version, component) "
        "VALUES (1, 6, 'RELEASE', 'foo', '1', 'main'), (1, 6, 'RELEASE', 'bar', '1', 'main'), "
        "(1, 6, 'UPDATES', 'foo', '2', 'universe')");
    CHECK(db::upgrade_schema(db.session()) == 18);
    CHECK(db.rows("SELECT pocket, component, digest FROM archivecomponent ORDER BY 1") ==
          std::vector<std::string>{"RELEASE|main|", "UPDATES|universe|"});
}

TEST_CASE("an upgrade that fails changes nothing") {
    TestDatabase db(false);
    db.run(db::schema_files()[0].sql);
    db.run("INSERT INTO farm (schema_version) VALUES (1); CREATE TABLE component (x int)");
    CHECK(failure_of(ExitStatus::unavailable, [&] {
              db::upgrade_schema(db.session());
          }).find("schema file 002-distributions.sql: ") == 0);
    CHECK(db.value("SELECT to_regclass('distribution') IS NULL") == "true");
    CHECK(db.value("SELECT schema_version FROM farm") == "1");
}

TEST_CASE("every table and every enumeration of the schema is there with a comment") {
    TestDatabase db;
    CHECK(db.rows("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = "
                  "'public'::regnamespace AND obj_description(oid) IS NULL")
              .empty());
    CHECK(db.value("SELECT enum_range(NULL::buildstate)::text") ==
          "{NEEDSBUILD,FULLYBUILT,FAILEDTOBUILD,MANUALDEPWAIT,CHROOTWAIT,SUPERSEDED,BUILDING,"
          "FAILEDTOUPLOAD,UPLOADING,CANCELLING,CANCELLED}");
    CHECK(db.value("SELECT count(*) FROM pg_constraint c WHERE contype = 'f' AND NOT EXISTS "
                   "(SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND "
                   "(i.indkey::int2[])[0:0] = c.conkey[1:1])") != "");
}

TEST_CASE("the enumerations of program and database have the same labels in the same order") {
    TestDatabase db;
    const auto same = [&](const char* type, const auto& names) {
        std::string expected = "{";
        for (const auto& name : names) expected += std::string(name) + ",";
        expected.back() = '}';
        CHECK(db.value(fmt::format("SELECT enum_range(NULL::{})::text", type)) == expected);
    };
    same("buildstate", LabelsOf<BuildState>::names);
    same("packagepublishingpocket", LabelsOf<Pocket>::names);
    same("archivepurpose", LabelsOf<ArchivePurpose>::names);
    same("packagepublishingstatus", LabelsOf<PublishingStatus>::names);
    same("distroseriesstatus", LabelsOf<SeriesStatus>::names);
    same("sourcepackageurgency", LabelsOf<Urgency>::names);
    same("builderclean", LabelsOf<CleanStatus>::names);
    same("attemptoutcome", LabelsOf<Outcome>::names);
    same("builderstate", LabelsOf<BuilderState>::names);
}

TEST_CASE("L30 the database refuses exactly the changes of state that the program's table does") {
    TestDatabase db;
    for (std::size_t i = 0; i < LabelsOf<BuildState>::names.size(); ++i)
        for (std::size_t j = 0; j < LabelsOf<BuildState>::names.size(); ++j) {
            const auto from = static_cast<BuildState>(i), to = static_cast<BuildState>(j);
            const bool allowed =
                db.session().query("SELECT buildstate_may_change($1, $2)", from, to)[0].get<bool>();
            INFO(label(from) << " -> " << label(to));
            CHECK(allowed == policy::may_change(from, to));
        }
}

TEST_CASE("L45 a session works without JIT and within its timeouts") {
    TestDatabase db;
    db::Database session(db.conninfo());
    session.script("SET jit = on");
    db::open_session(session);
    const auto show = [&](const std::string& name) {
        return session.script("SHOW " + name)[0].get<std::string>();
    };
    CHECK(show("jit") == "off");
    CHECK(show("max_parallel_workers_per_gather") == "0");
    CHECK(show("statement_timeout") == "1min");
    CHECK(show("lock_timeout") == "5s");
    CHECK(show("idle_in_transaction_session_timeout") == "1min");
}

TEST_CASE("a server's settings do not change what statements mean") {
    TestDatabase db;
    db::Database session(db.conninfo());
    session.script(
        "SET array_nulls = off; SET transform_null_equals = on;"
        "SET default_transaction_isolation = 'serializable'; SET standard_conforming_strings = "
        "off");
    db::open_session(session);
    const std::vector<std::optional<std::string>> values{"x", std::nullopt, "NULL"};
    const auto rows =
        session.query("SELECT v IS NULL, v = 'NULL' FROM unnest($1::text[]) v", values);
    REQUIRE(rows.size() == 3);
    CHECK(rows[1].get<bool>());
    CHECK_FALSE(rows[2].get<bool>());
    CHECK(session.query("SELECT ('x' = NULL) IS NULL")[0].get<bool>());
    CHECK(session.query("SHOW transaction_isolation")[0].get<std::string>() == "read committed");
}

TEST_CASE("a role gets what the passes need and nothing more") {
    TestDatabase db;
    CHECK(failure_of(ExitStatus::usage, [&] {
              db::grant_to_role(db.session(), "nobody-here");
          }).find("there is no role 'nobody-here'") == 0);
    db::Database fiera(db.conninfo("fiera"));
    CHECK_NOTHROW(fiera.query("SELECT 1 FROM archive"));
    for (const char* forbidden :
         {"UPDATE person SET name = 'x'", "DELETE FROM archive", "CREATE TABLE x (a int)",
          "INSERT INTO distribution (name, displayname) VALUES ('a', 'a')",
          "UPDATE sourcepackagepublishinghistory SET status = 'DELETED'", "DELETE FROM build",
          "DELETE FROM buildattempt", "UPDATE farm SET schema_version = 1"})
        CHECK_THROWS_AS(fiera.script(forbidden), db::StatementError);
}
