// Results and log of a build that ended well, on their way to a leaf (spec: behaviour §5).
#pragma once

#include "farm/build_log.hpp"
#include "farm/builder_context.hpp"
#include "farm/turn.hpp"
#include "policy/attempt_end.hpp"

namespace buildd::farm {

struct FetchedResults {
    policy::EndAttempt end;  // they are taken, or can never be
    FetchedLog log;          // with their papers, where they are taken
};

// Results and log first, then the leaf's place: the change of state is left to the caller, without
// anything between that waits. The builder WAITs with its job, OK. Gone on with by the next pass
// where it fails.
net::Task<Result<FetchedResults, FetchError>> fetch_results(BuilderContext context, Turn& turn);

}  // namespace buildd::farm
