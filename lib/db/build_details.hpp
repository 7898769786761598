// Everything of one build, for `build show`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/build.hpp"
#include "model/library.hpp"

namespace buildd::db {

// What build() of an attempt was given. `archive_lines`: one a line.
struct GivenRow {
    std::optional<LibraryFile> chroot;
    std::string archive_lines;
};

// An empty text: there is none. Times are ISO 8601, UTC.
struct BuildDetails {
    BuildFacts build;
    std::string component, builder;
    std::string created, started, finished, not_before;
    std::optional<std::chrono::seconds> duration;
    std::string dependencies, leaf;
    std::optional<int> score;  // while it has a job
    bool manual_score = false;
    int attempts = 0;
    std::optional<LibraryFile> log, upload_log;
    std::string cookie;  // of the attempt that runs
    GivenRow given;      // to it
};
std::optional<BuildDetails> read_build_details(Database& database, BuildId build);

// `detail`: why, where the outcome does not say it; of DEPFAIL what the builder lacked.
struct AttemptRow {
    std::string cookie, builder, started, finished, outcome, detail, leaf;
    std::optional<LibraryFile> log;
    GivenRow given;
};
// Those that have ended, oldest first.
std::vector<AttemptRow> read_attempts(Database& database, BuildId build);

// The .changes and .buildinfo of each of them.
struct PaperRow {
    std::string cookie;
    std::optional<LibraryFile> file;
};
std::vector<PaperRow> read_papers(Database& database, BuildId build);

}  // namespace buildd::db
