// A .dsc: what the farm takes from it.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "upload/control.hpp"

namespace buildd {

struct Dsc {
    std::string source;
    std::string version;
    std::string architectures;  // the hint list
    std::string build_depends;  // with Build-Depends-Arch
    std::string build_depends_indep;
    std::string component;  // prefix of the section, else "main"
    std::vector<ListedFile> files;
};

Result<Dsc> parse_dsc(std::string_view text);

// Reads a .dsc and checks every file it lists, beside it. Error: which file, what was expected,
// what was found.
struct CheckedDsc {
    Dsc dsc;
    std::string path;                // of the .dsc
    std::vector<std::string> paths;  // of its files, in their order
};
Result<CheckedDsc> check_dsc(const std::string& path);

}  // namespace buildd
