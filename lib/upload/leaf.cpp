#include "upload/leaf.hpp"

#include <cerrno>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/failure.hpp"
#include "base/fd.hpp"
#include "base/files.hpp"

namespace buildd {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t max_changes_size = 8 << 20;

// Paths of everything in the leaf that is no folder; links are not followed.
std::vector<fs::path> files_below(const std::string& leaf) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(leaf))
        if (!entry.is_directory() || entry.is_symlink()) files.push_back(entry.path());
    return files;
}

}  // namespace

Result<std::string> find_changes(const std::string& leaf) {
    std::vector<std::string> found;
    for (const auto& path : files_below(leaf))
        if (path.extension() == ".changes") found.push_back(path.string());
    if (found.size() == 1) return found[0];
    if (found.empty()) return Error{"it holds no .changes file"};
    return Error{fmt::format("it holds {} .changes files", found.size())};
}

std::vector<std::string> leaf_files(const std::string& leaf, const std::string& changes_path) {
    std::vector<std::string> names;
    const fs::path folder = fs::path(changes_path).parent_path();
    for (const auto& path : files_below(leaf)) {
        if (path == changes_path || path == fs::path(leaf) / "uploader.log") continue;
        names.push_back(path.parent_path() == folder ? path.filename().string()
                                                     : path.lexically_relative(leaf).string());
    }
    return names;
}

std::optional<std::string> why_unreadable(const std::string& path) {
    struct stat info {};
    const std::string name = base_name(path);
    if (::lstat(path.c_str(), &info) == 0)
        return S_ISREG(info.st_mode) ? std::nullopt
                                     : std::optional(name + " is not a regular file");
    if (errno == ENOENT || errno == ENOTDIR) return name + " is not there";
    if (errno == ENAMETOOLONG) return "a file's name is too long";
    throw Failure(ExitStatus::unavailable, system_error("cannot stat", path).message);
}

Result<Changes> read_changes(const std::string& path) {
    if (const auto reason = why_unreadable(path)) return Error{*reason};
    std::error_code error;
    if (const auto size = fs::file_size(path, error); !error && size > max_changes_size)
        return Error{fmt::format("it is longer than {} bytes", max_changes_size)};
    const auto text = read_file(path, max_changes_size);
    if (!text) throw Failure(ExitStatus::unavailable, text.error().message);
    return parse_changes(*text);
}

}  // namespace buildd
