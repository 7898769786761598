// The lock of one item: an upload, a reset, a mail.
#pragma once

#include <optional>
#include <string>

#include "base/lock_file.hpp"

namespace buildd::supervise {

// The lock of an item whose child is recorded in `folder`; the only way to take it. nullopt: it is
// being worked on, or other items' locks are being taken for longer than a fifth of a second.
// Where a process that a child left behind still holds the lock of an item that is over, and
// whoever took that lock is gone, the item gets a fresh lock file.
Result<std::optional<LockFile>> take_item_lock(const std::string& path, const std::string& folder,
                                               const std::string& command);

}  // namespace buildd::supervise
