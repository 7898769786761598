// Keeps within the limits on jobs that run at once while several are given out. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "model/build.hpp"
#include "model/run_limits.hpp"

namespace buildd::policy {

class RunRoom {
 public:
    // Of so many jobs of the archive, how many may start, besides those that were taken. `limits`:
    // as they were before any was.
    std::int64_t room(const ArchiveFacts& archive, const RunLimits& limits,
                      std::int64_t jobs) const;

    // What the limits leave, besides those that were taken.
    RunLimits left(const ArchiveFacts& archive, RunLimits limits) const;

    void take(const ArchiveFacts& archive, std::int64_t jobs);

 private:
    std::map<std::int64_t, std::int64_t> of_archives_;
    std::map<std::string, std::int64_t> of_owners_;
};

}  // namespace buildd::policy
