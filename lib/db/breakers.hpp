// Breakers: common causes of failures, from when they are found until they have gone. What an open
// one holds is not dispatched (candidates.hpp), but for its probes.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/cause.hpp"
#include "model/ids.hpp"

namespace buildd::db {

struct BreakerRow {
    std::int64_t id = 0;
    CauseKind kind = CauseKind::file;
    std::string key;
    CauseWord word = CauseWord::none;
    bool trusted = true;                 // as policy::Cause has it
    std::string words;                   // what people are told
    std::optional<LibraryFileId> asked;  // a file that the master asks for, to see if it can be had
    std::chrono::seconds longest{};      // that an attempt took to fail by it
    std::chrono::seconds opened{};       // since the epoch
    int probes = 0;
    bool probe_due = false;
    std::optional<std::chrono::seconds>
        probe_unclaimed;           // no builder has taken the last for so long
    bool probe_gone = false;       // the last was deleted before it came to an end
    bool has_probe = false;        // it waits or runs
    std::chrono::seconds quiet{};  // since something last failed by it
    std::int64_t held = 0;         // jobs
    std::int64_t builders = 0;     // that are cut off (cut_off.hpp)
    bool trusted_waits = true;  // a trusted one is among them, or is its probe; or there are none
};

std::vector<BreakerRow> open_breakers(Database& database);

// `cases`: evidence of it. nullopt: somebody else has opened it. Within the caller's transaction.
std::optional<std::int64_t> open_breaker(Transaction& transaction, const BreakerRow& breaker,
                                         std::chrono::seconds probe_in);

// Cases of a breaker count for no build any more, and the attempts among them say so; builders that
// had failed by nothing else are in use again, once nothing is counted for them
// (farm/suspicion.hpp). The CHROOTWAIT and FAILEDTOBUILD builds whose last
// word it was go back into the queue, held by it, unless they were brought on or superseded
// meanwhile; mails about them that have not left are not sent. Answers those builds. Within the
// caller's transaction.
std::vector<BuildId> take_back(Transaction& transaction, std::int64_t breaker,
                               const std::string& words, const std::vector<std::int64_t>& cases,
                               std::chrono::seconds not_before);

// The probe failed on the builder of the newest of the cases. `longest`, `asked`: as BreakerRow has
// them, of the cases; nullopt: the master can have their files.
void note_failed_probe(Transaction& transaction, std::int64_t breaker,
                       const std::vector<std::int64_t>& cases, std::chrono::seconds longest,
                       const std::optional<LibraryFileId>& asked);

// What it holds is free.
void close_breaker(Database& database, std::int64_t breaker);

}  // namespace buildd::db
