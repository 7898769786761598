#include "farm/report.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd::farm {

ExitStatus Report::status() const {
    if (unavailable) return ExitStatus::unavailable;
    return needs_person ? ExitStatus::needs_person : ExitStatus::done;
}

std::string Report::summary() const {
    std::string out = counted(builders, "builder");
    const auto add = [&](int count, const char* what) {
        if (count != 0) out += fmt::format(", {} {}", count, what);
    };
    add(failed, "failed");
    add(rescued, "rescued");
    add(running, "building");
    add(finished, "finished");
    add(reset, "reset");
    add(started, "started");
    add(uploaded, "uploaded");
    add(rejected, "failed to upload");
    add(static_cast<int>(cut.size() + passed_over.size()), "cut short");
    if (mails != 0) out += ", " + counted(mails, "mail") + " sent";
    return out;
}

}  // namespace buildd::farm
