#include "model/ids.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd {

std::string Cookie::text() const {
    return fmt::format("{}-{}", build.value, job.value);
}

Result<Cookie> parse_cookie(std::string_view text) {
    const auto dash = text.find('-');
    const auto build = parse_int(text.substr(0, dash));
    const auto job = dash == text.npos ? std::nullopt : parse_int(text.substr(dash + 1));
    if (build && job) {
        const Cookie cookie{{*build}, {*job}};
        if (*build > 0 && *job > 0 && cookie.text() == text) return cookie;
    }
    return Error{"Malformed job identifier"};
}

}  // namespace buildd
