#include "base/access.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "base/fd.hpp"

namespace buildd {

namespace {

namespace fs = std::filesystem;

struct Wanted {
    bool mode = false, group = false;  // to be changed
    unsigned bits = 0;
};

// Nothing is wanted of what is neither file nor folder.
Result<Wanted> wanted_of(const std::string& path, const Access& access) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) {
        if (errno == ENOENT) return Wanted{};
        return system_error("cannot stat", path);
    }
    if (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) return Wanted{};
    Wanted wanted;
    wanted.bits = S_ISDIR(info.st_mode) ? access.folder_mode() : access.file_mode();
    wanted.mode = (info.st_mode & 07777U) != wanted.bits;
    wanted.group = access.restricted && access.group && info.st_gid != *access.group;
    return wanted;
}

// Others move and remove what is in trees.
Result<void> unless_gone(std::string_view what, const std::string& path) {
    if (errno == ENOENT) return {};
    return system_error(what, path);
}

// From the top; ends with the first error.
Result<void> for_all_in(const std::string& path,
                        const std::function<Result<void>(const std::string&)>& act) {
    if (auto done = act(path); !done) return done;
    std::error_code error;
    if (!fs::is_directory(fs::symlink_status(path, error))) return {};
    fs::recursive_directory_iterator it(path, error);
    for (; !error && it != fs::recursive_directory_iterator(); it.increment(error))
        if (auto done = act(it->path()); !done) return done;
    if (error && error != std::errc::no_such_file_or_directory)
        return Error{fmt::format("cannot list {}: {}", path, error.message())};
    return {};
}

}  // namespace

// Closed first: no other group is to read it before it is given away.
Result<void> give_access(const std::string& path, const Access& access) {
    const auto wanted = wanted_of(path, access);
    if (!wanted) return wanted.error();
    constexpr int itself = AT_SYMLINK_NOFOLLOW;
    if (wanted->mode && ::fchmodat(AT_FDCWD, path.c_str(), wanted->bits, itself) != 0)
        return unless_gone("cannot set the permissions of", path);
    if (wanted->group && ::lchown(path.c_str(), static_cast<uid_t>(-1), *access.group) != 0)
        return unless_gone(fmt::format("cannot give to the group {}", *access.group), path);
    return {};
}

Result<void> give_access_to_tree(const std::string& path, const Access& access) {
    return for_all_in(path, [&](const std::string& one) { return give_access(one, access); });
}

Result<bool> has_access(const std::string& path, const Access& access) {
    const auto wanted = wanted_of(path, access);
    if (!wanted) return wanted.error();
    return !wanted->mode && !wanted->group;
}

Result<bool> tree_has_access(const std::string& path, const Access& access) {
    bool all = true;
    const auto looked = for_all_in(path, [&](const std::string& one) -> Result<void> {
        const auto right = has_access(one, access);
        if (!right) return right.error();
        all = all && *right;
        return {};
    });
    if (!looked) return looked.error();
    return all;
}

Result<std::optional<gid_t>> find_group(const std::string& name) {
    if (name.empty()) return std::optional<gid_t>();
    const group* found = ::getgrnam(name.c_str());
    if (found == nullptr) return Error{fmt::format("there is no group '{}'", name)};
    return std::optional<gid_t>(found->gr_gid);
}

bool may_give_to(gid_t group) {
    if (::geteuid() == 0 || ::getegid() == group) return true;
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
    const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
    groups.resize(static_cast<std::size_t>(std::max(count, 0)));
    return std::find(groups.begin(), groups.end(), group) != groups.end();
}

}  // namespace buildd
