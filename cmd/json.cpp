#include "json.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/hidden.hpp"
#include "base/text.hpp"

namespace buildd::cmd {

namespace {

// As UTF-16, which is what JSON escapes.
std::string escape_of(char32_t code) {
    if (code < 0x10000) return fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code));
    const auto rest = static_cast<std::uint32_t>(code - 0x10000);
    return fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF));
}

std::string quoted(const std::string& text) {
    const std::string whole = to_utf8(mask_passwords(text));
    std::string out = "\"";
    for (std::string_view left = whole; !left.empty();) {
        const std::size_t control = control_length(left);
        const Hidden hidden = hidden_at(left);
        const std::size_t length = std::max({control, hidden.length, std::size_t{1}});
        const char c = left.front();
        if (c == '"' || c == '\\')
            out += {'\\', c};
        else if (c == '\n')
            out += "\\n";
        else if (hidden.length > 0)  // these are allowed, but not seen as what they are
            out += escape_of(hidden.code);
        else if (control > 0)  // DEL and C1 are allowed, but mean something to terminals
            out += fmt::format("\\u{:04x}", static_cast<unsigned char>(left[length - 1]));
        else
            out += c;
        left.remove_prefix(length);
    }
    return out + '"';
}

std::string array(const std::vector<std::string>& items, const char* separator) {
    return fmt::format("[{}]", join(items, separator));
}

}  // namespace

std::string to_json(const Value& value) {
    if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *number);
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr || text->empty() ? "null" : quoted(*text);
}

std::string to_json(const Record& record, const std::vector<JsonMember>& more) {
    std::vector<std::string> members;
    for (const auto& field : record)
        members.push_back(quoted(field.key) + ": " + to_json(field.value));
    for (const auto& [key, json] : more) members.push_back(quoted(key) + ": " + json);
    return fmt::format("{{{}}}", join(members, ", "));
}

std::string to_json(const Table& table) {
    std::vector<std::string> rows;
    for (const auto& row : table.rows) rows.push_back(to_json(row));
    return array(rows, ",\n");
}

std::string to_json(const std::vector<std::string>& texts) {
    std::vector<std::string> items;
    for (const auto& text : texts) items.push_back(quoted(text));
    return array(items, ", ");
}

}  // namespace buildd::cmd
