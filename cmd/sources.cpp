// source import.
#include <fmt/format.h>

#include "command.hpp"
#include "farm/store_files.hpp"
#include "show.hpp"

namespace buildd::cmd {

namespace {

using Kind = Argument::Kind;

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
    for (const auto& source :
         farm::import_sources(context.database(), librarian, order, context.log()))
        print_change(fmt::format("source {} {}", source.name, source.version), source.change);
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
             source_import}};
}

}  // namespace buildd::cmd
