#include "policy/source_line.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd::policy {

std::string SourceLine::suite_url() const {
    std::string base = url;
    while (base.ends_with('/')) base.pop_back();
    if (!is_flat()) return fmt::format("{}/dists/{}", base, suite);
    std::string path = suite;
    while (path.ends_with('/')) path.pop_back();
    if (path.starts_with("./")) path.erase(0, 2);
    return path.empty() || path == "." ? base : fmt::format("{}/{}", base, path);
}

std::optional<SourceLine> parse_source_line(std::string_view line) {
    auto words = split_words(std::string(line.substr(0, line.find('#'))));
    if (words.size() < 3 || words[0] != "deb") return std::nullopt;
    auto next = words.begin() + 1;
    if (next->starts_with('[')) {
        next =
            std::find_if(next, words.end(), [](const auto& word) { return word.ends_with(']'); });
        if (next != words.end()) ++next;
    }
    if (words.end() - next < 2) return std::nullopt;
    SourceLine source{next[0], next[1], {next + 2, words.end()}};
    if (!source.is_flat() && source.components.empty()) return std::nullopt;
    return source;
}

}  // namespace buildd::policy
