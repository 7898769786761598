#include "base/run_as.hpp"

#include <cerrno>
#include <cstdlib>
#include <fmt/format.h>
#include <grp.h>
#include <limits>
#include <optional>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.hpp"
#include "base/text.hpp"

namespace buildd {

namespace {

void adjust_environment(const passwd& user) {
    ::setenv("HOME", user.pw_dir, 1);
    ::setenv("USER", user.pw_name, 1);
    ::setenv("LOGNAME", user.pw_name, 1);
}

std::optional<std::string> name_of(uid_t id) {
    const passwd* user = ::getpwuid(id);
    if (user == nullptr) return std::nullopt;
    return user->pw_name;
}

// Linux keeps who logged in through every change of the user; (uid_t)-1: nobody did.
std::optional<std::string> who_logged_in() {
    const auto text = read_file("/proc/self/loginuid", 32);
    const auto id = text ? parse_int(trim(*text)) : std::nullopt;
    if (!id || *id < 0 || *id >= std::numeric_limits<uid_t>::max()) return std::nullopt;
    return name_of(static_cast<uid_t>(*id));
}

}  // namespace

std::string acting_person() {
    const char* caller = std::getenv("SUDO_USER");
    if (caller != nullptr && *caller != '\0' && std::string_view(caller) != "root") return caller;
    if (const auto name = who_logged_in()) return *name;
    return name_of(::getuid()).value_or(fmt::format("user id {}", ::getuid()));
}

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
