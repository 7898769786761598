// The schema's numbered files, embedded in the program, and the versions they make
// (spec: schema). Version n is what files 1 to n make.
#pragma once

#include <string>
#include <vector>

#include "db/database.hpp"

namespace buildd::db {

struct SchemaFile {
    int version;
    const char* name;
    const char* sql;
};

const std::vector<SchemaFile>& schema_files();  // in order
int program_schema_version();

// How long statements wait for a lock that somebody holds: 5 s, or 200 ms in a pass, which leaves
// what is held to the next one.
enum class Patience { command, pass };

// Session settings, and the farm's uuid. Throws Failure(bad_config) when the database holds no farm
// or a schema that is too old or too new, or when a pooler stands before it that changes the
// server's process between transactions.
std::string open_session(Database& database, Patience patience = Patience::command);

// Throws Failure(bad_config) when the database holds a farm.
void require_no_farm(Database& database);
// Creates the schema in one transaction. Throws Failure(bad_config) when one is there already.
void create_schema(Database& database);

// Migrates in one transaction; answers the version it found. Throws when it is newer than ours.
int upgrade_schema(Database& database);

// Throws Failure(usage) when there is no such role.
void require_role(Database& database, const std::string& role);

// What a pass needs and no more, to an existing role.
void grant_to_role(Database& database, const std::string& role);

}  // namespace buildd::db
