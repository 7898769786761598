// Files that change between what everybody reads and what is restricted.
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/flock.hpp"
#include "base/text.hpp"
#include "librarian/librarian.hpp"

namespace buildd {

namespace {

bool has_other_links(const std::string& path) {
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0 && info.st_nlink > 1;
}

Result<void> rename_over(const std::string& from, const std::string& to) {
    if (std::rename(from.c_str(), to.c_str()) == 0) return {};
    return system_error("cannot rename to", to);
}

// Links that others have to the file do not share its permissions then.
Result<void> copy_apart(const std::string& from, const std::string& to) {
    const std::string temporary = to + ".new";
    std::error_code error;
    std::filesystem::copy_file(from, temporary, std::filesystem::copy_options::overwrite_existing,
                               error);
    if (error) return Error{"cannot copy to " + temporary + ": " + error.message()};
    const auto fd = open_file(temporary, O_RDONLY);
    if (!fd) return fd.error();
    if (auto synced = fsync_fd(fd->get(), temporary); !synced) return synced;
    return rename_over(temporary, to);
}

}  // namespace

// On its way to the restricted part it is closed first, on its way out of it last.
Result<void> Librarian::bring(const LibraryFile& file) const {
    const auto readers = access(file.restricted);
    if (!readers) return readers.error();
    const std::string from = path(file.id, file.filename, !file.restricted);
    const std::string to = path(file.id, file.filename, file.restricted);
    const bool lies_elsewhere = exists(from);
    if (!lies_elsewhere && !exists(to)) return {};  // `db check` tells
    if (lies_elsewhere)
        if (auto closed = give_access(parent_of(from), {true}); !closed) return closed;
    if (auto made = make_place(file.id, file.restricted); !made) return made;
    if (lies_elsewhere) {
        const bool apart = file.restricted && has_other_links(from);
        if (auto moved = apart ? copy_apart(from, to) : rename_over(from, to); !moved) return moved;
    }
    if (auto given = give_access_to_tree(parent_of(to), *readers); !given) return given;
    return remove_tree(parent_of(from));
}

Result<void> Librarian::move(LibraryFileId id, const Row& row) const {
    auto fd = lock_marker(id, false, true);
    if (!fd) return fd.error();
    const auto file = row();
    if (!file) return resolve(id, std::nullopt);
    if (auto brought = bring(*file); !brought) return brought;
    return resolve(id, file->filename);
}

Result<void> Librarian::sync() const {
    const auto fd = open_file(root_, O_RDONLY | O_DIRECTORY);
    if (!fd) return fd.error();
    if (::syncfs(fd->get()) != 0) return system_error("cannot sync", root_);
    return {};
}

Result<bool> Librarian::is_in_place(const LibraryFile& file) const {
    if (exists(folder(file.id, !file.restricted))) return false;
    if (!file.restricted) return true;
    const auto readers = access(file.restricted);
    if (!readers) return readers.error();
    const std::string there = path(file.id, file.filename, file.restricted);
    for (const auto& one : {there, parent_of(there), root_ + "/restricted"}) {
        auto right = has_access(one, *readers);
        if (!right || !*right) return right;
    }
    return true;
}

Result<bool> Librarian::await_others(std::chrono::milliseconds time) const {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + time;
    const auto names = list_folder(root_ + "/pending");
    if (!names) return names.error();
    for (const auto& name : *names) {
        const auto fd = open_file(root_ + "/pending/" + name, O_RDWR);
        if (!fd) continue;
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
        auto locked = lock_within(fd->get(), std::max(left, left.zero()), name);
        if (!locked || !*locked) return locked;
    }
    return true;
}

}  // namespace buildd
