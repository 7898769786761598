#include "farm/lines_to_check.hpp"

#include <algorithm>

#include "policy/pockets.hpp"

namespace buildd::farm {

namespace {

using Of = policy::ArchiveLine::Of;

class Lines {
 public:
    Lines(const db::RefreshableArchive& archive, const db::LineFacts& facts)
        : archive_(archive), facts_(facts) {}

    std::vector<LineToCheck> all() {
        for (const auto& series : archive_.series)
            for (const Pocket pocket : policy::all_pockets)
                if (policy::pocket_open(archive_.purpose, facts_of(series).status, pocket))
                    for (const auto& component : facts_of(series).components)
                        add_build(series, pocket, component);
        return std::move(lines_);
    }

 private:
    using Series = db::RefreshableArchive::Series;

    const db::LineFacts::Series& facts_of(const Series& series) const {
        return facts_.series.at(series.id);
    }

    void add_build(const Series& series, Pocket pocket, const std::string& component) {
        const auto& facts = facts_of(series);
        for (const auto& line : policy::all_archive_lines({archive_.purpose,
                                                           archive_.url,
                                                           facts_.primary_url,
                                                           facts_.primary_components,
                                                           series.name,
                                                           pocket,
                                                           component,
                                                           archive_.external_lines,
                                                           {facts.places, facts.primary_places}}))
            add(series, line);
    }

    void add(const Series& series, const policy::ArchiveLine& line) {
        const bool external = line.of == Of::external;
        if (external && (line.text.starts_with('#') || line.text.starts_with("deb-src "))) return;
        // What an external line repeats is fetched with the key that is known.
        const auto same = [&](const LineToCheck& one) {
            return one.line.text == line.text && (external || one.line.of == line.of);
        };
        auto found = std::find_if(lines_.begin(), lines_.end(), same);
        if (found == lines_.end()) {
            lines_.push_back({line, policy::parse_source_line(line.text), key_of(line.of), {}, {}});
            found = lines_.end() - 1;
        }
        add_place(*found, series, line);
        for (const auto& architecture : series.architectures)
            if (std::find(found->tags.begin(), found->tags.end(), architecture.tag) ==
                found->tags.end())
                found->tags.push_back(architecture.tag);
    }

    void add_place(LineToCheck& to, const Series& series, const policy::ArchiveLine& line) const {
        if (line.of == Of::external || (line.of == Of::primary && !facts_.primary)) return;
        const auto same = [&](const LinePlace& one) {
            return one.series == series.name && one.sought.pocket == line.pocket;
        };
        if (std::any_of(to.places.begin(), to.places.end(), same)) return;
        const bool primary = line.of == Of::primary || archive_.purpose == ArchivePurpose::PRIMARY;
        to.places.push_back({sought(series, line), series.name,
                             primary ? policy::Whose::primary : policy::Whose::other});
    }

    std::string key_of(Of of) const {
        if (of == Of::external) return "";
        return of == Of::own ? archive_.signing_key : facts_.primary_key;
    }

    db::SoughtSuite sought(const Series& series, const policy::ArchiveLine& line) const {
        const bool own = line.of == Of::own;
        const auto& places = own ? facts_of(series).places : facts_of(series).primary_places;
        const auto place = places.find(line.pocket);
        db::SoughtSuite suite{own ? archive_.id : *facts_.primary, series.id, line.pocket,
                              own ? archive_.url : facts_.primary_url, ""};
        if (place == places.end()) return suite;
        if (!place->second.url.empty()) suite.url = place->second.url;
        suite.suite = place->second.suite;
        return suite;
    }

    const db::RefreshableArchive& archive_;
    const db::LineFacts& facts_;
    std::vector<LineToCheck> lines_;
};

}  // namespace

std::vector<LineToCheck> lines_to_check(const db::RefreshableArchive& archive,
                                        const db::LineFacts& facts) {
    return Lines(archive, facts).all();
}

}  // namespace buildd::farm
