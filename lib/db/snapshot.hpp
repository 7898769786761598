// What a pass looks at: all builders that matter, with the job each works on.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/builder.hpp"
#include "model/why.hpp"

namespace buildd::db {

// Builders that are ok, due for a probe, or have a job. Those that the last passes did not come to
// are first, then those that they cut short, else by name. One statement, and one for the jobs.
std::deque<BuilderFacts> read_builders(Database& database);

// The untrusted ones that no person has put out of use, failed or not; of a job only its id. By
// name.
std::deque<BuilderFacts> read_untrusted_builders(Database& database);

// Every builder, for `why`; of a job only its id. By name.
std::vector<WatchedBuilder> watch_builders(Database& database);

// Jobs that wait for builders such as none is in use.
struct UnmetNeed {
    std::string group;      // "i386 trusted"
    std::string tags;       // that they need: "big-memory kvm"; empty: none, and all are reserved
    std::int64_t jobs = 0;  // with tags, or refused
    std::string refused;    // a source of theirs: who may have them but for that refuse theirs
};

// What keeps the farm from building until a person acts.
struct Missing {
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    Pairs families;  // with a chroot, none of whose builders is ok; their tags: "amd64, i386"
    Pairs builders;  // out of use by a threshold; why
    std::vector<UnmetNeed> needs;
};
Missing read_missing(Database& database);

// Facts of one build. nullopt: there is none.
std::optional<BuildFacts> read_build_facts(Database& database, BuildId build);

}  // namespace buildd::db
