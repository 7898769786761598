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

// The person at the keyboard, by a user's name: who called sudo, else who logged in, else the user
// we run as. For notes of who did what, not for rights. To be asked before become_owner_of.
std::string acting_person();

}  // namespace buildd
