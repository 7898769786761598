#include "base/run_as.hpp"

#include <cerrno>
#include <cstdlib>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.hpp"

namespace buildd {

namespace {

void adjust_environment(const passwd& user) {
    ::setenv("HOME", user.pw_dir, 1);
    ::setenv("USER", user.pw_name, 1);
    ::setenv("LOGNAME", user.pw_name, 1);
}

}  // namespace

Result<void> become_owner_of(const std::string& folder) {
    struct stat info {};
    if (::geteuid() != 0 || ::stat(folder.c_str(), &info) != 0 || info.st_uid == 0) return {};
    const passwd* user = ::getpwuid(info.st_uid);
    if (user == nullptr)
        return Error{fmt::format("{} belongs to the user id {}, which this machine does not know",
                                 folder, info.st_uid)};
    if (::initgroups(user->pw_name, user->pw_gid) != 0 || ::setgid(user->pw_gid) != 0 ||
        ::setuid(user->pw_uid) != 0)
        return system_error("cannot go on as the user", user->pw_name);
    adjust_environment(*user);
    return {};
}

}  // namespace buildd
