// A .changes and what it lists, as text: nothing is compared with a build yet.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "upload/control.hpp"

namespace buildd {

// The control fields of a .deb, .udeb or .ddeb.
struct BinaryFields {
    std::string file;  // its name
    std::string package, version, architecture, provides;
    std::string source;  // "name" or "name (version)"; empty: the package's own name and version
    std::string multiarch = {};  // of Multi-Arch: no, same, foreign, allowed
};

struct Changes {
    Paragraph fields;
    std::vector<ListedFile> files;
};

Result<Changes> parse_changes(std::string_view text);

bool is_binary_package(std::string_view file_name);
// "deb", "udeb" or "ddeb" of such a file.
std::string file_type(std::string_view file_name);

}  // namespace buildd
