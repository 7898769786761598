// Edits of builders. Single ones throw StatementError (is_busy) when another transaction holds the
// row.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "db/held_rows.hpp"
#include "model/edits.hpp"

namespace buildd::db {

// Healthy probes of many builders in one statement: what they said, when they were seen; a builder
// that scan had failed is ok again. Answers the rows that another transaction holds, which are left
// as they are (held_rows.hpp).
std::vector<HeldRow> store_probes(Database& database, const std::vector<ProbeEdit>& probes);

// Of a builder that has answered again, silent for so long: those that fell silent within five
// minutes of it are probed by the next pass.
void probe_silent_too(Database& database, std::chrono::seconds silent);

// Also for one that scan had failed before: its next try moves. false: someone else changed the
// builder meanwhile (a person disabled it).
// `failures`: its counted ones, as they are expected and stay.
bool fail_builder(Database& database, const BuilderFailure& failure, int failures);

// The ABORTING clock: started when it does not run, cannot be believed, or nobody has looked for a
// quarter of an hour; stopped. Answer as store_probes does.
std::vector<HeldRow> start_aborting(Database& database, const std::vector<BuilderId>& builders);
std::vector<HeldRow> stop_aborting(Database& database, const std::vector<BuilderId>& builders);

}  // namespace buildd::db
