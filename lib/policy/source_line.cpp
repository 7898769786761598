#include "policy/source_line.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd::policy {

namespace {

// One word between the brackets, which may stand alone or at its ends.
void read_option(std::string word, SourceLine& line) {
    if (word.starts_with('[')) word.erase(0, 1);
    if (word.ends_with(']')) word.pop_back();
    if (word == "trusted=yes") line.trusted = true;
    constexpr std::string_view arch = "arch=";
    if (word.starts_with(arch)) line.architectures = split(word.substr(arch.size()), ',');
}

}  // namespace

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
    SourceLine source;
    if (next->starts_with('[')) {
        const auto last =
            std::find_if(next, words.end(), [](const auto& word) { return word.ends_with(']'); });
        if (last == words.end()) return std::nullopt;
        for (; next <= last; ++next) read_option(*next, source);
    }
    if (words.end() - next < 2) return std::nullopt;
    source.url = next[0];
    source.suite = next[1];
    source.components = {next + 2, words.end()};
    if (!source.is_flat() && source.components.empty()) return std::nullopt;
    return source;
}

}  // namespace buildd::policy
