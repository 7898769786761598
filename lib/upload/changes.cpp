#include "upload/changes.hpp"

#include <fmt/format.h>

namespace buildd {

namespace {

// Each is looked for among all: no real source has a tenth of it.
constexpr std::size_t max_words = 10'000;

bool has_few_words(std::string_view text) {
    std::size_t words = 0;
    bool within = false;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t' || c == '\n';
        words += !blank && !within ? 1 : 0;
        within = !blank;
    }
    return words <= max_words;
}

}  // namespace

Result<Changes> parse_changes(std::string_view text) {
    auto fields = parse_single(text);
    if (!fields) return fields.error();
    for (const char* needed : {"Source", "Version", "Architecture", "Distribution", "Files"})
        if (fields->get(needed).empty()) return Error{fmt::format("it has no field {}", needed)};
    for (const char* list : {"Architecture", "Binary"})
        if (!has_few_words(fields->get(list)))
            return Error{fmt::format("{} holds more than {} words", list, max_words)};
    auto files = listed_files(*fields, true);
    if (!files) return files.error();
    return Changes{std::move(*fields), std::move(*files)};
}

bool is_binary_package(std::string_view name) {
    return name.ends_with(".deb") || name.ends_with(".udeb") || name.ends_with(".ddeb");
}

std::string file_type(std::string_view name) {
    return std::string(name.substr(name.rfind('.') + 1));
}

}  // namespace buildd
