// Root's work is done as the user whom the farm belongs to: files that root made would be in that
// user's way ever after.
#pragma once

#include <string>

#include "base/result.hpp"

namespace buildd {

// When we are root and `folder` belongs to somebody else: becomes that user for good, with the
// user's groups, HOME, USER and LOGNAME. Else, or when there is no such folder yet, does nothing.
// Error: that is not possible. To be called before any thread is started or file is made.
Result<void> become_owner_of(const std::string& folder);

}  // namespace buildd
