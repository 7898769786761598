#include "upload/changes.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/versions.hpp"

namespace buildd {

namespace {

bool contains(const std::vector<std::string>& list, std::string_view wanted) {
    return std::find(list.begin(), list.end(), wanted) != list.end();
}

// "name (version)" → name and version; without parentheses the version is empty.
std::pair<std::string, std::string> split_source(const std::string& field) {
    const auto open = field.find('(');
    const auto close = field.find(')', open);
    if (open == field.npos || close == field.npos) return {std::string(trim(field)), ""};
    return {std::string(trim(std::string_view(field).substr(0, open))),
            std::string(trim(std::string_view(field).substr(open + 1, close - open - 1)))};
}

bool architecture_allowed(std::string_view architecture, const UploadExpectation& expected) {
    return architecture == expected.architecture_tag ||
           (architecture == "all" && expected.arch_indep);
}

}  // namespace

Result<Changes> parse_changes(std::string_view text) {
    auto fields = parse_single(text);
    if (!fields) return fields.error();
    for (const char* needed : {"Source", "Version", "Architecture", "Files"})
        if (fields->get(needed).empty()) return Error{fmt::format("it has no field {}", needed)};
    auto files = listed_files(*fields, true);
    if (!files) return files.error();
    return Changes{std::move(*fields), std::move(*files)};
}

bool is_binary_package(std::string_view name) {
    return name.ends_with(".deb") || name.ends_with(".udeb") || name.ends_with(".ddeb");
}

std::vector<std::string> check_identity(const Changes& changes, const UploadExpectation& expected) {
    std::vector<std::string> reasons;
    const auto [name, source_version] = split_source(changes.fields.get("Source"));
    const std::string version = changes.fields.get("Version");
    if (name != expected.source.name)
        reasons.push_back(
            fmt::format("Source is {}, the build's is {}", one_line(name), expected.source.name));
    if (version != expected.source.version)
        reasons.push_back(fmt::format("Version is {}, the build's is {}", one_line(version),
                                      expected.source.version));
    if (!source_version.empty() && source_version != version &&
        source_version != policy::without_binnmu(version))
        reasons.push_back(fmt::format("Source names version {}, which is not that of Version {}",
                                      one_line(source_version), one_line(version)));
    for (const auto& architecture : split_words(changes.fields.get("Architecture")))
        if (!architecture_allowed(architecture, expected))
            reasons.push_back(fmt::format("Architecture {} is not the build's ({}{})",
                                          one_line(architecture), expected.architecture_tag,
                                          expected.arch_indep ? ", all" : ""));
    const bool any = std::any_of(changes.files.begin(), changes.files.end(),
                                 [](const auto& file) { return is_binary_package(file.name); });
    if (!any) reasons.emplace_back("it holds no binary package");
    return reasons;
}

std::vector<std::string> check_binary(const BinaryFields& binary, const Changes& changes,
                                      const UploadExpectation& expected) {
    std::vector<std::string> reasons;
    const auto stem = std::string_view(binary.file).substr(0, binary.file.rfind('.'));
    const auto parts = split(stem, '_');
    if (parts.size() != 3) {
        reasons.push_back(binary.file + " is not called <package>_<version>_<architecture>");
        return reasons;
    }
    const auto differ = [&](const char* what, const std::string& field, std::string_view name) {
        if (field != name)
            reasons.push_back(fmt::format("{} says {} {}, its name says {}", binary.file, what,
                                          one_line(field), name));
    };
    differ("Package", binary.package, parts[0]);
    differ("Version", std::string(policy::without_epoch(binary.version)), parts[1]);
    differ("Architecture", binary.architecture, parts[2]);
    if (!architecture_allowed(binary.architecture, expected) ||
        !contains(split_words(changes.fields.get("Architecture")), binary.architecture))
        reasons.push_back(fmt::format("{}: architecture {} is not one of this upload", binary.file,
                                      one_line(binary.architecture)));
    const auto named = split_words(changes.fields.get("Binary"));
    if (!named.empty() && !contains(named, binary.package) && !binary.package.ends_with("-dbgsym"))
        reasons.push_back(fmt::format("{}: package {} is not in the field Binary", binary.file,
                                      one_line(binary.package)));
    return reasons;
}

std::vector<std::string> check_unlisted(const Changes& changes,
                                        const std::vector<std::string>& present) {
    std::vector<std::string> reasons;
    for (const auto& name : present) {
        const bool listed = std::any_of(changes.files.begin(), changes.files.end(),
                                        [&](const auto& file) { return file.name == name; });
        if (!listed) reasons.push_back(one_line(name) + " is not listed");
    }
    return reasons;
}

}  // namespace buildd
