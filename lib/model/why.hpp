// What `build why` and `queue why` judge: values only (lesson L42).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/builder.hpp"
#include "model/run_limits.hpp"

namespace buildd {

// A build with all that keeps a job of it from being started.
struct QueuedJob {
    BuildFacts build;
    JobDemands demands;
    RunLimits limits;
    bool has_job = true;
    bool claimed = false;                       // a builder has it
    std::string parked_by, park_reason;         // a person holds it; the latter may be empty
    std::optional<std::chrono::seconds> waits;  // until its not_before, when that is to come
    bool archive_enabled = true;
    bool architecture_enabled = true;
    bool has_chroot = true;          // its pocket's, or RELEASE's
    std::optional<BuildId> made_by;  // another build, whose binaries the archive holds
    bool candidate = true;           // dispatch reads it
    std::string cause = {};  // of failures, that it waits for to go (policy/common_cause.hpp)
};

// Jobs that differ in nothing that matters here.
struct JobClass {
    QueuedJob job;  // any of them
    std::int64_t count = 0;
};

// The jobs of the builders of one architecture and trust.
struct QueuedGroup {
    std::string architecture_tag;
    bool trusted = true;
    std::int64_t running = 0;
    std::vector<JobClass> pending;
};

struct WatchedBuilder {
    BuilderFacts facts;  // of a job only its id
    std::string notes;   // failnotes
    std::string disabled_by;
    std::optional<std::chrono::seconds> next_probe;  // from now
};

// One build in its place.
struct ExplainedBuild {
    QueuedJob job;
    bool source_has_files = true;
    std::string builder;                           // that has its job
    std::optional<std::chrono::seconds> building;  // since buildstart
    std::optional<std::chrono::seconds> silent;    // since silent_since
    std::string dependencies;                      // that it lacked
    int givenback = 0;                             // times, by builders
    std::string fetch_problem = {};  // its builder has finished: why that is not all fetched
    std::string why = {};            // its last attempt ended so, where that needs words
    Clashes clashes;
    std::vector<JobClass> ahead;  // jobs of its group before it in the queue's order
};

// A pass, often the last that dispatches; ages are from its end, or from its start when it has
// none.
struct LastPass {
    std::string command, host;
    std::optional<int> exit_status;  // nullopt: it has not ended
    std::string summary;
    std::chrono::seconds age{};
    std::string started = {}, finished = {};  // ISO 8601, UTC; the latter empty: not ended
};

}  // namespace buildd
