// Work on whole tables: in batches, each far within a statement's time even with a poor plan.
#pragma once

#include <chrono>
#include <cstdint>

#include "db/database.hpp"

namespace buildd::db {

// Rows that one statement writes.
inline constexpr std::size_t batch_size = 5000;

// So many rows more make plans for the table as it was slow.
inline constexpr std::int64_t worth_counting = 1000;

// Has the server count a table that has grown: "build", "buildqueue" or "archivebinary".
void analyze_table(Database& database, const char* table);

// For the rest of the session statements may take so long: some read whole tables.
void allow_long_statements(Database& database,
                           std::chrono::minutes each = std::chrono::minutes(10));

// `rows` in pieces of at most batch_size: `act` is given each.
template <class T, class Act>
void in_batches(const std::vector<T>& rows, Act act) {
    for (std::size_t at = 0; at < rows.size(); at += batch_size) {
        const auto from = rows.begin() + static_cast<std::ptrdiff_t>(at);
        const auto count = std::min(batch_size, rows.size() - at);
        act(std::vector<T>(from, from + static_cast<std::ptrdiff_t>(count)));
    }
}

}  // namespace buildd::db
