#include "support/json.hpp"

#include <fmt/format.h>
#include <regex>
#include <stdexcept>

#include "base/text.hpp"

namespace buildd::test {

namespace {

class Reader {
 public:
    explicit Reader(const std::string& text) : text_(text) {}

    std::map<std::string, std::string> all() {
        if (!valid_utf8(text_)) fail("not UTF-8");
        value("");
        if (text_.substr(at_) != "\n") fail("something after the document");
        return std::move(values_);
    }

 private:
    [[noreturn]] void fail(const std::string& why) const {
        throw std::runtime_error(fmt::format("JSON: {} at {}: {}", why, at_, text_));
    }
    char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool take(char c) {
        while (next() == ' ' || next() == '\n') ++at_;
        if (next() != c) return false;
        ++at_;
        return true;
    }
    void expect(char c) {
        if (!take(c)) fail(fmt::format("no '{}'", c));
    }
    void store(const std::string& path, const std::string& value) {
        if (!values_.emplace(path, value).second) fail("a key twice: " + path);
    }

    void value(const std::string& path) {
        if (take('{'))
            members(path);
        else if (take('['))
            items(path);
        else if (take('"'))
            store(path, '"' + string() + '"');
        else
            store(path, word());
    }
    void members(const std::string& path) {
        if (take('}')) return store(path, "{}");
        do {
            expect('"');
            const std::string key = string();
            expect(':');
            value(path.empty() ? key : path + "." + key);
        } while (take(','));
        expect('}');
    }
    void items(const std::string& path) {
        if (take(']')) return store(path, "[]");
        int count = 0;
        do value(fmt::format("{}[{}]", path, count++));
        while (take(','));
        expect(']');
    }
    std::string string() {
        std::string out;
        for (; next() != '"'; ++at_) {
            if (static_cast<unsigned char>(next()) < 0x20) fail("a control character");
            if (next() != '\\') {
                out += next();
                continue;
            }
            ++at_;
            const auto known = std::string_view("\"\\/bfnrt").find(next());
            if (known != std::string_view::npos)
                out += std::string_view("\"\\/\b\f\n\r\t")[known];
            else
                out += character();
        }
        ++at_;
        return out;
    }
    // `\u00XX`: others the program has no need of.
    std::string character() {
        const std::string digits = text_.substr(at_, 5);
        if (!std::regex_match(digits, std::regex("u00[0-9a-f]{2}"))) fail("an unknown escape");
        at_ += 4;
        const int code = std::stoi(digits.substr(1), nullptr, 16);
        if (code < 0x80) return {static_cast<char>(code)};
        return {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
    }
    std::string word() {
        const auto end = std::min(text_.find_first_of(" ,]}\n", at_), text_.size());
        const std::string found = text_.substr(at_, end - at_);
        at_ = end;
        if (!std::regex_match(found, std::regex("true|false|null|-?(0|[1-9][0-9]*)")))
            fail("no value: " + found);
        return found;
    }

    const std::string& text_;
    std::size_t at_ = 0;
    std::map<std::string, std::string> values_;
};

}  // namespace

std::map<std::string, std::string> json_values(const std::string& document) {
    return Reader(document).all();
}

}  // namespace buildd::test
