#include "upload/identity.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "base/text.hpp"
#include "policy/names.hpp"
#include "policy/versions.hpp"

namespace buildd {

namespace {

bool contains(const std::vector<std::string>& list, std::string_view wanted) {
    return std::find(list.begin(), list.end(), wanted) != list.end();
}

using Named = std::pair<std::string, std::string>;  // name and version

// "name (version)"; without parentheses the version is empty.
Named split_source(const std::string& field) {
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

// What a package says that it was built from (deb-control(5), Source).
Named source_of(const BinaryFields& binary) {
    if (binary.source.empty()) return {binary.package, binary.version};
    auto [name, version] = split_source(binary.source);
    return {name, version.empty() ? binary.version : version};
}

bool is_source(const Named& named, const SourceFacts& source) {
    return named.first == source.name && (named.second == source.version ||
                                          named.second == policy::without_binnmu(source.version));
}

std::vector<std::string> check_names(const BinaryFields& binary, const SourceFacts& expected) {
    std::vector<std::string> reasons;
    if (auto name = policy::check_farm_name(binary.package); !name)
        reasons.push_back(fmt::format("{}: Package {} is no name: {}", binary.file,
                                      one_line(binary.package), name.error().message));
    if (!policy::is_version(binary.version))
        reasons.push_back(
            fmt::format("{}: Version {} is none", binary.file, one_line(binary.version)));
    const Named source = source_of(binary);
    if (!is_source(source, expected))
        reasons.push_back(fmt::format("{} was built from {} {}, the build's source is {} {}",
                                      binary.file, one_line(source.first), one_line(source.second),
                                      expected.name, expected.version));
    return reasons;
}

}  // namespace

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
    const std::string distribution = changes.fields.get("Distribution");
    if (distribution != expected.suite && distribution != expected.series &&
        (distribution.empty() || distribution != expected.usual_suite))
        reasons.push_back(fmt::format("Distribution is {}, the build's is {}",
                                      one_line(distribution), expected.suite));
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
    std::vector<std::string> reasons = check_names(binary, expected.source);
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

std::vector<std::string> check_together(const std::vector<BinaryFields>& binaries) {
    std::vector<std::string> reasons;
    std::map<std::string, const BinaryFields*> first;  // by name
    std::map<Named, const BinaryFields*> files;        // by name and file type
    for (const auto& binary : binaries) {
        const auto* earlier = first.emplace(binary.package, &binary).first->second;
        if (earlier->version != binary.version)
            reasons.push_back(fmt::format("{} and {} are two versions of {}", earlier->file,
                                          binary.file, one_line(binary.package)));
        const auto [same, fresh] =
            files.emplace(Named{binary.package, file_type(binary.file)}, &binary);
        if (!fresh)
            reasons.push_back(fmt::format("{} and {} are both the package {}", same->second->file,
                                          binary.file, one_line(binary.package)));
    }
    return reasons;
}

std::vector<std::string> check_unlisted(const Changes& changes,
                                        const std::vector<std::string>& present) {
    std::set<std::string_view> names;
    for (const auto& file : changes.files) names.insert(file.name);
    std::vector<std::string> reasons;
    for (const auto& name : present)
        if (!names.contains(name)) reasons.push_back(one_line(name) + " is not listed");
    return reasons;
}

}  // namespace buildd
