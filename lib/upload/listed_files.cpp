#include <algorithm>
#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "model/worker_status.hpp"
#include "policy/names.hpp"
#include "upload/control.hpp"

namespace buildd {

namespace {

struct Line {
    std::string digest;
    std::uint64_t size = 0;
    std::string name;
};

Result<Line> parse_line(const std::string& text, const std::string& field, std::size_t words,
                        std::size_t digits) {
    const auto parts = split_words(text);
    const auto size = parts.size() == words ? parse_int(parts[1]) : std::nullopt;
    if (!size || *size < 0 || !is_lower_hex(parts[0], digits))
        return Error{fmt::format("{} has a malformed line '{}'", field, one_line(text))};
    if (auto checked = policy::check_result_name(parts.back()); !checked) return checked.error();
    return Line{parts[0], static_cast<std::uint64_t>(*size), parts.back()};
}

Result<std::vector<Line>> parse_list(const Paragraph& paragraph, const std::string& field,
                                     std::size_t words, std::size_t digits) {
    std::vector<Line> lines;
    for (const auto& text : split(paragraph.get(field), '\n')) {
        if (trim(text).empty()) continue;
        auto line = parse_line(text, field, words, digits);
        if (!line) return line.error();
        const bool twice = std::any_of(lines.begin(), lines.end(),
                                       [&](const Line& other) { return other.name == line->name; });
        if (twice) return Error{fmt::format("{} lists {} twice", field, line->name)};
        lines.push_back(std::move(*line));
        if (lines.size() > max_result_files)
            return Error{fmt::format("{} lists more than {} files", field, max_result_files)};
    }
    return lines;
}

// Adds a checksum list to the files; where the list stands, it has to hold the same files.
Result<void> merge(std::vector<ListedFile>& files, const Paragraph& paragraph,
                   const std::string& field, std::size_t digits, std::string ListedFile::*digest) {
    if (paragraph.find(field) == nullptr) return {};
    const auto lines = parse_list(paragraph, field, 3, digits);
    if (!lines) return lines.error();
    for (const auto& line : *lines) {
        const auto file = std::find_if(files.begin(), files.end(),
                                       [&](const auto& f) { return f.name == line.name; });
        if (file == files.end() || file->size != line.size)
            return Error{fmt::format("{} and Files disagree about {}", field, line.name)};
        (*file).*digest = line.digest;
    }
    if (lines->size() != files.size())
        return Error{fmt::format("{} does not list all of Files", field)};
    return {};
}

}  // namespace

Result<std::vector<ListedFile>> listed_files(const Paragraph& paragraph, bool changes) {
    const auto lines = parse_list(paragraph, "Files", changes ? 5 : 3, 32);
    if (!lines) return lines.error();
    std::vector<ListedFile> files;
    for (const auto& line : *lines) files.push_back({line.name, line.size, line.digest, "", ""});
    if (files.empty()) return Error{"it lists no files"};
    if (auto done = merge(files, paragraph, "Checksums-Sha1", 40, &ListedFile::sha1); !done)
        return done.error();
    if (auto done = merge(files, paragraph, "Checksums-Sha256", 64, &ListedFile::sha256); !done)
        return done.error();
    return files;
}

std::optional<std::string> file_difference(const ListedFile& listed, const FileDigests& found) {
    if (found.size != listed.size)
        return fmt::format("{} has {} bytes, {} were expected", listed.name, found.size,
                           listed.size);
    const auto differ = [&](const char* kind, const std::string& is, const std::string& expected) {
        return fmt::format("{} has the {} {}, {} was expected", listed.name, kind, is, expected);
    };
    if (found.md5 != listed.md5) return differ("MD5", found.md5, listed.md5);
    if (!listed.sha1.empty() && found.sha1 != listed.sha1)
        return differ("SHA-1", found.sha1, listed.sha1);
    if (!listed.sha256.empty() && found.sha256 != listed.sha256)
        return differ("SHA-256", found.sha256, listed.sha256);
    return std::nullopt;
}

}  // namespace buildd
