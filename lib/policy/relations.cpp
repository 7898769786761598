#include "policy/relations.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

#include "base/text.hpp"
#include "policy/versions.hpp"

namespace buildd::policy {

namespace {

struct Operator {
    std::string_view text;
    VersionRelation relation;
};

std::optional<VersionRelation> relation_of(std::string_view text) {
    // `<` and `>` are the obsolete forms of `<=` and `>=`.
    static constexpr std::array<Operator, 7> operators{{{"<<", VersionRelation::earlier},
                                                        {"<=", VersionRelation::earlier_or_equal},
                                                        {"=", VersionRelation::equal},
                                                        {">=", VersionRelation::later_or_equal},
                                                        {">>", VersionRelation::later},
                                                        {"<", VersionRelation::earlier_or_equal},
                                                        {">", VersionRelation::later_or_equal}}};
    for (const auto& op : operators)
        if (op.text == text) return op.relation;
    return std::nullopt;
}

// `(>= 1.0)` without its parentheses.
bool take_version(std::string_view text, Dependency& dependency) {
    const auto end = std::min(text.find_first_not_of("<=>"), text.size());
    const auto relation = relation_of(text.substr(0, end));
    dependency.version = trim(text.substr(end));
    if (!relation || dependency.version.empty()) return false;
    dependency.relation = *relation;
    return true;
}

bool is_package_name(std::string_view name) {
    return name.size() >= 2 &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+-.") == name.npos;
}

// any, native or an architecture.
bool is_qualifier(std::string_view text) {
    return !text.empty() &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == text.npos;
}

// What may follow a name, or its version: restrictions, or nothing.
bool may_follow(std::string_view rest, std::string_view openings) {
    rest = trim(rest);
    return rest.empty() || openings.find(rest.front()) != openings.npos;
}

Result<Dependency> parse_one(std::string_view text) {
    const auto malformed = [&] {
        return Error{fmt::format("'{}' is no dependency", one_line(trim(text)).substr(0, 200))};
    };
    Dependency dependency;
    const std::string_view whole = trim(text);
    const auto name = whole.substr(0, whole.find_first_of(" \t\n([<"));
    const auto colon = std::min(name.find(':'), name.size());
    dependency.package = std::string(name.substr(0, colon));
    if (colon < name.size()) {
        dependency.qualifier = std::string(name.substr(colon + 1));
        if (!is_qualifier(dependency.qualifier)) return malformed();
    }
    if (!is_package_name(dependency.package) || !may_follow(whole.substr(name.size()), "([<"))
        return malformed();
    const auto open = whole.find('(');
    if (open == whole.npos) return dependency;
    const auto close = whole.find(')', open);
    if (close == whole.npos || !may_follow(whole.substr(close + 1), "[<")) return malformed();
    if (!take_version(trim(whole.substr(open + 1, close - open - 1)), dependency))
        return malformed();
    return dependency;
}

bool version_fits(const Dependency& dependency, const std::string& version) {
    if (dependency.relation == VersionRelation::any) return true;
    if (version.empty()) return false;  // an unversioned Provides meets no versioned relation
    const auto order = compare_versions(version, dependency.version);
    switch (dependency.relation) {
        case VersionRelation::earlier:
            return order < 0;
        case VersionRelation::earlier_or_equal:
            return order <= 0;
        case VersionRelation::equal:
            return order == 0;
        case VersionRelation::later_or_equal:
            return order >= 0;
        default:
            return order > 0;
    }
}

// As dpkg and apt read qualifiers.
bool qualifier_fits(const std::string& qualifier, const std::string& multiarch,
                    std::string_view architecture) {
    if (qualifier.empty()) return true;
    if (qualifier == "any") return multiarch.empty() || multiarch == "allowed";
    if (qualifier == "native") return multiarch != "foreign";
    return qualifier == architecture;
}

bool met(const Dependency& dependency, const std::vector<Available>& available,
         std::string_view architecture) {
    return std::any_of(available.begin(), available.end(), [&](const Available& package) {
        return package.name == dependency.package &&
               qualifier_fits(dependency.qualifier, package.multiarch, architecture) &&
               version_fits(dependency, package.version);
    });
}

bool same_but_qualifier(const Dependency& a, const Dependency& b) {
    return a.package == b.package && a.relation == b.relation && a.version == b.version;
}

}  // namespace

Result<Dependencies> parse_dependencies(std::string_view line) {
    Dependencies all;
    for (const auto& group : split(line, ',')) {
        if (trim(group).empty()) continue;
        Alternatives alternatives;
        for (const auto& part : split(group, '|')) {
            auto dependency = parse_one(part);
            if (!dependency) return dependency.error();
            alternatives.push_back(std::move(*dependency));
        }
        all.push_back(std::move(alternatives));
    }
    return all;
}

std::optional<std::string> endless_wait(std::string_view dependencies) {
    const auto understood = parse_dependencies(dependencies);
    if (!understood)
        return fmt::format("what its builder said that it lacks is not understood ({})",
                           understood.error().message);
    if (understood->empty()) return "its builder did not say which packages it lacks";
    return std::nullopt;
}

std::vector<Available> parse_provides(std::string_view field) {
    std::vector<Available> provided;
    for (const auto& part : split(field, ',')) {
        const auto one = parse_one(part);
        if (!one || (!one->qualifier.empty() && one->qualifier != "any")) continue;
        if (one->relation == VersionRelation::any || one->relation == VersionRelation::equal)
            provided.push_back({one->package, one->version});
    }
    return provided;
}

void qualify(Dependencies& dependencies, std::string_view declared) {
    const auto known = parse_dependencies(declared);
    if (!known) return;
    for (auto& group : dependencies)
        for (auto& one : group)
            for (const auto& alternatives : *known)
                for (const auto& other : alternatives)
                    if (one.qualifier.empty() && same_but_qualifier(one, other))
                        one.qualifier = other.qualifier;
}

bool satisfied(const Dependencies& dependencies, const std::vector<Available>& available,
               std::string_view architecture) {
    return std::all_of(dependencies.begin(), dependencies.end(), [&](const Alternatives& group) {
        return std::any_of(group.begin(), group.end(), [&](const Dependency& one) {
            return met(one, available, architecture);
        });
    });
}

std::vector<std::string> package_names(const Dependencies& dependencies) {
    std::vector<std::string> names;
    for (const auto& group : dependencies)
        for (const auto& one : group) names.push_back(one.package);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

std::vector<std::string> package_names(std::string_view line) {
    const auto parsed = parse_dependencies(line);
    return parsed ? package_names(*parsed) : std::vector<std::string>();
}

}  // namespace buildd::policy
