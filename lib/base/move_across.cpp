#include "base/move_across.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/fd.hpp"
#include "base/files.hpp"

namespace buildd {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t max_log = 64 << 20;

// Names of a folder's own disk never say `..`, and links are copied as links.
Result<void> copy_tree(const std::string& from, const std::string& to) {
    std::error_code error;
    fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::copy_symlinks, error);
    if (error) return Error{fmt::format("cannot copy {} to {}: {}", from, to, error.message())};
    return {};
}

Result<void> fsync_one(const fs::directory_entry& entry) {
    std::error_code error;
    const auto type = entry.symlink_status(error).type();
    if (type == fs::file_type::directory) return fsync_folder(entry.path());
    if (type != fs::file_type::regular) return {};
    const auto fd = open_file(entry.path(), O_RDONLY | O_NOFOLLOW);
    if (!fd) return fd.error();
    return fsync_fd(fd->get(), entry.path().native());
}

Result<void> fsync_tree(const std::string& path) {
    if (!is_folder(path)) return fsync_one(fs::directory_entry(path));
    std::error_code error;
    fs::recursive_directory_iterator it(path, error);
    for (; !error && it != fs::recursive_directory_iterator(); it.increment(error))
        if (auto synced = fsync_one(*it); !synced) return synced;
    if (error) return Error{fmt::format("cannot list {}: {}", path, error.message())};
    return fsync_folder(path);
}

// Logs are only added to: a try after the copy was made has written more.
bool is_earlier_content(const std::string& from, const std::string& to) {
    std::error_code error;
    if (fs::file_size(from, error) != fs::file_size(to, error)) {
        const auto whole = read_file(from, max_log), begin = read_file(to, max_log);
        return whole && begin && whole->starts_with(*begin);
    }
    const auto first = digest_file(from), second = digest_file(to);
    return first && second && *first == *second;
}

// What a finished copy is: the same names, and below them the same as it was then.
bool is_copy(const std::string& from, const std::string& to) {
    std::error_code error;
    const auto type = fs::symlink_status(from, error).type();
    if (type != fs::symlink_status(to, error).type()) return false;
    if (type == fs::file_type::symlink)
        return fs::read_symlink(from, error) == fs::read_symlink(to, error) && !error;
    if (type != fs::file_type::directory) return is_earlier_content(from, to);
    const auto names = list_folder(from);
    const auto copied = list_folder(to);
    if (!names || !copied || *names != *copied) return false;
    return std::all_of(names->begin(), names->end(), [&](const std::string& name) {
        return is_copy(from + "/" + name, to + "/" + name);
    });
}

Result<void> rename_durably(const std::string& from, const std::string& to) {
    if (const int error = rename_noreplace(from, to); error != 0) {
        errno = error;
        return system_error(fmt::format("cannot rename {} to", from), to);
    }
    return fsync_folder(parent_of(to));
}

Result<void> copy_durably(const std::string& from, const std::string& to) {
    const std::string temporary = to + moving_suffix;
    auto done = remove_tree(temporary);  // a killed process's
    if (done) done = copy_tree(from, temporary);
    if (done) done = fsync_tree(temporary);
    if (done) done = rename_durably(temporary, to);
    if (!done) (void)remove_tree(temporary);
    return done;
}

}  // namespace

// A copy that a killed process has made is made anew: the logs may have grown since.
Result<void> move_across(const std::string& from, const std::string& to) {
    if (exists(to) && !is_copy(from, to)) {
        errno = EEXIST;
        return system_error(fmt::format("cannot move {} to", from), to);
    }
    Result<void> done;
    if (exists(to)) {
        done = remove_tree(to + moving_suffix);
        if (done) done = rename_durably(to, to + moving_suffix);
    }
    if (done) done = copy_durably(from, to);
    // At once, so that nobody ever takes what is half removed for the whole.
    const std::string moved = from + moved_suffix;
    if (done) done = remove_tree(moved);
    if (done) done = rename_durably(from, moved);
    if (done) done = remove_tree(moved);
    return done ? fsync_folder(parent_of(from)) : done;
}

}  // namespace buildd
