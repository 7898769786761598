// Small text helpers that several modules need. All pure, none fails but as its Result says, and
// any thread may call them. What a string_view points to has to live until the call ends; trim(),
// which answers a part of it, longer. Texts are bytes unless UTF-8 is spoken of.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace buildd {

std::string_view trim(std::string_view text);  // ASCII blanks, tabs and line ends
std::vector<std::string> split(std::string_view text, char separator);  // keeps empty parts
std::vector<std::string> split_words(std::string_view text);            // at blanks, drops empty
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string lower(std::string_view text);  // ASCII only
std::string replace_all(std::string text, std::string_view what, std::string_view with);

// Words of a command line as a shell would split them: blanks, '…', "…", backslash.
// No variables, no globs, no shell is ever started. Fails on an unclosed quote.
Result<std::vector<std::string>> split_command(std::string_view text);

std::optional<std::int64_t> parse_int(std::string_view text);  // whole text, base 10

// `//user:password@` becomes `//user:***@`, `//token@` becomes `//***@` and the token of a URL that
// expires, `?md5=…`, `?md5=***`, wherever they stand (spec: behaviour §4, L36).
std::string mask_passwords(std::string_view text);
// The same for a text cut off at its start, where half a password may stand before the `@`.
std::string mask_tail(std::string_view text);

bool valid_utf8(std::string_view bytes);
// Valid UTF-8 without NUL: what is not becomes U+FFFD. PostgreSQL text can hold the result (L33).
std::string to_utf8(std::string_view bytes);
// The bytes of the control character that `text` (UTF-8) begins with: C0, DEL or C1, all of which
// terminals obey. 0: it begins with another, or is empty.
std::size_t control_length(std::string_view text);
bool has_control(std::string_view text);
// One line for a log or a terminal: control characters become blanks, broken UTF-8 U+FFFD, and
// hidden characters (base/hidden.hpp) are named, as in "<U+202E>".
std::string one_line(std::string_view bytes);
// Whole lines for a terminal: the same, but line ends and tabs stay, and blanks at both ends.
std::string terminal_text(std::string_view bytes);

std::string percent_encode(std::string_view name);  // one URL path segment, RFC 3986 unreserved
std::string to_hex(std::string_view bytes);
bool is_lower_hex(std::string_view text, std::size_t digits);

// "600", "600 s", "10 min", "12 h", "30 d".
Result<std::chrono::seconds> parse_duration(std::string_view text);
// "1073741824", "1 GiB", "64 KiB".
Result<std::uint64_t> parse_size(std::string_view text);
Result<bool> parse_bool(std::string_view text);  // true/false, yes/no, on/off, 1/0

std::string show_duration(std::chrono::seconds duration);         // "2 h 5 min", "14 s"
std::string show_size(std::uint64_t bytes);                       // "1.2 MiB", "312 B"
std::string counted(std::int64_t number, std::string_view noun);  // "1 mail", "0 mails"
std::string utc_stamp(std::chrono::system_clock::time_point when, const char* strftime_format);

}  // namespace buildd
