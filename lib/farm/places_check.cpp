#include "farm/places_check.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/access.hpp"
#include "base/fd.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "farm/folders.hpp"

namespace buildd::farm {

namespace {

using Problems = std::vector<PlaceProblem>;

// With our effective ids, as open(2) will look.
bool allowed(const std::string& path, int what) {
    return ::faccessat(AT_FDCWD, path.c_str(), what, AT_EACCESS) == 0;
}

Result<void> check_program(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return system_error("cannot run", path);
    if (!S_ISREG(info.st_mode)) return Error{fmt::format("cannot run {}: it is no file", path)};
    if (!allowed(path, X_OK)) return system_error("cannot run", path);
    return {};
}

std::vector<std::string> search_path() {
    const char* path = std::getenv("PATH");
    return split(path == nullptr ? "/bin:/usr/bin" : path, ':');
}

void check_command(const char* key, const std::vector<std::string>& words, Problems& found) {
    if (words.empty()) return;
    if (auto there = find_program(words[0]); !there)
        found.push_back({key, there.error().message, false});
}

std::optional<dev_t> device_of(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return std::nullopt;
    return info.st_dev;
}

// false: there is no such folder, or it has been complained about.
bool check_writable(const char* key, const std::string& folder, bool stops_everything,
                    Problems& found) {
    if (!exists(folder)) return false;
    if (allowed(folder, W_OK | X_OK)) return true;
    const std::string why = system_error("cannot write into", folder).message;
    found.push_back({key, why, stops_everything});
    return false;
}

// Leaves come into incoming by a rename; those that have ended may lie elsewhere: on a larger disk.
bool may_lie_elsewhere(std::string_view folder) {
    return folder == accepted_folder || folder == rejected_folder || folder == failed_folder ||
           folder == stuck_folder;
}

void check_root(const std::string& root, Problems& found) {
    const auto device = device_of(root);
    if (!device || !check_writable("root", root, true, found)) return;
    for (const char* name : farm_folders) {
        const std::string folder = root + "/" + name;
        if (!check_writable("root", folder, true, found)) continue;
        if (may_lie_elsewhere(name) || device_of(folder) == device) continue;
        found.push_back(
            {"root", fmt::format("{} is not in the file system of {}", folder, root), true});
    }
}

void check_metrics_file(const std::string& path, Problems& found) {
    if (path.empty()) return;
    const std::string folder = parent_of(path);
    if (check_writable("metrics_file", folder, false, found) || exists(folder)) return;
    found.push_back({"metrics_file", fmt::format("there is no folder {}", folder), false});
}

// What is restricted is stored by nobody until this is right: it waits.
void check_restricted_group(const std::string& name, Problems& found) {
    const auto group = find_group(name);
    if (!group)
        found.push_back({"restricted_group", group.error().message, false});
    else if (*group && !may_give_to(**group))
        found.push_back({"restricted_group",
                         fmt::format("the user of the farm is not in the group {0}: make it a "
                                     "member (adduser USER {0})",
                                     name),
                         false});
}

}  // namespace

Result<void> find_program(const std::string& program) {
    if (program.empty()) return Error{"'' is no program"};
    if (program.find('/') != std::string::npos) return check_program(program);
    std::optional<Error> first;
    for (const auto& folder : search_path()) {
        const std::string path = (folder.empty() ? "." : folder) + "/" + program;
        if (!exists(path)) continue;
        auto there = check_program(path);
        if (there) return {};
        if (!first) first = there.error();
    }
    if (first) return *first;
    return Error{fmt::format("there is no program '{}' in PATH", program)};
}

Problems check_places(const Settings& settings) {
    Problems found;
    check_command("uploader", settings.uploader, found);
    check_command("publish_command", settings.publish_command, found);
    check_command("vm_resume_command", settings.vm_resume_command, found);
    check_root(settings.root, found);
    check_writable("librarian_root", settings.librarian_root, true, found);
    check_writable("lockfile", parent_of(settings.lockfile), true, found);
    check_metrics_file(settings.metrics_file, found);
    check_restricted_group(settings.restricted_group, found);
    return found;
}

}  // namespace buildd::farm
