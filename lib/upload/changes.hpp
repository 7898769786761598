// Checking what a builder made against the build it was made for (spec: behaviour §6).
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/build.hpp"
#include "upload/control.hpp"

namespace buildd {

// The control fields of a .deb, .udeb or .ddeb.
struct BinaryFields {
    std::string file;  // its name
    std::string package, version, architecture, provides;
};

struct Changes {
    Paragraph fields;
    std::vector<ListedFile> files;
};

Result<Changes> parse_changes(std::string_view text);

bool is_binary_package(std::string_view file_name);

// Reasons to reject; empty: none. Each function looks at one matter, all are asked.
struct UploadExpectation {
    SourceFacts source;
    std::string architecture_tag;
    bool arch_indep = false;  // the build was told to make arch:all packages too
};
std::vector<std::string> check_identity(const Changes& changes, const UploadExpectation& expected);
std::vector<std::string> check_binary(const BinaryFields& binary, const Changes& changes,
                                      const UploadExpectation& expected);
// `present`: names in the folder of the .changes, itself left out.
std::vector<std::string> check_unlisted(const Changes& changes,
                                        const std::vector<std::string>& present);

}  // namespace buildd
