// A builder's log on its way into the librarian (spec: behaviour §4, "Build log").
#pragma once

#include <optional>
#include <string>

#include "farm/builder_session.hpp"
#include "farm/farm.hpp"
#include "farm/papers.hpp"
#include "farm/turn.hpp"
#include "model/build.hpp"

namespace buildd::farm {

// Why something could not be fetched.
struct FetchError {
    enum class Kind {
        transport,   // tried again in the next pass
        forever,     // can never be taken
        cut,         // the pass is over: the next one goes on
        yielded,     // others wait for a turn: to be gone on with in the next one
        begin_anew,  // the builder does not go on where we are: once more from the first byte
        ours,        // our disk or librarian failed: the builder is not to blame
    };
    Kind kind = Kind::transport;
    std::string message;
};

struct FetchedLog {
    StoredFile stored;  // to be kept once the row is committed
    LibraryFile file;
    std::string tail;    // its last lines, for people; not of a build that is FULLYBUILT
    Papers papers = {};  // stored beside it
    std::optional<std::string> retry_pattern = {};  // that its end has
};

// Compressed while it streams; cut at max_log_size with a last line that says so. What an earlier
// pass has fetched is gone on with. `turn`: is had. `state`: the build's final one, for the name.
// With `retry` that is NEEDSBUILD where the log has one of retry_patterns.
net::Task<Result<FetchedLog, FetchError>> fetch_log(const Farm& farm, BuilderSession& session,
                                                    const RunningJob& job, BuildState state,
                                                    Turn& turn, bool retry = false);

FetchError to_fetch_error(const net::HttpError& error);

}  // namespace buildd::farm
