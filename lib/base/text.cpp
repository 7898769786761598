#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <fmt/format.h>

#include "base/hidden.hpp"

namespace buildd {

namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

}  // namespace

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (;;) {
        const auto at = text.find(separator);
        parts.emplace_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::vector<std::string> split_words(std::string_view text) {
    std::vector<std::string> words;
    while (!(text = trim(text)).empty()) {
        const auto end = std::min(text.find_first_of(blanks), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return words;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    return fmt::format("{}", fmt::join(parts, separator));
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

std::string replace_all(std::string text, std::string_view what, std::string_view with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
        text.replace(at, what.size(), with);
        at += with.size();
    }
    return text;
}

Result<std::vector<std::string>> split_command(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    bool in_word = false;
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
            word += text[++i];
            in_word = true;
        } else if (quote != 0) {
            if (c == quote)
                quote = 0;
            else
                word += c;
        } else if (c == '\'' || c == '"') {
            quote = c;
            in_word = true;
        } else if (blanks.find(c) == std::string_view::npos) {
            word += c;
            in_word = true;
        } else if (in_word) {
            words.push_back(std::exchange(word, {}));
            in_word = false;
        }
    }
    if (quote != 0) return Error{fmt::format("a quote ({}) is never closed", quote)};
    if (in_word) words.push_back(std::move(word));
    return words;
}

std::optional<std::int64_t> parse_int(std::string_view text) {
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || text.empty()) return std::nullopt;
    return value;
}

namespace {

constexpr std::string_view token_key = "md5=";
constexpr std::string_view after_token = "&expires=";

// What is shown of `user:password` or a token. Where the password is empty or says that there is
// none, the user's name is what opens the door.
std::string shown_of(std::string_view login) {
    const auto colon = login.find(':');
    if (colon == std::string_view::npos) return "***";
    const auto password = login.substr(colon + 1);
    if (password.empty() || password == "x-oauth-basic") return "***";
    return fmt::format("{}:***", login.substr(0, colon));
}

std::string mask_logins(std::string_view text) {
    std::string out;
    for (;;) {
        const auto slashes = text.find("//");
        if (slashes == std::string_view::npos) return out.append(text);
        out.append(text.substr(0, slashes + 2));
        text.remove_prefix(slashes + 2);
        const auto authority = text.substr(0, text.find_first_of(" \t\r\n/\"'<>"));
        const auto at = authority.rfind('@');
        if (at == std::string_view::npos) continue;
        out.append(shown_of(authority.substr(0, at)));
        text.remove_prefix(at);
    }
}

bool begins_parameter(std::string_view before) {
    return before.ends_with('?') || before.ends_with('&') || before.ends_with("&amp;");
}

std::string mask_tokens(std::string_view text) {
    std::string out;
    for (;;) {
        const auto key = text.find(token_key);
        if (key == std::string_view::npos) return out.append(text);
        const bool masked = begins_parameter(text.substr(0, key));
        out.append(text.substr(0, key + token_key.size()));
        text.remove_prefix(key + token_key.size());
        if (!masked) continue;
        out.append("***");
        const auto end = text.find_first_of("& \t\r\n\"'<>),;*");
        text.remove_prefix(text.starts_with("***") ? 3 : std::min(end, text.size()));
    }
}

}  // namespace

std::string mask_passwords(std::string_view text) {
    return mask_logins(mask_tokens(text));  // a token may hold the slash that ends a login
}

std::string mask_tail(std::string_view text) {
    const auto first = text.substr(0, text.find_first_of(" \t\r\n"));
    const auto token = first.find(after_token);
    if (token != std::string_view::npos && first.find(token_key) > token)
        return "***" + mask_passwords(text.substr(token));
    const auto at = first.rfind('@');
    const auto slashes = first.find("//");
    if (at == std::string_view::npos || slashes < at) return mask_passwords(text);
    return "***" + mask_passwords(text.substr(at));
}

namespace {

// Length of the well-formed UTF-8 sequence that `bytes` begins with, 0 if there is none
// (Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
std::size_t utf8_sequence(std::string_view bytes) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const unsigned char lead = at(0);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                               : lead >= 0xE0 && lead <= 0xEF ? 3
                               : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                              : 0;
    if (length == 0 || bytes.size() < length) return 0;
    unsigned char low = 0x80, high = 0xBF;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    for (std::size_t i = 1; i < length; ++i, low = 0x80, high = 0xBF)
        if (at(i) < low || at(i) > high) return 0;
    return length;
}

// Eight bytes at a time: most texts are.
bool is_ascii(std::string_view bytes) {
    std::uint64_t seen = 0;
    for (; bytes.size() >= sizeof seen; bytes.remove_prefix(sizeof seen)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), sizeof word);
        seen |= word;
    }
    for (const char c : bytes) seen |= static_cast<unsigned char>(c);
    return (seen & 0x8080808080808080) == 0;
}

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

}  // namespace

bool valid_utf8(std::string_view bytes) {
    if (is_ascii(bytes)) return true;
    while (!bytes.empty()) {
        const std::size_t length = utf8_sequence(bytes);
        if (length == 0) return false;
        bytes.remove_prefix(length);
    }
    return true;
}

std::string to_utf8(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t length = bytes[0] == '\0' ? 0 : utf8_sequence(bytes);
        out.append(length == 0 ? replacement : bytes.substr(0, length));
        bytes.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

std::size_t control_length(std::string_view text) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (text.empty()) return 0;
    if (at(0) < 0x20 || at(0) == 0x7F) return 1;
    return text.size() > 1 && at(0) == 0xC2 && at(1) >= 0x80 && at(1) < 0xA0 ? 2 : 0;
}

bool has_control(std::string_view text) {
    for (; !text.empty(); text.remove_prefix(1))
        if (control_length(text) > 0) return true;
    return false;
}

namespace {

std::string shown(std::string_view bytes, std::string_view kept) {
    const std::string text = to_utf8(bytes);
    std::string out;
    out.reserve(text.size());
    for (std::string_view left = text; !left.empty();) {
        const bool keep = kept.find(left.front()) != std::string_view::npos;
        const std::size_t length = keep ? 0 : control_length(left);
        const Hidden hidden = hidden_at(left);
        if (hidden.length > 0)
            out += made_visible(hidden);
        else
            out += length > 0 ? ' ' : left.front();
        left.remove_prefix(std::max({length, hidden.length, std::size_t{1}}));
    }
    return out;
}

}  // namespace

std::string one_line(std::string_view bytes) {
    return std::string(trim(shown(bytes, "")));
}

std::string terminal_text(std::string_view bytes) {
    return shown(bytes, "\n\t");
}

std::string percent_encode(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        if (plain)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string to_hex(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return out;
}

bool is_lower_hex(std::string_view text, std::size_t digits) {
    return text.size() == digits && text.find_first_not_of("0123456789abcdef") == text.npos;
}

namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

// "<digits> [unit]" with a result that fits into 63 bits.
template <std::size_t N>
std::optional<std::uint64_t> parse_with_unit(std::string_view text,
                                             const std::array<Unit, N>& units) {
    text = trim(text);
    const auto digits = text.substr(0, text.find_first_not_of("0123456789"));
    const auto name = trim(text.substr(digits.size()));
    const auto number = parse_int(digits);
    const auto unit =
        std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == name; });
    if (!number || unit == units.end()) return std::nullopt;
    const auto count = static_cast<std::uint64_t>(*number);
    if (count > static_cast<std::uint64_t>(INT64_MAX) / unit->factor) return std::nullopt;
    return count * unit->factor;
}

}  // namespace

Result<std::chrono::seconds> parse_duration(std::string_view text) {
    static constexpr std::array<Unit, 5> units{
        {{"", 1}, {"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}}};
    const auto seconds = parse_with_unit(text, units);
    if (!seconds || *seconds > 100ULL * 365 * 86400)
        return Error{fmt::format("'{}' is not a duration like 600 s, 10 min, 12 h or 30 d", text)};
    return std::chrono::seconds(static_cast<std::int64_t>(*seconds));
}

Result<std::uint64_t> parse_size(std::string_view text) {
    static constexpr std::array<Unit, 6> units{{{"", 1},
                                                {"B", 1},
                                                {"KiB", 1ULL << 10},
                                                {"MiB", 1ULL << 20},
                                                {"GiB", 1ULL << 30},
                                                {"TiB", 1ULL << 40}}};
    if (const auto bytes = parse_with_unit(text, units)) return *bytes;
    return Error{fmt::format("'{}' is not a size like 1048576, 64 KiB or 4 GiB", text)};
}

Result<bool> parse_bool(std::string_view text) {
    const std::string word = lower(trim(text));
    if (word == "true" || word == "yes" || word == "on" || word == "1") return true;
    if (word == "false" || word == "no" || word == "off" || word == "0") return false;
    return Error{fmt::format("'{}' is neither true nor false", text)};
}

std::string counted(std::int64_t number, std::string_view noun) {
    return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string show_duration(std::chrono::seconds duration) {
    const auto s = duration.count();
    if (s < 60) return fmt::format("{} s", s);
    if (s < 3600) return fmt::format("{} min {} s", s / 60, s % 60);
    if (s < 86400) return fmt::format("{} h {} min", s / 3600, s / 60 % 60);
    return fmt::format("{} d {} h", s / 86400, s / 3600 % 24);
}

std::string show_size(std::uint64_t bytes) {
    static constexpr std::array<const char*, 4> units{"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1024) return fmt::format("{} B", bytes);
    auto value = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
    return fmt::format("{:.1f} {}", value, units[unit]);
}

std::string utc_stamp(std::chrono::system_clock::time_point when, const char* strftime_format) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 64> buffer{};
    return {buffer.data(), std::strftime(buffer.data(), buffer.size(), strftime_format, &parts)};
}

}  // namespace buildd
