// `build reupload`: the results of a FAILEDTOUPLOAD build, handed to the uploader again without a
// rebuild (spec: behaviour §5.5-5.7).
#pragma once

#include <string>
#include <vector>

#include "base/settings.hpp"
#include "farm/build_admin.hpp"

namespace buildd::farm {

// All or none, as retry_builds; the next collect uploads them. In a rehearsing session no folder
// moves.
//
// A leaf's lock is held throughout, so that no uploader looks at it in between. Killed after the
// commit and before the move, collect finds the leaf not in incoming/ and settles the build as
// FAILEDTOUPLOAD again, with the leaf where it was: nothing is lost, and reupload may be called
// again. (The other order would leave a leaf in incoming/ that no build names.)
Lines reupload_builds(db::Database& database, const Settings& settings,
                      const std::vector<BuildId>& builds);

}  // namespace buildd::farm
