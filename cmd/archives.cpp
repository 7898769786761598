// archive refresh.
#include "base/text.hpp"
#include "command.hpp"
#include "farm/refresh.hpp"
#include "show.hpp"

namespace buildd::cmd {

namespace {

ExitStatus archive_refresh(Context& context, const Arguments& arguments) {
    const StopSignals& signals = context.stop_signals();
    context.tell_problems();
    std::vector<std::string> failed;
    for (const auto& one :
         farm::refresh_archives(context.settings(), context.database(), arguments.all("archive"),
                                signals, context.log())) {
        print_line(fmt::format("archive {}: {}", one.archive, one.text()));
        if (one.failed) failed.push_back(one.archive);
    }
    if (failed.empty()) return ExitStatus::done;
    throw Failure(ExitStatus::unavailable, "not refreshed, or only in part: " + join(failed, ", "));
}

}  // namespace

std::vector<Command> archive_commands() {
    Argument archives{"archive", Argument::Kind::repeated_positional,
                      "DISTRO/NAME (all enabled ones)"};
    archives.optional = true;
    return {{{"archive", "refresh"},
             "Read which binaries archives hold, for dependency waits",
             {archives},
             archive_refresh,
             Command::Tells::itself}};
}

}  // namespace buildd::cmd
