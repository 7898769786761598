#include "upload/control.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "upload/clear_signed.hpp"

namespace buildd {

namespace {

// A .deb's or .dsc's has some thirty. Each is looked for among all: a hostile file could hold
// 200,000 and keep us for minutes.
constexpr std::size_t max_fields = 1000;

constexpr std::string_view signed_message = "-----BEGIN PGP SIGNED MESSAGE-----";
constexpr std::string_view signature = "-----BEGIN PGP SIGNATURE-----";

// The next line of `text`, which loses it; `text` may not be empty.
std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    return without_end(line);
}

// The text between the armor headers' blank line and the signature (RFC 4880, 7).
std::string_view without_signature(std::string_view text) {
    std::string_view rest = text.substr(std::min(text.find_first_not_of("\r\n"), text.size()));
    if (rest.empty() || take_line(rest) != signed_message) return text;
    while (!rest.empty() && !take_line(rest).empty()) continue;
    const std::string_view body = rest;
    while (!rest.empty()) {
        const auto line = rest.data();
        if (take_line(rest) == signature)
            return body.substr(0, static_cast<std::size_t>(line - body.data()));
    }
    return body;
}

class Parser {
 public:
    explicit Parser(std::int64_t first_line) : line_(first_line - 1) {}

    Result<std::vector<Paragraph>> run(std::string_view text) {
        for (const auto& raw : split(without_signature(text), '\n')) {
            ++line_;
            if (auto taken = take(without_end(raw)); !taken) return taken.error();
        }
        if (auto ended = end_paragraph(); !ended) return ended.error();
        return std::move(paragraphs_);
    }

 private:
    Result<void> take(std::string_view line) {
        if (line.starts_with('#')) return {};
        if (line.empty()) return end_paragraph();
        if (line.front() == ' ' || line.front() == '\t') {
            if (name_.empty()) return refuse("a continuation line has no field before it");
            value_ += '\n';
            value_ += line;
            return {};
        }
        if (auto ended = end_field(); !ended) return ended;
        const auto colon = line.find(':');
        if (colon == line.npos || colon == 0) return refuse("a line is no field");
        name_ = without_end(line.substr(0, colon));
        if (name_.find_first_of(" \t") != name_.npos) return refuse("a field name holds a blank");
        value_ = trim(line.substr(colon + 1));
        return {};
    }

    Result<void> end_field() {
        if (name_.empty()) return {};
        const std::string name = std::exchange(name_, {});
        if (!current_.add(name, std::exchange(value_, {})))
            return refuse(fmt::format("the field {} stands twice", one_line(name)));
        if (++fields_ > max_fields)
            return refuse(fmt::format("a paragraph has more than {} fields", max_fields));
        return {};
    }

    Result<void> end_paragraph() {
        if (auto ended = end_field(); !ended) return ended;
        if (std::exchange(fields_, 0) > 0) paragraphs_.push_back(std::exchange(current_, {}));
        return {};
    }

    Error refuse(std::string_view why) const { return {fmt::format("line {}: {}", line_, why)}; }

    std::int64_t line_;
    std::string name_, value_;
    Paragraph current_;
    std::size_t fields_ = 0;  // of the current paragraph
    std::vector<Paragraph> paragraphs_;
};

// Without copies: an archive's index has a million fields.
bool same_name(std::string_view a, std::string_view b) {
    const auto folded = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char x, char y) { return folded(x) == folded(y); });
}

}  // namespace

const std::string* Paragraph::find(std::string_view name) const {
    for (const auto& [field, value] : fields_)
        if (same_name(field, name)) return &value;
    return nullptr;
}

std::string Paragraph::get(std::string_view name) const {
    const std::string* value = find(name);
    return value == nullptr ? "" : *value;
}

bool Paragraph::add(std::string name, std::string value) {
    if (find(name) != nullptr) return false;
    fields_.emplace_back(std::move(name), std::move(value));
    return true;
}

Result<std::vector<Paragraph>> parse_control(std::string_view text, std::int64_t first_line) {
    return Parser(first_line).run(text);
}

Result<Paragraph> parse_single(std::string_view text) {
    if (text.find('\0') != text.npos) return Error{"it is not text: it holds a NUL"};
    auto paragraphs = parse_control(text);
    if (!paragraphs) return paragraphs.error();
    if (paragraphs->size() != 1)
        return Error{fmt::format("it has {} paragraphs instead of one", paragraphs->size())};
    return std::move(paragraphs->front());
}

std::string multiarch_of(const Paragraph& package) {
    const std::string value = lower(trim(package.get("Multi-Arch")));
    return value == "same" || value == "foreign" || value == "allowed" ? value : "no";
}

}  // namespace buildd
