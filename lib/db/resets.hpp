// The states of an untrusted builder's reset: DIRTY (or silent) → CLEANING → CLEAN.
#pragma once

#include "db/database.hpp"
#include "model/edits.hpp"

namespace buildd::db {

// CLEANING, from now on claimed by nobody. false: it has a job, is manual, trusted or out of use by
// a person now, is no longer what it was, or somebody holds its row.
bool begin_reset(Database& database, BuilderId builder, CleanStatus from);

// CLEAN, and healthy as after a good probe: well again, if no person has put it out of use.
// false: someone else was there.
bool end_reset(Database& database, const ProbeEdit& probe);

// A failed reset of one that had failed before. It is tried again after its next silent probe.
void note_failed_reset(Database& database, BuilderId builder, const std::string& notes);

}  // namespace buildd::db
