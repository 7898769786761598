// The header of a 206 that says which bytes of a file it brings. Private to net.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace buildd::net {

struct ContentRange {
    std::uint64_t first = 0, last = 0, total = 0;
};

// "bytes 100-199/200", exactly: digits that fit, first <= last < total. Anything else, a total of
// `*` too: nullopt.
std::optional<ContentRange> parse_content_range(std::string_view text);

}  // namespace buildd::net
