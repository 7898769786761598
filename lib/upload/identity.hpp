// Checking what a builder made against the build it was made for (spec: behaviour §6).
#pragma once

#include <string>
#include <vector>

#include "model/build.hpp"
#include "upload/changes.hpp"

namespace buildd {

// Reasons to reject; empty: none. Each function looks at one matter, all are asked.
struct UploadExpectation {
    SourceFacts source;
    std::string architecture_tag;
    bool arch_indep = false;       // the build was told to make arch:all packages too
    std::string suite, series;     // "hoary-updates", "hoary": Distribution names one of them
    std::string usual_suite = {};  // or this, which it was before its archive called it otherwise
};
std::vector<std::string> check_identity(const Changes& changes, const UploadExpectation& expected);
std::vector<std::string> check_binary(const BinaryFields& binary, const Changes& changes,
                                      const UploadExpectation& expected);
// What the packages of one upload say of each other: a name has one version, and stands once in
// each file type.
std::vector<std::string> check_together(const std::vector<BinaryFields>& binaries);
// `present`: names in the folder of the .changes, itself left out.
std::vector<std::string> check_unlisted(const Changes& changes,
                                        const std::vector<std::string>& present);

}  // namespace buildd
