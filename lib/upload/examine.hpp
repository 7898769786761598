// Looking at a leaf: what it would publish, or why it must not.
#pragma once

#include <string>
#include <vector>

#include "base/seen_file.hpp"
#include "db/publish.hpp"
#include "upload/changes.hpp"
#include "upload/reasons.hpp"

namespace buildd {

struct ExaminedBinary {
    BinaryFields fields;
    SeenFile file;
};

struct Examined {
    std::vector<ExaminedBinary> binaries;
    std::vector<db::UploadedFile> files;  // all that are as the .changes lists them
    Reasons reasons;                      // to reject it
};

// `leaf`: its folder. What the archive holds is not looked at. Throws as read_leaf() does, and
// Failure when something of ours keeps it from being examined.
Examined examine(const db::UploadTarget& target, const std::string& leaf,
                 const std::string& changes_path);

// The rows of its packages; their files have no ids yet.
std::vector<db::NewBinary> rows_of(const Examined& examined);

}  // namespace buildd
