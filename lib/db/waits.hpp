// Waits for dependencies and chroots: what `queue build` reads and writes of them (spec: behaviour
// §9).
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/build.hpp"

namespace buildd::db {

struct WaitingBuild {
    BuildFacts build;
    DistroArchSeriesId arch;
    std::string component;  // the source's current one
    std::string dependencies;
    std::string declared;  // build dependencies of its source
};
// All that may be tried again, or one build of these.
std::vector<WaitingBuild> dependency_waits(Database& database,
                                           const std::optional<BuildId>& only = std::nullopt);

// Binary packages with one of the names, and those that perhaps provide one, with all their
// versions: what archives list, and what the farm has built of sources that are still published, as
// far as that is newer than the archive's index.
struct AvailableBinary {
    DistroArchSeriesId arch;  // whose builds may use it
    BinaryFacts place;
    std::string name, version, provides;
    std::string multiarch;  // empty: not known
};
std::vector<AvailableBinary> available_binaries(Database& database,
                                                const std::vector<std::string>& names,
                                                const std::vector<DistroArchSeriesId>& archs);

// An attempt that ended DEPFAIL since a person last had its build tried again.
struct DepfailRow {
    std::string dependencies, index;  // the latter empty: it was not tried again by itself
    std::chrono::seconds age{};
};
// Of each build those that there are, oldest first.
std::map<BuildId, std::vector<DepfailRow>> depfail_answers(Database& database,
                                                           const std::vector<BuildId>& builds);

// A build that is CHROOTWAIT, and that may be tried again by itself.
struct ChrootWait {
    BuildFacts build;
    int answers = 0;             // CHROOTFAILs in a row, as policy::judge_chroot_wait has it
    std::chrono::seconds age{};  // since the last, or since it was taken back
};
// All in archives and architectures in use, or one build of these.
std::vector<ChrootWait> chroot_waits(Database& database,
                                     const std::optional<BuildId>& only = std::nullopt);

// Only a person brings these on, which are `state`, or no longer. Answers those that were changed.
std::vector<BuildId> set_for_person(Database& database, const std::vector<BuildId>& waits,
                                    BuildState state, bool for_person);

}  // namespace buildd::db
