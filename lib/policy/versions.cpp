#include "policy/versions.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "base/text.hpp"

namespace buildd::policy {

namespace {

struct Parts {
    std::string_view epoch, upstream, revision;
};

Parts parts_of(std::string_view version) {
    Parts parts{"0", version, ""};
    const auto colon = version.find(':');
    if (colon != version.npos) {
        parts.epoch = version.substr(0, colon);
        parts.upstream = version.substr(colon + 1);
    }
    const auto dash = parts.upstream.rfind('-');
    if (dash != version.npos) {
        parts.revision = parts.upstream.substr(dash + 1);
        parts.upstream = parts.upstream.substr(0, dash);
    }
    return parts;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'z';
}

// `~` before the end, the end before letters, letters before all else.
int weight(std::string_view text) {
    if (text.empty() || is_digit(text.front())) return 0;
    const char c = text.front();
    if (c == '~') return -1;
    if (is_letter(c)) return c;
    return static_cast<unsigned char>(c) + 256;
}

std::string_view take_number(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto number = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(number.size());
    return number;
}

std::strong_ordering compare_parts(std::string_view a, std::string_view b) {
    while (!a.empty() || !b.empty()) {
        while ((!a.empty() && !is_digit(a.front())) || (!b.empty() && !is_digit(b.front()))) {
            if (const auto order = weight(a) <=> weight(b); order != 0) return order;
            a.remove_prefix(1);  // equal weights, and only characters have one: both have one here
            b.remove_prefix(1);
        }
        const auto x = take_number(a), y = take_number(b);
        if (const auto order = x.size() <=> y.size(); order != 0) return order;
        if (const auto order = x.compare(y) <=> 0; order != 0) return order;
    }
    return std::strong_ordering::equal;
}

// As dpkg has it: a number that an int holds.
bool epoch_is_usable(std::string_view version) {
    const auto colon = version.find(':');
    if (colon == version.npos) return true;
    const auto epoch = parse_int(version.substr(0, colon));
    return epoch && *epoch >= 0 && *epoch <= std::numeric_limits<std::int32_t>::max();
}

}  // namespace

bool is_version(std::string_view version) {
    return !version.empty() && epoch_is_usable(version) &&
           version.find_first_not_of(
               "abcdefghijklmnopqrstuvwxyz"
               "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
               "0123456789.+:~-") == version.npos;
}

std::strong_ordering compare_versions(std::string_view a, std::string_view b) {
    const Parts x = parts_of(a), y = parts_of(b);
    if (const auto order = compare_parts(x.epoch, y.epoch); order != 0) return order;
    if (const auto order = compare_parts(x.upstream, y.upstream); order != 0) return order;
    return compare_parts(x.revision, y.revision);
}

std::string_view without_epoch(std::string_view version) {
    const auto colon = version.find(':');
    return colon == version.npos ? version : version.substr(colon + 1);
}

std::string_view without_binnmu(std::string_view version) {
    const auto suffix = version.rfind("+b");
    if (suffix == version.npos || suffix + 2 == version.size()) return version;
    const auto digits = version.substr(suffix + 2);
    return std::all_of(digits.begin(), digits.end(), is_digit) ? version.substr(0, suffix)
                                                               : version;
}

}  // namespace buildd::policy
