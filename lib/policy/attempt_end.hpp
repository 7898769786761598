// How an attempt ends, as collect and dispatch decide it. plan_ending() (ending.hpp) makes the edit
// of it, with what follows for the build and its builder. Values only.
#pragma once

#include <optional>
#include <string>

#include "base/log.hpp"
#include "model/labels.hpp"
#include "policy/counted.hpp"

namespace buildd::policy {

struct LogLine {
    Level level = Level::DEBUG;
    std::string text;
    std::string more = {};  // a line of its own right after it; empty: none
};

// Does the builder's log have to be in the librarian before the state changes?
enum class LogNeed { none, wanted, required };

// When a job that is NEEDSBUILD again may be started.
enum class Again {
    soon,          // at once, or after a short rest where its start was counted
    given_back,    // lastscore 0, not_before: later each time
    fault_passes,  // the same, for a fault that passes
    start_late,    // not_before, by its failed starts: this one did not end in time
};

// What frees the builder once the change is committed.
enum class Freeing {
    none,
    clean,
    abort,
    rescue,  // as scan does, which says why
};

struct EndAttempt {
    // The build: NEEDSBUILD keeps the job, every other state deletes it.
    BuildState state = BuildState::NEEDSBUILD;
    Again again = Again::soon;  // with NEEDSBUILD
    LogNeed log = LogNeed::none;
    bool store_info = false;
    std::string leaf = {};  // with UPLOADING
    bool mail = false;      // the build's people are told

    // The attempt, in the build's history.
    Outcome outcome = Outcome::OK;
    Counted counted = {};
    std::string detail = {};  // why; empty: the outcome or `line` says it
    // The file that its start waits for was not there in time: whom that counts against is known
    // once the file's server was asked (fetch_blame.hpp).
    bool late = false;

    // The builder.
    std::optional<std::string> fail_builder = {};  // the reason, as scan fails it
    Freeing freeing = Freeing::none;

    std::optional<LogLine> line = {};  // is logged first
};

// Back to NEEDSBUILD, the job kept.
inline EndAttempt reset_job(Outcome outcome, Counted counted) {
    EndAttempt end;
    end.outcome = outcome;
    end.counted = counted;
    return end;
}

// By what a builder that WAITs has told: its log and what it says are kept, and it is cleaned.
inline EndAttempt finish_build(BuildState state, Outcome outcome) {
    EndAttempt end;
    end.state = state;
    end.outcome = outcome;
    end.log = LogNeed::required;
    end.store_info = true;
    end.freeing = Freeing::clean;
    return end;
}

}  // namespace buildd::policy
