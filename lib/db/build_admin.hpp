// Builds as an admin sees them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "db/database.hpp"
#include "model/library.hpp"

namespace buildd::db {

using TwoNames = std::pair<std::string, std::string>;

// Builds that are all that is asked for.
struct BuildFilter {
    std::optional<BuildState> state;
    std::optional<TwoNames> series;   // distribution, series
    std::optional<TwoNames> archive;  // distribution, archive
    std::optional<std::string> architecture_tag, builder, source;
    std::optional<std::chrono::seconds> since;  // their last attempt ended not longer ago
    // Failed or left to a person, of a published source, and the last build of that source for its
    // place.
    bool worth_a_retry = false;
    std::optional<int> limit;
};
struct BuildRow {
    BuildId id;
    BuildState state = BuildState::NEEDSBUILD;
    std::string finished;  // ISO 8601, UTC; empty: not yet
    std::string builder, title;
};
// Newest first. Throws Failure(usage) when there is no series, archive … of that name.
std::vector<BuildRow> list_builds(Database& database, const BuildFilter& filter);

// Pending and running jobs, best first; `total`: without the limit. Of a filter only the names and
// the state are looked at. Throws as above.
struct QueueRow {
    BuildId build;
    BuildState state = BuildState::NEEDSBUILD;
    int score = 0;
    std::string created;  // ISO 8601, UTC
    std::string builder, title;
    std::string parked_by;  // a person who holds it
};
struct QueueList {
    std::vector<QueueRow> rows;
    std::int64_t total = 0;
};
QueueList list_queue(Database& database, const BuildFilter& filter);

bool has_source(Database& database, const std::string& name);

struct BuildLog {
    bool exists = false;   // the build
    bool running = false;  // on a builder
    std::optional<LibraryFile> file;
    std::optional<std::string> tail;  // while it runs
};
BuildLog find_log(Database& database, BuildId build);

}  // namespace buildd::db
