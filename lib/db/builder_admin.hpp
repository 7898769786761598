// Builders as an admin sees and sets them (buildd-master(1), `builder …`).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "db/setup.hpp"
#include "model/builder.hpp"

namespace buildd::db {

struct BuilderWish {
    std::string name;
    std::optional<std::string> url, tag, title, vm_host;
    std::optional<bool> trusted, manual, reserved;
    std::optional<std::string> tags, refuses;  // words; "": none
};
// As setup.hpp has add and set; a new one needs url and tag. Both throw Failure(usage) when no
// architecture has that tag, and when another builder has that URL.
Change add_builder(Database& database, const BuilderWish& wish);
// One that becomes another machine is no longer clean. Throws Failure(busy) when tag or trusted are
// to change while it has a job, which was given to it for what it is; Failure(usage) when one
// without tags is to be reserved.
Values set_builder(Database& database, const BuilderWish& wish);

// Back in use: counts and notes are cleared. Throws Failure(usage) for an unknown one.
Change enable_builder(Database& database, const std::string& name);
// A job on it is aborted by the next pass.
Change disable_builder(Database& database, const std::string& name, const std::string& who,
                       const std::optional<std::string>& reason);
// The same, but when its job is off it; one without a job at once.
Change drain_builder(Database& database, const std::string& name, const std::string& who,
                     const std::optional<std::string>& reason);

struct BuilderRow {
    std::string name, url, tag, vm_host;
    BuilderState state = BuilderState::IDLE;
    std::string disabled_by;
    std::string drained_by;  // disabled by whom when its job has ended
    std::string next_probe;  // ISO 8601, UTC; of a failed one
    bool trusted = true;
    BuilderPurpose purpose;
    CleanStatus clean_status = CleanStatus::DIRTY;
    std::optional<BuildId> build;  // that it works on
    std::string job;               // its source and version
    std::string notes;             // failnotes, and why it is in quarantine
    std::string log_line;          // the log's last one, of the job with which it failed
    double suspicion = 0;
    std::string quarantined_until;  // ISO 8601, UTC; past: its next job is its canary
};
// All, or the one called so; by name.
std::vector<BuilderRow> list_builders(Database& database, const std::optional<std::string>& name);

}  // namespace buildd::db
