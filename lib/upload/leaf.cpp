#include "upload/leaf.hpp"

#include <filesystem>
#include <fmt/format.h>

#include "base/fd.hpp"
#include "base/files.hpp"

namespace buildd {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t max_changes_size = 16 << 20;

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

Result<Changes> read_changes(const std::string& path) {
    const auto text = read_file(path, max_changes_size);
    if (!text) return text.error();
    return parse_changes(*text);
}

}  // namespace buildd
