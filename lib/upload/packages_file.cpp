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

Result<void> PackagesReader::write(std::string_view piece) {
    while (!piece.empty()) {
        const auto end = piece.find('\n');
        line_.append(piece.substr(0, end));
        if (stanza_.size() + line_.size() > max_stanza)
            return refuse(fmt::format("a stanza is longer than {}", show_size(max_stanza)));
        if (end == piece.npos) return {};
        piece.remove_prefix(end + 1);
        if (auto taken = take_line(); !taken) return taken;
    }
    return {};
}

Result<void> PackagesReader::take_line() {
    ++line_number_;
    const bool blank = trim(line_).empty();
    if (!blank) stanza_.append(line_).append("\n");
    line_.clear();
    return blank ? end_stanza() : Result<void>();
}

Result<void> PackagesReader::finish() {
    if (!line_.empty())
        if (auto taken = take_line(); !taken) return taken;
    return end_stanza();
}

Result<void> PackagesReader::end_stanza() {
    const auto paragraphs = parse_control(stanza_, stanza_line_);
    if (!paragraphs) return paragraphs.error();
    for (const auto& paragraph : *paragraphs) {
        IndexedPackage package{paragraph.get("Package"), paragraph.get("Version"),
                               paragraph.get("Architecture"), one_line(paragraph.get("Provides")),
                               multiarch_of(paragraph)};
        for (const auto& [field, value] :
             {std::pair("Package", &package.name), std::pair("Version", &package.version),
              std::pair("Architecture", &package.architecture)})
            if (!is_word(*value)) return refuse(fmt::format("a stanza has no usable {}", field));
        out_(std::move(package));
    }
    stanza_.clear();
    stanza_line_ = line_number_ + 1;
    return {};
}

Error PackagesReader::refuse(std::string_view why) const {
    return {fmt::format("line {}: {}", stanza_line_, why)};
}

}  // namespace buildd
