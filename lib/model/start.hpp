// What it takes to start one job on one builder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/build.hpp"
#include "model/library.hpp"
#include "model/place.hpp"

namespace buildd {

// The `args` of build() (spec: protocol, "What to send with build").
struct BuildArguments {
    std::vector<std::string> archives;
    std::string suite;
    std::string series;
    std::string distribution;
    std::string component;  // `ogrecomponent`
    std::string arch_tag;
    ArchivePurpose archive_purpose = ArchivePurpose::PRIMARY;
    bool arch_indep = false;
    bool archive_private = false;
    bool debug_symbols = false;             // `build_debug_symbols`
    bool fast_cleanup = false;              // the host is reset after the job anyway
    std::string build_url;                  // left out when empty
    std::vector<std::string> trusted_keys;  // armored texts; left out when empty
};

// A pending job at the top of the queue, with all that its start needs.
struct PendingJob {
    JobId id;
    BuildFacts build;
    JobDemands demands;
    int attempts = 0;
    int lastscore = 0;
    std::string created;  // as the database writes it: only for paging through the queue
    bool debug_symbols = false;
    std::string component;  // the source's current one
    std::string archive_url, primary_url;
    std::vector<std::string> primary_components;
    std::string external_lines;
    BuildPlaces places;                     // read once it is chosen
    std::vector<std::string> signing_keys;  // of its own and the primary archive
    std::optional<LibraryFile> chroot;      // the pocket's, else RELEASE's
    std::vector<LibraryFile> files;         // of the source
    std::optional<BuildId> made_by;         // another build, whose binaries the archive holds
};

// A job whose start is under way, read again.
struct ClaimedJob {
    PendingJob job;
    bool archive_enabled = true;
    bool architecture_enabled = true;
};

}  // namespace buildd
