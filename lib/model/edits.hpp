// Changes to the farm's state, as plain values that say the old state they expect
// (spec: behaviour §2.5). lib/db applies them; zero rows changed means someone else was there.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "model/cause.hpp"
#include "model/ids.hpp"
#include "model/labels.hpp"
#include "model/library.hpp"

namespace buildd {

// `builder.disabled_by` of one that reached its failure threshold.
inline constexpr const char* given_up_by = "buildd-master (failure threshold)";

// A builder goes out of use. With `retry_in` scan tries it again then; without, a person must act
// and `disabled_by` says who or what decided.
struct BuilderFailure {
    BuilderId builder;
    std::string notes;
    std::optional<std::chrono::minutes> retry_in;
    std::string disabled_by;
    bool silent = false;        // no answer came at all
    std::string log_line = {};  // the last one of the log of the job with which it failed
};

// What speaks against a builder changes, and its quarantine with it.
struct SuspicionEdit {
    double before = 0;  // expected
    double after = 0;
    int quarantines_before = 0;
    int quarantines = 0;
    std::optional<std::chrono::minutes> rest;  // a quarantine begins, or the next follows
    bool over = false;                         // its quarantine
    std::string reason = {};                   // with `rest`

    bool changes() const {
        return before != after || quarantines_before != quarantines || rest || over;
    }
};

// The end of an attempt: everything about it commits together.
struct AttemptEnd {
    // expected
    Cookie cookie;
    BuilderId builder;
    BuildState from = BuildState::BUILDING;
    int build_failures_before = 0;
    int builder_failures_before = 0;

    // the build
    BuildState to = BuildState::NEEDSBUILD;
    int build_failures = 0;
    bool store_info = false;
    std::optional<LibraryFile> log;
    std::vector<LibraryFile> papers;  // .changes and .buildinfo
    std::string dependencies;         // with store_info
    std::string leaf;                 // with UPLOADING

    // the job: kept (reset) when `to` is NEEDSBUILD, else deleted
    std::optional<std::chrono::minutes> give_back_for;
    bool retry = false;  // with give_back_for: for a fault that passes
    std::optional<std::chrono::minutes> start_again_in;  // a start that did not end in time
    std::optional<std::chrono::minutes> rest_for;        // another start that was counted
    bool for_person = false;  // given back too often: not dispatched before a person lets it go

    // the builder
    int builder_failures = 0;
    std::optional<BuilderFailure> failure;
    SuspicionEdit suspicion;
    double weight = 0;       // of this end in it
    bool ask_again = false;  // its PACKAGEFAIL is told only when another builder says so too

    // history
    Outcome outcome = Outcome::OK;
    std::string detail;

    // evidence
    bool counted_build = false;  // the counts above say so
    bool counted_builder = false;
    std::optional<LibraryFileId> file;  // that the builder could not fetch
    std::string url;                    // of it, without secrets
    Asked heard = Asked::no;            // of that
    bool on_fetch = false;              // it failed while it fetched something
    bool to_judge = false;              // others may have said the same
};

// What build() of an attempt is given besides its source.
struct Given {
    bool arch_indep = false;
    LibraryFileId chroot;
    std::vector<std::string> archive_lines;
};

// A running job's new log tail.
struct TailEdit {
    Cookie cookie;
    BuilderId builder;
    std::string logtail;
};

// A pass has fetched some of a running job's results or log, but not all.
struct FetchEdit {
    Cookie cookie;
    BuilderId builder;
    std::chrono::seconds spent{};
    std::string problem = {};  // why not all
};

// What a healthy probe showed.
struct ProbeEdit {
    BuilderId builder;
    bool ok_before = true;  // expected, as is the next: a failure since then wins
    int probe_failures_before = 0;
    std::string architecture_tag;
    std::string version;
};

}  // namespace buildd
