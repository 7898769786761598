// source import, copy.
#include <fmt/format.h>

#include "base/text.hpp"
#include "command.hpp"
#include "farm/closed_pocket.hpp"
#include "farm/copy_sources.hpp"
#include "farm/planned_builds.hpp"
#include "farm/store_files.hpp"
#include "show.hpp"

namespace buildd::cmd {

namespace {

using Kind = Argument::Kind;

std::string distribution_of(const std::string& archive) {
    return archive.substr(0, archive.find('/'));
}

// SERIES, or DISTRO/SERIES where that is the archive's distribution.
std::string series_of(const std::string& text, const std::string& archive) {
    auto parts = split(text, '/');
    if (parts.size() == 2 && parts[0] == distribution_of(archive)) parts.erase(parts.begin());
    if (parts.size() == 1) return checked_name(parts[0], "series");
    throw Failure(ExitStatus::usage, fmt::format("'{}' is not of the form SERIES, of {}",
                                                 one_line(text), distribution_of(archive)));
}

void print_closed_pocket(Context& context, const std::string& archive,
                         const farm::PlaceName& place) {
    if (const auto told =
            farm::closed_pocket(context.database(), archive, place.series, place.pocket))
        print_line(*told);
}

void print_never_built(Context& context, const std::vector<std::string>& names) {
    if (names.empty()) return;
    for (const auto& never : farm::note_never_built(context.database(), names))
        print_line(farm::never_sentence(never));
}

ExitStatus source_import(Context& context, const Arguments& arguments) {
    farm::ImportOrder order;
    order.archive = arguments.one("--archive");
    order.series = series_of(arguments.one("--series"), order.archive);
    order.pocket = parse_label<Pocket>(arguments.maybe("--pocket").value_or("RELEASE"), "pocket");
    order.component = arguments.maybe("--component");
    if (order.component) checked_name(*order.component, "component");
    order.urgency = parse_label<Urgency>(arguments.maybe("--urgency").value_or("LOW"), "urgency");
    order.creator = arguments.maybe("--creator");
    order.dscs = arguments.all("dsc");
    const Librarian librarian = context.librarian();
    std::vector<std::string> names;
    for (const auto& source :
         farm::import_sources(context.database(), librarian, order, context.log())) {
        print_change(fmt::format("source {} {}", source.name, source.version), source.change);
        if (source.change != db::Change::unchanged) names.push_back(source.name);
    }
    print_never_built(context, names);
    print_closed_pocket(context, order.archive, {order.series, order.pocket});
    return ExitStatus::done;
}

// SERIES or SERIES/POCKET, of the archive's distribution, which may stand in front.
farm::PlaceName place_of(const std::string& text, const std::string& archive) {
    auto parts = split(text, '/');
    const bool series_first = parts.size() == 2 && from_label<Pocket>(upper(parts[1]));
    if (parts.size() > 1 && !series_first && parts[0] == distribution_of(archive))
        parts.erase(parts.begin());
    if (parts.size() > 2)
        throw Failure(ExitStatus::usage, fmt::format("'{}' is not of the form SERIES or "
                                                     "SERIES/POCKET, of {}",
                                                     one_line(text), distribution_of(archive)));
    farm::PlaceName place{checked_name(parts[0], "series")};
    if (parts.size() == 2) place.pocket = parse_label<Pocket>(parts[1], "pocket");
    return place;
}

ExitStatus source_copy(Context& context, const Arguments& arguments) {
    const std::string& archive = arguments.one("--archive");
    const farm::CopyOrder order{archive, place_of(arguments.one("--from"), archive),
                                place_of(arguments.one("--to"), archive), arguments.all("name")};
    for (const auto& source : farm::copy_sources(context.database(), order)) {
        print_change(fmt::format("source {} {}", source.name, source.version), source.change);
        if (source.change != db::Change::unchanged && source.binaries > 0)
            print_line(counted(source.binaries, "binary package") + " along with it");
    }
    print_never_built(context, order.names);
    print_closed_pocket(context, order.archive, order.to);
    return ExitStatus::done;
}

}  // namespace

std::vector<Command> source_commands() {
    return {{{"source", "import"},
             "Take source packages in, after checking every file",
             {{"--archive", Kind::option, "DISTRO/NAME", "ARCHIVE", true},
              {"--series", Kind::option, "Series", "SERIES", true},
              {"--pocket", Kind::option, "Pocket (RELEASE)", "POCKET"},
              {"--component", Kind::option, "Component (by the .dsc)", "COMPONENT"},
              {"--urgency", Kind::option, "LOW, MEDIUM, HIGH or EMERGENCY (LOW)", "URGENCY"},
              {"--creator", Kind::option, "The person to tell of failures", "NAME"},
              {"dsc", Kind::repeated_positional, "The .dsc files; what they list lies beside them"},
              dry_run_flag},
             source_import},
            {{"source", "copy"},
             "Publish sources of a series and pocket in another one, too",
             {{"--archive", Kind::option, "DISTRO/NAME", "ARCHIVE", true},
              {"--from", Kind::option, "SERIES or SERIES/POCKET", "PLACE", true},
              {"--to", Kind::option, "SERIES or SERIES/POCKET", "PLACE", true},
              {"name", Kind::repeated_positional, "Sources that are published there"},
              dry_run_flag},
             source_copy}};
}

}  // namespace buildd::cmd
