#include "db/schema.hpp"

#include <fmt/format.h>

#include "db/bulk.hpp"
#include "db/pooler.hpp"

namespace buildd::db {

namespace {

constexpr const char* session_settings =
    "SET client_encoding = 'UTF8'; SET timezone = 'UTC'; SET datestyle = 'ISO';"
    "SET jit = off; SET max_parallel_workers_per_gather = 0; SET random_page_cost = 1.1;"
    "SET statement_timeout = '60s';"
    "SET idle_in_transaction_session_timeout = '60s'; SET standard_conforming_strings = on;"
    // What would change the meaning of statements: NULL in arrays, `= NULL`, what a transaction
    // sees of others.
    "SET array_nulls = on; SET transform_null_equals = off;"
    "SET default_transaction_isolation = 'read committed';";
constexpr const char* undefined_table = "42P01";

std::string settings_for(Patience patience) {
    const char* wait = patience == Patience::pass ? "200ms" : "5s";
    return fmt::format("{} SET lock_timeout = '{}'; ", session_settings, wait);
}

bool has_farm(Database& database) {
    const Rows rows = database.script(settings_for(Patience::command) +
                                      "SELECT to_regclass('farm') IS NOT NULL, pg_backend_pid()");
    bool found = false;
    int backend = 0;
    rows[0] >> found >> backend;
    refuse_changing_backends(database, backend);
    return found;
}

Failure wrong_version(int found) {
    const int ours = program_schema_version();
    return {ExitStatus::bad_config,
            found < ours
                ? fmt::format("the database has schema version {}, this program needs {}: run "
                              "'buildd-master db upgrade'",
                              found, ours)
                : fmt::format("the database has schema version {}, this program knows only {}: "
                              "use a newer buildd-master",
                              found, ours)};
}

Failure no_farm() {
    return {ExitStatus::bad_config,
            "the database holds no farm: run 'buildd-master db init' to create its tables"};
}

// One round trip with the settings.
Rows read_farm(Database& database, Patience patience) {
    try {
        return database.script(settings_for(patience) +
                               "SELECT schema_version, uuid, pg_backend_pid() FROM farm");
    } catch (const StatementError& error) {
        if (error.sqlstate() == undefined_table) throw no_farm();
        throw;
    }
}

void run_file(Database& database, const SchemaFile& file) {
    try {
        database.script(file.sql);
    } catch (const StatementError& error) {
        throw Failure(ExitStatus::unavailable,
                      fmt::format("schema file {}: {}", file.name, error.what()));
    }
}

void set_version(Database& database) {
    database.execute("UPDATE farm SET schema_version = $1", program_schema_version());
}

// Roles that run the passes need rights on what is new, too.
void grant_again(Database& database) {
    for (Row row : database.query(R"(
             SELECT DISTINCT grantee FROM information_schema.role_table_grants
             WHERE table_schema = current_schema() AND table_name = 'pass'
                 AND privilege_type = 'INSERT' AND grantee NOT IN (current_user, 'PUBLIC'))"))
        grant_to_role(database, row.get<std::string>());
}

// What each table needs of a role that runs the passes and `queue build`.
constexpr const char* grants = R"(
    GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role};
    GRANT UPDATE ON {schema}.builder TO {role};
    GRANT INSERT, UPDATE ON {schema}.breaker, {schema}.breakerprobe, {schema}.build, {schema}.buildattempt, {schema}.evidence,
        {schema}.libraryfilealias, {schema}.heldlock, {schema}.heldrow, {schema}.mailqueue,
        {schema}.notice, {schema}.pass, {schema}.queuehour, {schema}.waitingclock TO {role};
    GRANT INSERT, UPDATE, DELETE ON {schema}.buildqueue, {schema}.neverbuilt TO {role};
    GRANT INSERT, DELETE ON {schema}.binaryclaim, {schema}.librarymove TO {role};
    GRANT INSERT ON {schema}.buildattemptfile, {schema}.libraryfilecontent,
        {schema}.binarypackagename, {schema}.archivepublished,
        {schema}.binarypackagerelease, {schema}.binarypackagefile TO {role};
    GRANT DELETE ON {schema}.breaker, {schema}.evidence, {schema}.heldlock, {schema}.heldrow,
        {schema}.libraryfilealias, {schema}.mailqueue, {schema}.notice, {schema}.pass, {schema}.queuehour TO {role};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role};
    GRANT USAGE ON SCHEMA {schema} TO {role};
)";

}  // namespace

int program_schema_version() {
    return schema_files().back().version;
}

std::string open_session(Database& database, Patience patience) {
    const Rows rows = read_farm(database, patience);
    if (rows.empty()) throw no_farm();
    int version = 0, backend = 0;
    std::string uuid;
    rows[0] >> version >> uuid >> backend;
    refuse_changing_backends(database, backend);
    if (version != program_schema_version()) throw wrong_version(version);
    return uuid;
}

void require_no_farm(Database& database) {
    if (has_farm(database))
        throw Failure(ExitStatus::bad_config,
                      "the database holds a farm already: 'buildd-master db upgrade' brings an "
                      "older schema up to date");
}

void create_schema(Database& database) {
    require_no_farm(database);
    Transaction transaction(database);
    for (const auto& file : schema_files()) run_file(transaction, file);
    transaction.execute("INSERT INTO farm (schema_version) VALUES ($1)", program_schema_version());
    transaction.commit();
}

int upgrade_schema(Database& database) {
    if (!has_farm(database)) throw no_farm();
    allow_long_statements(database, std::chrono::hours(24));  // as large as a farm may be
    Transaction transaction(database);
    const int found = transaction.query("SELECT schema_version FROM farm FOR UPDATE")[0].get<int>();
    if (found > program_schema_version()) throw wrong_version(found);
    for (const auto& file : schema_files())
        if (file.version > found) run_file(transaction, file);
    if (found < program_schema_version()) {
        set_version(transaction);
        grant_again(transaction);
    }
    transaction.commit();
    return found;
}

void require_role(Database& database, const std::string& role) {
    if (!database.query("SELECT 1 FROM pg_roles WHERE rolname = $1", role).empty()) return;
    throw Failure(ExitStatus::usage,
                  fmt::format("there is no role '{}' in this database: create it first, e.g. with "
                              "createuser",
                              role));
}

void grant_to_role(Database& database, const std::string& role) {
    require_role(database, role);
    const Rows rows = database.query("SELECT quote_ident($1), quote_ident(current_schema())", role);
    std::string quoted, schema;
    Row row = rows[0];
    row >> quoted >> schema;
    database.script(fmt::format(grants, fmt::arg("role", quoted), fmt::arg("schema", schema)));
}

}  // namespace buildd::db
