// The clocks by which pending jobs wait (policy/waiting.hpp says when they move).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"

namespace buildd::db {

struct ClockedGroup {
    std::string architecture_tag;
    bool trusted = true;
    std::int64_t jobs = 0;                         // that wait
    bool arrivals = false;                         // one came after the clock's time
    std::optional<std::chrono::seconds> behind{};  // the clock; nullopt: there is none yet
};
// Of each group that has pending jobs.
std::vector<ClockedGroup> read_clocks(Database& database);

// To the present.
void move_clock(Database& database, const ClockedGroup& group);

}  // namespace buildd::db
