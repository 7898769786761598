#include "upload/changes.hpp"

#include <fmt/format.h>

namespace buildd {

Result<Changes> parse_changes(std::string_view text) {
    auto fields = parse_single(text);
    if (!fields) return fields.error();
    for (const char* needed : {"Source", "Version", "Architecture", "Distribution", "Files"})
        if (fields->get(needed).empty()) return Error{fmt::format("it has no field {}", needed)};
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
