// Who may read a file or a folder of ours, whatever the umask of whoever made it: everybody, or the
// owner and the group alone.
#pragma once

#include <optional>
#include <string>
#include <sys/types.h>

#include "base/result.hpp"

namespace buildd {

struct Access {
    bool restricted = false;
    std::optional<gid_t> group = {};  // of what is restricted; nullopt: the one that it has

    unsigned file_mode() const { return restricted ? 0640 : 0644; }
    unsigned folder_mode() const { return restricted ? 0750 : 0755; }
};

// Of one file or folder. What is right already is not touched, a link or what is missing never.
Result<void> give_access(const std::string& path, const Access& access);
// … and of all that is in it, from the top.
Result<void> give_access_to_tree(const std::string& path, const Access& access);
// Error: it cannot be looked at.
Result<bool> has_access(const std::string& path, const Access& access);
Result<bool> tree_has_access(const std::string& path, const Access& access);

// "": none is named.
Result<std::optional<gid_t>> find_group(const std::string& name);
// Whether this process may give files to it.
bool may_give_to(gid_t group);

}  // namespace buildd
