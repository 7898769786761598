#include "net/content_range.hpp"

#include <charconv>

namespace buildd::net {

namespace {

// A number and then `after`, taken off the front; false: something else stands there.
bool take_number(std::string_view& text, std::uint64_t& number, std::string_view after) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    if (!text.starts_with(after)) return false;
    text.remove_prefix(after.size());
    return true;
}

}  // namespace

std::optional<ContentRange> parse_content_range(std::string_view text) {
    constexpr std::string_view unit = "bytes ";
    if (!text.starts_with(unit)) return std::nullopt;
    text.remove_prefix(unit.size());
    ContentRange range;
    if (!take_number(text, range.first, "-") || !take_number(text, range.last, "/") ||
        !take_number(text, range.total, "") || !text.empty())
        return std::nullopt;
    if (range.first > range.last || range.last >= range.total) return std::nullopt;
    return range;
}

}  // namespace buildd::net
