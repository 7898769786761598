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
    std::string indep_architecture;  // Build-Indep-Architecture: where arch:all is built
    std::string component;           // prefix of the section, else "main"
    std::vector<ListedFile> files;
};

Result<Dsc> parse_dsc(std::string_view text);

// A .dsc whose files lie beside it and are as it says.
struct CheckedDsc {
    struct File {
        std::string path;
        FileDigests digests;
    };
    Dsc dsc;
    std::vector<File> files;  // itself first

    const std::string& path() const { return files.front().path; }
    const std::string& sha256() const { return files.front().digests.sha256; }
};
// Error: a sentence for each file that is missing or not as the .dsc at `path` says: what was
// expected, what was found; or the one that says what is wrong with the .dsc.
Result<CheckedDsc, std::vector<std::string>> check_dsc(const std::string& path);

}  // namespace buildd
