#include "base/hidden.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace buildd {

namespace {

struct Range {
    char32_t first, last;
};
constexpr std::array<Range, 13> hidden_ranges{{{0xAD, 0xAD},          // soft hyphen
                                               {0x34F, 0x34F},        // grapheme joiner
                                               {0x61C, 0x61C},        // Arabic letter mark
                                               {0x115F, 0x1160},      // Hangul fillers
                                               {0x17B4, 0x17B5},      // Khmer inherent vowels
                                               {0x180E, 0x180E},      // Mongolian vowel separator
                                               {0x200B, 0x200F},      // zero width, directions
                                               {0x2028, 0x202E},      // separators, directions
                                               {0x2060, 0x206F},      // word joiner, isolates
                                               {0x3164, 0x3164},      // Hangul filler
                                               {0xFEFF, 0xFEFF},      // byte order mark
                                               {0xFFF9, 0xFFFB},      // interlinear
                                               {0xE0000, 0xE007F}}};  // tags

std::size_t length_of(unsigned char lead) {
    return lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

}  // namespace

Hidden hidden_at(std::string_view text) {
    if (text.empty() || static_cast<unsigned char>(text.front()) < 0xC2) return {};
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = length_of(lead);
    if (text.size() < length) return {};
    char32_t code = lead & (0xFFU >> (length + 1));
    for (const char c : text.substr(1, length - 1))
        code = code << 6 | (static_cast<unsigned char>(c) & 0x3FU);
    const bool found = std::any_of(hidden_ranges.begin(), hidden_ranges.end(), [&](const Range& r) {
        return code >= r.first && code <= r.last;
    });
    return found ? Hidden{length, code} : Hidden{};
}

std::string made_visible(const Hidden& hidden) {
    return fmt::format("<U+{:04X}>", static_cast<std::uint32_t>(hidden.code));
}

}  // namespace buildd
