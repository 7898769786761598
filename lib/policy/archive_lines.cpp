#include "policy/archive_lines.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/pockets.hpp"

namespace buildd::policy {

namespace {

std::string line(const std::string& url, const std::string& series, Pocket pocket,
                 const std::vector<std::string>& components) {
    return fmt::format("deb {} {}{} {}", url, series, pocket_suffix(pocket), join(components, " "));
}

}  // namespace

std::vector<std::string> component_dependencies(std::string_view component) {
    if (component == "main" || component == "partner") return {std::string(component)};
    if (component == "universe") return {"main", "restricted", "universe"};
    if (component == "multiverse") return {"main", "restricted", "universe", "multiverse"};
    return {"main", std::string(component)};
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
