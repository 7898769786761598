#include "xmlrpc/scan.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

#include "base/text.hpp"
#include "xmlrpc/codec.hpp"

namespace buildd::xmlrpc {

namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::size_t max_blanks = 64 << 10;  // each takes the room of five

bool is_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == ':' || c == '-';
    });
}

// Removes `<?xml … ?>`. Builders send UTF-8; a declaration of anything else is refused.
Result<std::string_view> skip_declaration(std::string_view document) {
    document.remove_prefix(std::min(document.find_first_not_of(blanks), document.size()));
    if (!document.starts_with("<?xml")) return document;
    const auto end = document.find("?>");
    if (end == document.npos) return Error{"the XML declaration does not end"};
    const std::string declaration = lower(document.substr(0, end));
    const auto encoding = declaration.find("encoding");
    if (encoding != declaration.npos && declaration.find("utf-8", encoding) == declaration.npos &&
        declaration.find("us-ascii", encoding) == declaration.npos)
        return Error{"the document is not in UTF-8"};
    return document.substr(end + 2);
}

bool valid_code_point(std::string_view digits, int base) {
    std::uint32_t code = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, code, base);
    if (digits.empty() || error != std::errc{} || stop != end) return false;
    return code != 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

// `reference` stands between `&` and `;`.
bool valid_reference(std::string_view reference) {
    static constexpr std::array<std::string_view, 5> named{"amp", "lt", "gt", "quot", "apos"};
    for (const auto name : named)
        if (reference == name) return true;
    if (reference.starts_with("#x")) return valid_code_point(reference.substr(2), 16);
    return reference.starts_with("#") && valid_code_point(reference.substr(1), 10);
}

Result<void> check_references(std::string_view text) {
    for (auto at = text.find('&'); at != text.npos; at = text.find('&', at + 1)) {
        const auto reference = text.substr(at + 1, 12);
        const auto end = reference.find(';');
        if (end == reference.npos || !valid_reference(reference.substr(0, end)))
            return Error{"a malformed reference (&…;) stands in the text"};
    }
    return {};
}

class Scanner {
 public:
    Scanner(std::string_view document, std::string& room)
        : rest_(document), kept_(document), room_(room) {}

    Result<std::string_view> run() {
        while (!rest_.empty()) {
            if (auto step = rest_.front() == '<' ? tag() : text(); !step) return step.error();
        }
        if (room_.empty()) return kept_;
        room_ += kept_;
        return std::string_view(room_);
    }

 private:
    // `<name>`, `</name>` or `<name/>`: nothing else is XML-RPC.
    Result<void> tag() {
        if (++tags_ > max_tags) return Error{fmt::format("more than {} tags", max_tags)};
        if (rest_.starts_with("<!") || rest_.starts_with("<?"))
            return Error{"a DTD, comment, CDATA or processing instruction stands in the document"};
        const auto end = rest_.find('>');
        if (end == rest_.npos) return Error{"the document ends inside a tag"};
        std::string_view name = rest_.substr(1, end - 1);
        const bool closing = name.starts_with('/');
        const bool empty = name.ends_with('/');
        if (closing)
            name.remove_prefix(1);
        else if (empty)
            name.remove_suffix(1);
        const auto blanks_after = name.find_last_not_of(blanks);
        name = name.substr(0, blanks_after == name.npos ? 0 : blanks_after + 1);
        if (!is_name(name)) return Error{"a tag has attributes or is malformed"};
        if (closing)
            depth_ -= depth_ > 0 ? 1 : 0;  // one too many: tinyxml2 refuses it
        else if (depth_ + 1 > max_depth)
            return Error{fmt::format("elements are nested more than {} deep", max_depth)};
        else if (!empty)
            ++depth_;
        opened_ = closing || empty ? std::string_view() : name;
        rest_.remove_prefix(end + 1);
        return {};
    }

    Result<void> text() {
        const auto piece = rest_.substr(0, rest_.find('<'));
        if (auto checked = check_references(piece); !checked) return checked;
        rest_.remove_prefix(piece.size());
        const bool leaf = opened_ == "string" || opened_ == "value" || opened_ == "name";
        if (leaf && rest_.starts_with("</") && trim(piece).empty()) {
            blanks_ += piece.size();
            if (blanks_ > max_blanks)
                return Error{"there are too many texts of nothing but blanks"};
            write_as_references(piece);
        }
        return {};
    }

    // `blank` ends where rest_ begins.
    void write_as_references(std::string_view blank) {
        room_ += kept_.substr(0, kept_.size() - rest_.size() - blank.size());
        for (const char c : blank) room_ += fmt::format("&#{};", static_cast<int>(c));
        kept_ = rest_;
    }

    std::string_view rest_;
    std::string_view kept_;    // from here on nothing had to be changed
    std::string& room_;        // for what stands before
    std::string_view opened_;  // the tag just before, if it was an opening one
    std::size_t tags_ = 0;
    std::size_t depth_ = 0;  // elements that are open
    std::size_t blanks_ = 0;
};

}  // namespace

Result<std::string_view> scan_document(std::string_view document, std::string& room) {
    if (document.find('\0') != document.npos) return Error{"a NUL byte stands in the document"};
    if (!valid_utf8(document)) return Error{"the document is not valid UTF-8"};
    const auto body = skip_declaration(document);
    if (!body) return body.error();
    return Scanner(*body, room).run();
}

}  // namespace buildd::xmlrpc
