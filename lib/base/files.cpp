#include "base/files.hpp"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/flock.hpp"
#include "base/move_across.hpp"
#include "base/same_file.hpp"

namespace buildd {

namespace fs = std::filesystem;

Result<void> make_folders(const std::string& path, unsigned mode) {
    assert(!path.empty());
    if (is_folder(path)) return {};
    const std::string parent = parent_of(path);
    if (parent != path && !parent.empty())
        if (auto made = make_folders(parent, mode); !made) return made;
    if (::mkdir(path.c_str(), mode) == 0) return fsync_folder(parent);
    const int error = errno;
    if (error == EEXIST && fs::is_directory(path)) return {};
    errno = error;
    return system_error("cannot create folder", path);
}

Result<void> fsync_fd(int fd, std::string_view path) {
    while (::fsync(fd) != 0)
        if (errno != EINTR) return system_error("cannot fsync", path);
    return {};
}

Result<void> fsync_folder(const std::string& path) {
    auto fd = open_file(path.empty() ? "." : path, O_RDONLY | O_DIRECTORY);
    if (!fd) return fd.error();
    return fsync_fd(fd->get(), path);
}

// File systems without RENAME_NOREPLACE (NFS) answer EINVAL.
int rename_noreplace(const std::string& from, const std::string& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL) return errno;
    if (exists(to)) return EEXIST;
    return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

Result<void> move_durably(const std::string& from, const std::string& to) {
    assert(!from.empty() && !to.empty());
    const int error = rename_noreplace(from, to);
    if (error == EXDEV) return move_across(from, to);
    if (error != 0) {
        errno = error;
        return system_error(fmt::format("cannot move {} to", from), to);
    }
    if (auto synced = fsync_folder(parent_of(to)); !synced) return synced;
    return parent_of(from) == parent_of(to) ? Result<void>() : fsync_folder(parent_of(from));
}

Result<void> remove_tree(const std::string& path) {
    assert(!path.empty() && path.find_first_not_of('/') != path.npos);
    std::error_code error;
    for (int tries = 0; tries < 1000; ++tries) {
        fs::remove_all(path, error);
        if (!error || !exists(path)) return {};
        const bool another_removes_it = error == std::errc::no_such_file_or_directory ||
                                        error == std::errc::directory_not_empty;
        if (!another_removes_it) break;
    }
    return Error{fmt::format("cannot remove {}: {}", path, error.message())};
}

Result<std::vector<std::string>> list_folder(const std::string& path) {
    std::vector<std::string> names;
    std::error_code error;
    fs::directory_iterator it(path, error);
    if (error == std::errc::no_such_file_or_directory) return names;
    for (; !error && it != fs::directory_iterator(); it.increment(error))
        names.push_back(it->path().filename().string());
    if (error) return Error{fmt::format("cannot list {}: {}", path, error.message())};
    std::sort(names.begin(), names.end());
    return names;
}

bool exists(const std::string& path) {
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0;
}

bool is_folder(const std::string& path) {
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

Result<bool> finds_folder(const std::string& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) == 0) return S_ISDIR(info.st_mode);
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return system_error("cannot stat", path);
}

Result<std::chrono::system_clock::time_point> modified(const std::string& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return system_error("cannot stat", path);
    return std::chrono::system_clock::from_time_t(info.st_mtime);
}

std::string parent_of(const std::string& path) {
    const std::string parent = fs::path(path).parent_path().string();
    return parent.empty() ? "." : parent;
}

std::string base_name(const std::string& path) {
    return fs::path(path).filename().string();
}

namespace {

constexpr std::chrono::seconds writing_time{5};

bool is_open_to_others(int fd) {
    struct stat info {};
    return ::fstat(fd, &info) != 0 || (info.st_mode & 0077U) != 0;
}

// Empty, and of one writer at a time (where the file system has locks): who has waited may hold
// what the other has renamed meanwhile, and opens it anew. One that is the owner's alone, where
// others may have opened what lies there, is made anew.
Result<Fd> open_temporary(const std::string& path, bool owner_only) {
    while (true) {
        auto fd = open_file(path, O_WRONLY | O_CREAT, owner_only ? 0600 : 0644);
        if (!fd) return fd;
        const auto locked = lock_within(fd->get(), writing_time, path);
        if (locked && !*locked)
            return Error{fmt::format("{} is being written by another process for {} s", path,
                                     writing_time.count())};
        if (!is_at(fd->get(), path)) continue;
        if (owner_only && is_open_to_others(fd->get())) {
            if (::unlink(path.c_str()) != 0) return system_error("cannot remove", path);
            continue;
        }
        if (::ftruncate(fd->get(), 0) != 0) return system_error("cannot write", path);
        return fd;
    }
}

}  // namespace

Result<void> update_file(const std::string& path,
                         const std::function<std::string(const std::string&)>& content,
                         std::optional<unsigned> mode) {
    assert(!path.empty());
    const std::string temporary = path + ".new";  // one name: a killed run leaves at most this
    auto fd = open_temporary(temporary, mode.has_value());
    if (!fd) return fd.error();
    const auto old = read_file(path);
    Result<void> done;  // closed before anything is in it
    if (mode && ::fchmod(fd->get(), *mode) != 0)
        done = system_error("cannot set the permissions of", temporary);
    if (done) done = write_all(fd->get(), content(old ? *old : ""), temporary);
    if (done) done = fsync_fd(fd->get(), temporary);
    if (done && ::rename(temporary.c_str(), path.c_str()) != 0)
        done = system_error("cannot rename to", path);
    if (!done) {
        ::unlink(temporary.c_str());
        return done;
    }
    return fsync_folder(parent_of(path));
}

Result<void> replace_file(const std::string& path, std::string_view content,
                          std::optional<unsigned> mode) {
    return update_file(
        path, [content](const std::string&) { return std::string(content); }, mode);
}

}  // namespace buildd
