#include "policy/health.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd::policy {

std::optional<std::string> echo_fault(bool echoed) {
    if (echoed) return std::nullopt;
    return "Failed to echo OK";
}

std::optional<std::string> info_fault(const WorkerInfo& info,
                                      const std::vector<std::string>& tags) {
    if (info.protocol_version != "1.0") return "Protocol version mismatch";
    if (std::find(tags.begin(), tags.end(), info.architecture_tag) == tags.end())
        return fmt::format("Architecture tag mismatch: {} != {}", one_line(info.architecture_tag),
                           join(tags, " or "));
    return std::nullopt;
}

std::string unknown_status_fault(const WorkerStatus& status) {
    return fmt::format("Unknown status code ({}) returned from status() probe.",
                       one_line(status.raw_builder_status));
}

std::optional<std::string> abort_fault(const BuilderFacts& builder, std::chrono::seconds limit) {
    if (!builder.aborting || *builder.aborting < limit) return std::nullopt;
    return not_aborted_fault(limit);
}

std::string not_aborted_fault(std::chrono::seconds limit) {
    return fmt::format("Builder did not abort its job within {}", show_duration(limit));
}

}  // namespace buildd::policy
