// Rows that another transaction holds cost only themselves: batched edits leave them alone, single
// ones are given up after a short wait, and a later pass writes them. Until it has, the row stands
// in the table heldrow, and the times in it are not believed (snapshot.cpp), since one of them may
// be what could not be cleared; the edit that writes the row at last starts its clocks again.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/ids.hpp"

namespace buildd::db {

struct HeldRow {
    std::string kind;  // builder, job
    std::int64_t id = 0;
    std::string name;            // "builder 'bob'", "job 8-1 on 'bob'"
    std::chrono::seconds age{};  // since it was left alone first
};

// An edit of many rows of one table in one statement. In its parts the row is `t`, its edit `edit`;
// `held` is whether it was held before.
struct BatchEdit {
    const char* kind;
    const char* table;
    const char* edits;  // "unnest($1::bigint[], …) AS edit (id, …)"
    const char* guard;  // what must hold of the row
    const char* set;
};

// The statement; it answers what read_held_rows takes.
std::string batch_sql(const BatchEdit& edit);
std::vector<HeldRow> read_held_rows(const Rows& rows);

// A single-row edit that answers one row when it has changed its own, of which it is then no longer
// said that somebody held it.
std::string single_sql(const char* kind, const char* table, const std::string& update);

// "This row is held", in a statement about the table builder or buildqueue.
extern const char* const held_builder;
extern const char* const held_job;

// After a single edit was given up.
HeldRow note_held(Database& database, BuilderId builder);
HeldRow note_held(Database& database, JobId job);

// From now on statements of this session wait for a lock no longer than a few milliseconds.
void wait_no_longer(Database& database);

}  // namespace buildd::db
