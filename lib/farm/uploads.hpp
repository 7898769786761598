// Handing results to the uploader, and settling what it made of them (spec: behaviour §5.5, 5.6).
#pragma once

#include <string>

#include "farm/farm.hpp"

namespace buildd::farm {

// Every build that names a leaf, at most upload_jobs uploaders at a time. Leaves that an uploader
// of an earlier, killed pass still works on are left alone.
void upload_all(Farm& farm);

// The environment variable that tells process-upload which inherited descriptor holds its lock.
inline constexpr const char* lock_fd_variable = "BUILDD_MASTER_LEAF_LOCK_FD";

}  // namespace buildd::farm
