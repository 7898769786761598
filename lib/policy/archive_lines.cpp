#include "policy/archive_lines.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/pockets.hpp"

namespace buildd::policy {

namespace {

std::string line(const std::string& url, const std::string& series, Pocket pocket,
                 const std::vector<std::string>& components) {
    return fmt::format("deb {} {}{} {}", url, series, pocket_suffix(pocket), join(components, " "));
}

template <class All, class One>
bool holds(const All& all, const One& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

std::vector<std::string> component_dependencies(std::string_view component) {
    if (component == "main" || component == "partner") return {std::string(component)};
    if (component == "universe") return {"main", "restricted", "universe"};
    if (component == "multiverse") return {"main", "restricted", "universe", "multiverse"};
    return {"main", std::string(component)};
}

bool reaches(const BuildFacts& build, std::string_view component, const BinaryFacts& binary) {
    const bool own = binary.archive == build.archive.id;
    const bool of_primary = build.archive.purpose == ArchivePurpose::PRIMARY;
    if (!own && (of_primary || !binary.primary)) return false;
    const bool external = binary.component.empty();  // of that archive's own builds alone
    if (!own) return !external && holds(pocket_dependencies(Pocket::UPDATES), binary.pocket);
    const Pocket pocket = of_primary ? build.target.pocket : Pocket::RELEASE;
    return holds(pocket_dependencies(pocket), binary.pocket) &&
           (external || holds(component_dependencies(component), binary.component));
}

std::vector<std::string> archive_lines(const ArchiveLineFacts& facts) {
    std::vector<std::string> lines;
    const auto components = component_dependencies(facts.component);
    if (facts.purpose == ArchivePurpose::PRIMARY) {
        for (const Pocket pocket : pocket_dependencies(facts.pocket))
            lines.push_back(line(facts.primary_url, facts.series, pocket, components));
    } else {
        lines.push_back(line(facts.url, facts.series, Pocket::RELEASE, components));
        for (const Pocket pocket : pocket_dependencies(Pocket::UPDATES))
            lines.push_back(
                line(facts.primary_url, facts.series, pocket, facts.primary_components));
    }
    for (const auto& external : split(facts.external_lines, '\n'))
        if (!trim(external).empty()) lines.emplace_back(trim(external));
    return lines;
}

}  // namespace buildd::policy
