#include "policy/archive_lines.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/pockets.hpp"

namespace buildd::policy {

namespace {

const PocketPlace& place_of(const PocketPlaces& places, Pocket pocket) {
    static const PocketPlace usual;
    const auto found = places.find(pocket);
    return found == places.end() ? usual : found->second;
}

template <class All, class One>
bool holds(const All& all, const One& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

class Lines {
 public:
    explicit Lines(const std::string& series) : series_(series) {}

    // Where the pocket has no components of its own it is given these.
    void add(ArchiveLine::Of of, Whose whose, Pocket pocket, const PocketPlaces& places,
             const std::string& url, const std::vector<std::string>& components) {
        const PocketPlace& place = place_of(places, pocket);
        if (place.absent) return;
        add({of, pocket,
             fmt::format("deb {} {} {}", place.url.empty() ? url : place.url,
                         suite_name(place.suite, series_, pocket),
                         join(place.components.empty() ? components : place.components, " ")),
             is_left_out(places, pocket, whose)});
    }
    void add(ArchiveLine line) { lines_.push_back(std::move(line)); }
    std::vector<ArchiveLine> take() { return std::move(lines_); }

 private:
    const std::string& series_;
    std::vector<ArchiveLine> lines_;
};

}  // namespace

std::vector<std::string> component_dependencies(std::string_view component) {
    if (component == "main" || component == "partner") return {std::string(component)};
    if (component == "universe") return {"main", "restricted", "universe"};
    if (component == "multiverse") return {"main", "restricted", "universe", "multiverse"};
    return {"main", std::string(component)};
}

bool reaches(const BuildFacts& build, std::string_view component, const BinaryFacts& binary,
             const BuildPlaces& places) {
    const bool own = binary.archive == build.archive.id;
    const bool of_primary = build.archive.purpose == ArchivePurpose::PRIMARY;
    if (!own && (of_primary || !binary.primary)) return false;
    Pocket pocket = Pocket::UPDATES;
    if (own) pocket = of_primary ? build.target.pocket : Pocket::RELEASE;
    if (!holds(pocket_dependencies(pocket), binary.pocket)) return false;
    if (binary.component.empty()) return own;  // of external lines
    const PocketPlace& place = place_of(own ? places.own : places.primary, binary.pocket);
    if (place.absent) return false;
    if (!place.components.empty()) return holds(place.components, binary.component);
    return !own || holds(component_dependencies(component), binary.component);
}

// A chroot without the distribution builds nothing: what has no RELEASE is a mirror in repair.
bool is_left_out(const PocketPlaces& places, Pocket pocket, Whose whose) {
    if (whose == Whose::primary && pocket == Pocket::RELEASE) return false;
    return place_of(places, pocket).left_out;
}

std::vector<ArchiveLine> all_archive_lines(const ArchiveLineFacts& facts) {
    using Of = ArchiveLine::Of;
    Lines lines(facts.series);
    const auto components = component_dependencies(facts.component);
    const PocketPlaces& primary = facts.places.primary;
    if (facts.purpose == ArchivePurpose::PRIMARY) {
        for (const Pocket pocket : pocket_dependencies(facts.pocket))
            lines.add(Of::own, Whose::primary, pocket, primary, facts.primary_url, components);
    } else {
        lines.add(Of::own, Whose::other, Pocket::RELEASE, facts.places.own, facts.url, components);
        for (const Pocket pocket : pocket_dependencies(Pocket::UPDATES))
            lines.add(Of::primary, Whose::primary, pocket, primary, facts.primary_url,
                      facts.primary_components);
    }
    for (const auto& external : split(facts.external_lines, '\n'))
        if (!trim(external).empty())
            lines.add({Of::external, Pocket::RELEASE, std::string(trim(external)), false});
    return lines.take();
}

std::vector<std::string> archive_lines(const ArchiveLineFacts& facts) {
    const auto all = all_archive_lines(facts);
    const bool none = std::all_of(all.begin(), all.end(), [](const auto& l) { return l.left_out; });
    std::vector<std::string> texts;
    for (const auto& line : all)
        if ((none || !line.left_out) && !holds(texts, line.text)) texts.push_back(line.text);
    return texts;
}

}  // namespace buildd::policy
