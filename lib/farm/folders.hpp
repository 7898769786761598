// The farm's folders on disk (spec: behaviour §2.9).
#pragma once

#include <string>

#include "base/settings.hpp"

namespace buildd::farm {

// Creates what is missing. Each of root and librarian_root holds the farm's uuid in the file
// `farm-uuid`; another farm's there throws Failure(bad_config).
// With `only_look` nothing is made: what is missing is passed over.
void open_folders(const Settings& settings, const std::string& farm_uuid, bool only_look = false);

}  // namespace buildd::farm
