#include "farm/report.hpp"

#include <fmt/format.h>

namespace buildd::farm {

ExitStatus Report::status() const {
    if (unavailable) return ExitStatus::unavailable;
    return needs_person ? ExitStatus::needs_person : ExitStatus::done;
}

std::string Report::summary() const {
    std::string out = fmt::format("{} builder{}", builders, builders == 1 ? "" : "s");
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
    add(mails, mails == 1 ? "mail sent" : "mails sent");
    return out;
}

}  // namespace buildd::farm
