#include "upload/reasons.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd {

void Reasons::add(std::string reason) {
    if (kept_.size() == most) {
        ++unkept_;
        return;
    }
    if (reason.size() > longest) reason = to_utf8(reason.substr(0, longest)) + "…";
    kept_.push_back(std::move(reason));
}

void Reasons::add(const std::vector<std::string>& reasons) {
    for (const auto& reason : reasons) add(reason);
}

std::vector<std::string> Reasons::lines() const {
    auto lines = kept_;
    if (unkept_ > 0) lines.push_back(fmt::format("… and {} more", unkept_));
    return lines;
}

}  // namespace buildd
