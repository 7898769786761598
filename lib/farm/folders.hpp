// The farm's folders on disk (spec: behaviour §2.9).
#pragma once

#include <array>
#include <string>

#include "base/settings.hpp"
#include "librarian/librarian.hpp"
#include "upload/take_in.hpp"

namespace buildd::farm {

// All that lies directly below root, but for the librarian.
inline constexpr std::array farm_folders{incoming_folder, accepted_folder, rejected_folder,
                                         failed_folder,   stuck_folder,    grabbing_folder,
                                         locks_folder,    tmp_folder,      children_folder};

// In root: the key of URLs of restricted files (librarian/url_key.hpp).
inline constexpr const char* url_key_file = "url-key.conf";

Librarian librarian_of(const Settings& settings);

// Before a farm is made: throws Failure(bad_config), saying what to do, when root or librarian_root
// is a farm's.
void require_new_folders(const Settings& settings);

// Creates what is missing, the key too, and closes what is restricted. Each of root and
// librarian_root holds the farm's uuid in the file `farm-uuid`; another farm's there throws
// Failure(bad_config). With `only_look` nothing is made: what is missing is passed over.
void open_folders(const Settings& settings, const std::string& farm_uuid, bool only_look = false);

}  // namespace buildd::farm
