// Whether apt could use a `deb` line, from what was found in its suite: as apt's own rules have it.
// Pure.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "policy/source_line.hpp"

namespace buildd::policy {

// One Packages index that the line asks for.
struct IndexFound {
    bool listed = false;   // in Release
    std::string why = {};  // it could not be fetched, or is not what Release states
    bool untold = false;   // … and apt perhaps could: the server redirects
};

struct SuiteFound {
    enum class Release {
        there,
        missing,  // HTTP 404
        failed,   // `why`
        untold,   // `why`: apt perhaps could have it
    };
    Release release = Release::missing;
    std::string why = {};
    std::string suite = {}, codename = {};  // as Release has them
    bool has_signature = false;
    bool expired = false;                                               // its Valid-Until is over
    std::map<std::pair<std::string, std::string>, IndexFound> indexes;  // by component and tag
};

struct LineVerdict {
    enum class How {
        good,
        partly,    // apt uses it, and `why` says what it does not bring or could not be told
        missing,   // there is no such suite
        unusable,  // "apt-get update" fails, or finds nothing for an architecture
    };
    How how = How::good;
    std::string why = {};
};

// `tags`: architectures whose builders are given it.
LineVerdict judge_line(const SourceLine& line, const std::vector<std::string>& tags,
                       const SuiteFound& found);

}  // namespace buildd::policy
