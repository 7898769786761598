// What `status` shows: the farm on one screen.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "db/passes.hpp"
#include "db/published_sources.hpp"
#include "model/why.hpp"

namespace buildd::db {

struct FarmStatus {
    struct Builders {
        std::string tag;
        std::int64_t idle = 0, building = 0, manual = 0, failed = 0, disabled = 0;
        std::int64_t quarantined = 0;  // and give no work: among the failed
    };
    struct Queue {
        std::string tag;
        bool trusted = true;
        std::int64_t pending = 0, running = 0;
        std::optional<std::chrono::seconds> oldest;  // age of the oldest pending job
        std::int64_t builders = 0;                   // in use: neither failed, resting nor manual
        // That its pending jobs are expected to take on average; else the farm's last builds.
        std::optional<std::chrono::seconds> usual;
        std::optional<std::chrono::seconds> first_done;  // until a running one is expected to be
    };
    struct StateCount {
        BuildState state = BuildState::NEEDSBUILD;
        std::int64_t builds = 0;
    };
    struct Result {
        BuildId build;
        BuildState state = BuildState::NEEDSBUILD;
        std::string finished;  // ISO 8601, UTC
        std::string title, builder;
    };
    struct LeftBuild {
        BuildId build;
        BuildState state = BuildState::NEEDSBUILD;
        std::string since;  // ISO 8601, UTC
        std::string title;
    };
    struct Trouble {
        std::string builder, notes;
    };
    std::vector<Builders> builders;
    std::vector<Queue> queue;
    std::vector<Result> results;         // the last ones, newest first
    std::vector<StateCount> last_hour;   // builds whose last attempt ended in it
    std::vector<StateCount> for_person;  // of published sources, that only a person brings on
    std::vector<LeftBuild> left;         // those of them that loop: the first 20
    std::vector<Trouble> troubles;
    NeverBuiltList never_built;  // of published sources
    std::int64_t uploading = 0;
    std::int64_t unsent_mail = 0;
    std::optional<LastPass> last_pass;    // of any kind
    std::vector<StandingCause> standing;  // what needs a person, or is told once an hour
};

// What is made for everybody knows nothing of private archives: no build, source, count or reason;
// a builder that works for one is counted neither idle nor building.
enum class Readers { admins, everybody };
FarmStatus read_status(Database& database, Readers readers = Readers::admins);

}  // namespace buildd::db
