// The end of an attempt: one transaction, and only then the builder forgets (spec: behaviour §2.4).
#pragma once

#include <optional>
#include <string>

#include "farm/build_log.hpp"
#include "farm/builder_context.hpp"
#include "farm/turn.hpp"
#include "policy/ending.hpp"

namespace buildd::farm {

// The file that a start waited for.
struct FileWait {
    std::string url = {};                      // as people are told it; empty: none
    std::optional<LibraryFileId> lacked = {};  // it could not be fetched, or not in time
    Asked heard = Asked::no;                   // of it, by its server
};

// What an attempt leaves besides its end.
struct AttemptTraces {
    std::optional<FetchedLog> log = {};
    FileWait file = {};
};

// What ends with it: the builder's job must be known.
policy::Ending plan_end(BuilderContext context, const policy::EndAttempt& end,
                        const std::string& dependencies);

// Commits the end of the builder's job, then frees the builder. After the commit it has no job any
// more; if somebody else has moved the job, or in a dry run, it has it still and nothing is
// changed. `turn`: ended before the builder is waited for; nullptr: none is had. Throws
// db::StatementError, with nothing changed.
net::Task<> finish_attempt(BuilderContext context, policy::EndAttempt end, AttemptTraces traces,
                           Turn* turn);

}  // namespace buildd::farm
