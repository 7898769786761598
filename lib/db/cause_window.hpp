// What ended of late, and what runs, with all that it shares with others: what common causes are
// found in (policy/common_cause.hpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/build.hpp"
#include "model/cause.hpp"

namespace buildd::db {

struct WindowEnd {
    std::int64_t evidence = 0;  // its row; 0: it still runs
    BuildId build;
    BuilderId builder;
    std::string owner;                  // whose PPA it is for; empty: none
    std::optional<Outcome> outcome;     // nullopt: it still runs
    std::chrono::seconds began{};       // since the epoch, as is the next
    std::chrono::seconds at{};          // when it ended; now
    std::optional<LibraryFileId> file;  // that was not fetched, and its URL
    std::string url;
    Asked heard = Asked::no;
    bool on_fetch = false;
    std::optional<LibraryFileId> chroot;  // nullopt: build() was not sent; else it was made to have
    std::vector<LibraryFileId> files, restricted;  // these, its chroot among them
    std::string archive_lines;                     // one a line, masked
    std::string series;                            // "ubuntu/hoary"
};

struct WindowBuilder {
    BuilderId id;
    std::string url, group;  // the latter of those that take the same jobs
    bool trusted = true;
    bool in_use = true;
    bool disabled = false;                       // until a person enables it
    std::optional<std::chrono::seconds> silent;  // since then, as its last probe brought no answer
};

struct CauseWindow {
    std::chrono::seconds now{};  // as the database sees it
    std::vector<WindowEnd> ends;
    std::vector<WindowBuilder> builders;
};

// Of the last quarter of an hour, without what was taken back.
CauseWindow read_cause_window(Database& database);

// All that the window has is judged.
void note_judged(Database& database, const CauseWindow& window);

}  // namespace buildd::db
