// Needs: which sources want a builder with a tag (buildd-master(1), `need …`).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "db/setup.hpp"

namespace buildd::db {

struct Need {
    std::string source;              // a glob of names
    std::string series = "*";        // … of DISTRIBUTION/SERIES
    std::string architecture = "*";  // … of tags
    std::string tag;
};

// Waiting jobs follow in the same transaction.
Change add_need(Database& database, const Need& need);
// false: there was none.
bool remove_need(Database& database, const Need& need);

struct NeedRow {
    Need need;
    std::int64_t jobs = 0;      // that wait and need it
    std::int64_t builders = 0;  // in use, with the tag
};
std::vector<NeedRow> list_needs(Database& database);

// Architectures for which something is built, that the need names, and none of whose builders in
// use has the tag.
std::vector<std::string> unmet_architectures(Database& database, const Need& need);

}  // namespace buildd::db
