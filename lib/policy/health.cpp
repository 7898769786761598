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

}  // namespace buildd::policy
