// What a pass knows of a build: values only, read in one snapshot.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "model/ids.hpp"
#include "model/labels.hpp"

namespace buildd {

struct ArchiveFacts {
    ArchiveId id;
    std::string name;
    ArchivePurpose purpose = ArchivePurpose::PRIMARY;
    std::string owner;  // a person's name, empty for none
    bool is_private = false;
};

struct SourceFacts {
    SourceId id;
    std::string name;
    std::string version;  // with its epoch
};

// The place a build is made for.
struct TargetFacts {
    std::string distribution;
    std::string series;
    std::string architecture_tag;
    SeriesStatus series_status = SeriesStatus::DEVELOPMENT;
    Pocket pocket = Pocket::RELEASE;
    std::string suite = {};  // as its archive calls it (PocketPlace::suite)
};

struct BuildFacts {
    BuildId id;
    BuildState state = BuildState::NEEDSBUILD;
    TargetFacts target;
    SourceFacts source;
    ArchiveFacts archive;
    int failure_count = 0;
    bool source_published = true;  // PENDING or PUBLISHED in this series and archive (L16)
    bool has_binaries = false;
    bool for_person = false;  // its attempts end the same again and again: left to a person
    bool arch_indep = false;  // it also makes the arch:all packages

    bool trusted() const { return archive.purpose != ArchivePurpose::PPA; }
    // "i386 build of mozilla-firefox 0.9 in ubuntu warty RELEASE" (spec: behaviour §1); one that is
    // not for the primary archive goes on ", archive NAME".
    std::string title() const;
};

// What a job asks of its builder besides architecture and trust.
struct JobDemands {
    std::vector<std::string> tags;          // that it needs, every one; sorted
    std::vector<BuilderId> failed_on = {};  // builders that failed it in the last twelve hours
    // How many in use of the kind that it needs failed it, or may not have it: they are reserved or
    // refuse its source.
    int unable_in_use = 0;
    bool asked_again = false;  // for the first of them is a suspect
};

// What a further attempt of a build would clash with.
struct Clashes {
    std::optional<BuildId> active;   // another build for its place that is pending or in progress
    std::optional<BuildId> made_by;  // another build, whose binaries its archive holds
    bool claimed = false;            // its own may be in the archive though it is not FULLYBUILT
};

// Where a binary package can be had.
struct BinaryFacts {
    ArchiveId archive;
    bool primary = false;  // its distribution's primary archive
    Pocket pocket = Pocket::RELEASE;
    std::string component;  // empty: not known
};

// A job that a builder works on. Ages are how long ago, as the database's clock sees it, less the
// time in which no pass looked; after a quarter of an hour of that there is none.
struct RunningJob {
    JobId id;
    BuildFacts build;
    bool dispatched = false;  // build() was sent, or was about to be
    int attempts = 0;
    int givenback = 0;
    int retries = 0;  // times that it was given back for a fault that passes
    std::string logtail;
    std::optional<std::chrono::seconds> tail_unchanged;   // since logtail_changed
    std::optional<std::chrono::seconds> silent;           // since silent_since
    std::optional<std::chrono::seconds> abort_requested;  // since then
    std::optional<std::chrono::seconds> claimed;          // since buildstart
    std::optional<std::chrono::seconds> building;         // since build() was sent
    int failed_starts = 0;                                // in a row that were not over in time
    std::string start_file;  // URL of the file that the start waited for when a pass left it
    std::chrono::seconds fetching{};  // how long passes have been fetching its results and log
    std::string chroot = {};          // its file's name; empty: not known
    bool asked_again = false;  // another builder's PACKAGEFAIL was not believed: this one's is

    Cookie cookie() const { return {build.id, id}; }
};

}  // namespace buildd
