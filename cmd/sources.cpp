// source import, copy.
#include <fmt/format.h>

#include "base/text.hpp"
#include "command.hpp"
#include "farm/copy_sources.hpp"
#include "farm/planned_builds.hpp"
#include "farm/store_files.hpp"
#include "show.hpp"

namespace buildd::cmd {

namespace {

using Kind = Argument::Kind;

void print_never_built(Context& context, const std::vector<std::string>& names) {
    if (names.empty()) return;
    for (const auto& never : farm::note_never_built(context.database(), names))
        print_line(farm::never_sentence(never));
}

ExitStatus source_import(Context& context, const Arguments& arguments) {
    farm::ImportOrder order;
    order.archive = arguments.one("--archive");
    order.series = arguments.one("--series");
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
    return ExitStatus::done;
}

farm::PlaceName place_of(const std::string& text) {
    const auto slash = text.find('/');
    farm::PlaceName place{text.substr(0, slash)};
    if (slash != text.npos) place.pocket = parse_label<Pocket>(text.substr(slash + 1), "pocket");
    return place;
}

ExitStatus source_copy(Context& context, const Arguments& arguments) {
    const farm::CopyOrder order{arguments.one("--archive"), place_of(arguments.one("--from")),
                                place_of(arguments.one("--to")), arguments.all("name")};
    for (const auto& source : farm::copy_sources(context.database(), order)) {
        print_change(fmt::format("source {} {}", source.name, source.version), source.change);
        if (source.change != db::Change::unchanged && source.binaries > 0)
            print_line(counted(source.binaries, "binary package") + " along with it");
    }
    print_never_built(context, order.names);
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
