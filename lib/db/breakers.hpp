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
    bool probe_due = false;
    int probes = 0;
    std::int64_t held = 0;       // jobs
    bool trusted_waits = false;  // a trusted one is among them, or is its probe
};

std::vector<BreakerRow> open_breakers(Database& database);

// `cases`: evidence of it. nullopt: somebody else has opened it. Within the caller's transaction.
std::optional<std::int64_t> open_breaker(Database& database, const BreakerRow& breaker,
                                         std::chrono::seconds probe_in);

// Cases of a breaker count for no build any more, and the attempts among them say so; builders that
// had failed by nothing else are in use again, once nothing is counted for them
// (farm/suspicion.hpp). The CHROOTWAIT and FAILEDTOBUILD builds whose last
// word it was go back into the queue, held by it, unless they were brought on or superseded
// meanwhile; mails about them that have not left are not sent. Answers those builds. Within the
// caller's transaction.
std::vector<BuildId> take_back(Database& database, std::int64_t breaker, const std::string& words,
                               const std::vector<std::int64_t>& cases,
                               std::chrono::seconds not_before);

// The probe failed on the builder of the newest of the cases. `longest`, `asked`: as BreakerRow has
// them, of the cases; nullopt: the master can have their files.
void note_failed_probe(Database& database, std::int64_t breaker,
                       const std::vector<std::int64_t>& cases, std::chrono::seconds longest,
                       const std::optional<LibraryFileId>& asked);

// Lets the pending jobs that are like `jobs` wait for these breakers (nullopt: none): of the same
// archive, series, architecture and pocket, and held by the same.
void hold_like(Database& database, const std::vector<JobId>& jobs,
               const std::vector<std::optional<std::int64_t>>& breakers);
// Holds those that need a file, lets go those that do not. `trusted`: as BreakerRow has it.
void hold_of_file(Database& database, std::int64_t breaker, LibraryFileId file, bool trusted);

// Lets the best job that it holds go, if the last one has been claimed; the next one after
// `next_in`. The new one is not given to the builder where the last one failed while another of
// its group is in use.
bool let_probe_go(Database& database, std::int64_t breaker, std::chrono::seconds next_in);
// The file that it asks for is there: its next probe is due now, and it is not asked for again.
void probe_now(Database& database, std::int64_t breaker);

// Closes those that hold no job and try none, of a chroot that is none any more, or for a day.
// Answers their words.
std::vector<std::string> close_those_without_jobs(Database& database);

// What it holds is free.
void close_breaker(Database& database, std::int64_t breaker);

}  // namespace buildd::db
