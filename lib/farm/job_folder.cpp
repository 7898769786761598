#include "farm/job_folder.hpp"

#include <cerrno>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.hpp"
#include "upload/take_in.hpp"

namespace buildd::farm {

JobFolder::JobFolder(const Settings& settings, const Cookie& cookie, bool is_private)
    : path(place(settings, grabbing_folder, cookie.text())), access{is_private} {}

Result<void> JobFolder::make() const {
    if (::mkdir(path.c_str(), access.folder_mode()) == 0) return {};
    if (errno == EEXIST) return give_access(path, access);
    return make_folders(path, access.folder_mode());
}

Result<void> JobFolder::write_note(const std::string& file, const std::string& text) const {
    return replace_file(note_of(file), text, access.file_mode());
}

Result<void> JobFolder::keep_only(const FileMap& files) const {
    std::set<std::string> wanted{log(), note_of(log())};
    for (const auto& [name, sum] : files)
        wanted.insert({verified(sum), part(sum), note_of(part(sum))});
    const auto names = list_folder(path);
    if (!names) return names.error();
    for (const auto& name : *names)
        if (!wanted.contains(path + "/" + name))
            if (auto gone = remove_tree(path + "/" + name); !gone) return gone;
    return {};
}

std::optional<std::uint64_t> JobFolder::verified_size(const std::string& sha1) const {
    struct stat info {};
    if (::lstat(verified(sha1).c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
    return static_cast<std::uint64_t>(info.st_size);
}

// Links: if the commit that names the leaf fails, nothing has to be fetched again.
Result<void> JobFolder::make_leaf(const FileMap& files, const std::string& leaf_path) const {
    if (auto gone = remove_tree(leaf()); !gone) return gone;
    const std::string folder = leaf() + "/" + leaf_path;
    if (auto made = make_folders(folder, access.folder_mode()); !made) return made;
    for (const auto& [name, sum] : files)
        if (::link(verified(sum).c_str(), (folder + "/" + name).c_str()) != 0)
            return system_error("cannot link", folder + "/" + name);
    if (auto given = give_access_to_tree(leaf(), access); !given) return given;
    return fsync_folder(folder);
}

}  // namespace buildd::farm
