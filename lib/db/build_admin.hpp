// Builds as an admin sees them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/library.hpp"

namespace buildd::db {

struct BuildFilter {
    std::optional<BuildState> state;
    int limit = 1000;
};
struct BuildRow {
    std::string id, state, finished, builder, title;
};
// Newest first.
std::vector<BuildRow> list_builds(Database& database, const BuildFilter& filter);

struct BuildLog {
    bool exists = false;  // the build
    std::optional<LibraryFile> file;
    std::optional<std::string> tail;  // while it runs
};
BuildLog find_log(Database& database, BuildId build);

}  // namespace buildd::db
