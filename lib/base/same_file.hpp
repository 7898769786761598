// Whether a name still leads to a file that is open: another process may have renamed or removed
// it.
#pragma once

#include <string>

namespace buildd {

// false, too, where one of them cannot be looked at.
bool is_at(int fd, const std::string& path);

}  // namespace buildd
