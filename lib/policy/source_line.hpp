// A line of sources.list(5), as builders are given them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buildd::policy {

struct SourceLine {
    std::string url, suite;
    std::vector<std::string> components;
    bool trusted = false;                    // [trusted=yes]: apt takes it unsigned
    std::vector<std::string> architectures;  // [arch=…]; empty: whatever the chroot's is

    // Without dists/: the suite is the path itself, and names no components.
    bool is_flat() const { return suite.ends_with('/'); }
    std::string suite_url() const;  // where its Release lies
};

// nullopt: it is no "deb" line with a URL and a suite. Other options in brackets are
// passed over.
std::optional<SourceLine> parse_source_line(std::string_view line);

}  // namespace buildd::policy
