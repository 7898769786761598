// How an admin writes URLs, components and pockets of archives. All throw Failure(usage).
#pragma once

#include <string>

#include "command.hpp"
#include "db/archive_pockets.hpp"

namespace buildd::cmd {

// As the table archive has it; a scheme is the same in any case. `option`: whose value it is.
std::string url_of(const std::string& text, const std::string& option);

// Separated by single blanks.
std::string components_of(const std::string& text);

// The values of --pocket: [SERIES/]POCKET=URL,SUITE,COMPONENTS, each of the three as usual where it
// is empty, or absent, or default.
db::PocketWishes pockets_of(const Arguments& arguments);

}  // namespace buildd::cmd
