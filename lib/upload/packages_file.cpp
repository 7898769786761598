#include "upload/packages_file.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "upload/control.hpp"

namespace buildd {

namespace {

constexpr std::size_t max_stanza = 1 << 20;
constexpr std::size_t max_word = 255;  // of a name or version, which become keys in the database

bool is_word(const std::string& text) {
    return !text.empty() && text.size() <= max_word &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

void PackagesReader::write(std::string_view piece) {
    while (!piece.empty()) {
        const auto end = piece.find('\n');
        if (stanza_.size() + line_.size() + std::min(end, piece.size()) > max_stanza) {
            too_long_ = true;
            stanza_.clear();
            line_.assign(1, 'x');  // no blank line
        } else {
            line_.append(piece.substr(0, end));
        }
        if (end == piece.npos) return;
        piece.remove_prefix(end + 1);
        take_line();
    }
}

void PackagesReader::take_line() {
    ++line_number_;
    const bool blank = trim(line_).empty();
    if (!blank && !too_long_) stanza_.append(line_).append("\n");
    line_.clear();
    if (blank) end_stanza();
}

void PackagesReader::finish() {
    if (!line_.empty()) take_line();
    end_stanza();
}

void PackagesReader::end_stanza() {
    if (too_long_) {
        pass_over(fmt::format("line {}: a stanza is longer than {}", stanza_line_,
                              show_size(max_stanza)));
    } else if (auto packages = read_stanza(); packages) {
        for (auto& package : *packages) out_(std::move(package));
    } else {
        pass_over(packages.error().message);
    }
    too_long_ = false;
    stanza_.clear();
    stanza_line_ = line_number_ + 1;
}

Result<std::vector<IndexedPackage>> PackagesReader::read_stanza() const {
    const auto paragraphs = parse_control(stanza_, stanza_line_);
    if (!paragraphs) return paragraphs.error();
    std::vector<IndexedPackage> packages;
    for (const auto& paragraph : *paragraphs) {
        IndexedPackage package{paragraph.get("Package"), paragraph.get("Version"),
                               paragraph.get("Architecture"), one_line(paragraph.get("Provides")),
                               multiarch_of(paragraph)};
        for (const auto& [field, value] :
             {std::pair("Package", &package.name), std::pair("Version", &package.version),
              std::pair("Architecture", &package.architecture)})
            if (!is_word(*value))
                return Error{
                    fmt::format("line {}: a stanza has no usable {}", stanza_line_, field)};
        packages.push_back(std::move(package));
    }
    return packages;
}

void PackagesReader::pass_over(std::string_view why) {
    if (passed_over_++ == 0) first_fault_ = why;
}

}  // namespace buildd
