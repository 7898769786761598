// The files of a leaf.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "upload/changes.hpp"

namespace buildd {

// The one .changes of a leaf. Error: none, or several, or the leaf is no plain tree of files.
Result<std::string> find_changes(const std::string& leaf);

// Names of all files of the leaf but the .changes and the upload log. Files outside the folder of
// the .changes are given with their path below the leaf.
std::vector<std::string> leaf_files(const std::string& leaf, const std::string& changes_path);

// Why a file of a leaf cannot be one of its results: it is not there, or is no plain file. Throws
// Failure when it cannot be looked at, which says nothing of the file.
std::optional<std::string> why_unreadable(const std::string& path);

// Error: what is wrong with it. Throws Failure when it cannot be read.
Result<Changes> read_changes(const std::string& path);

}  // namespace buildd
