#include "base/build_timeouts.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd {

namespace {

Result<std::chrono::seconds> parse_limit(std::string_view text) {
    auto limit = parse_duration(trim(text));
    if (limit && limit->count() == 0) return Error{"nothing can be done within 0 s"};
    return limit;
}

// `chromium/riscv64 40 d`.
Result<BuildTimeouts::Own> parse_own(std::string_view text) {
    const auto blank = std::min(text.find_first_of(" \t"), text.size());
    const std::string_view name = text.substr(0, blank);
    const auto slash = std::min(name.find('/'), name.size());
    const auto limit = parse_limit(text.substr(blank));
    const bool named = slash > 0 && slash + 1 != name.size();
    // "14" was meant as days by somebody.
    if (!limit || !named || parse_int(trim(text.substr(blank))))
        return Error{
            fmt::format("'{}' is not of the form SOURCE DURATION or SOURCE/ARCHITECTURE "
                        "DURATION",
                        text)};
    return BuildTimeouts::Own{std::string(name.substr(0, slash)),
                              std::string(slash < name.size() ? name.substr(slash + 1) : ""),
                              *limit};
}

// 0: it speaks of something else.
int fit(const BuildTimeouts::Own& own, std::string_view source, std::string_view architecture) {
    if (own.source != "*" && own.source != source) return 0;
    if (!own.architecture.empty() && own.architecture != architecture) return 0;
    return 1 + (own.source != "*" ? 2 : 0) + (own.architecture.empty() ? 0 : 1);
}

}  // namespace

std::optional<std::chrono::seconds> BuildTimeouts::own_limit(std::string_view source,
                                                             std::string_view architecture) const {
    std::optional<std::chrono::seconds> limit;
    int best = 0;
    for (const auto& one : own) {
        const int fits = fit(one, source, architecture);
        if (fits <= best) continue;
        best = fits;
        limit = one.limit;
    }
    return limit;
}

Result<BuildTimeouts> parse_build_timeouts(std::string_view text) {
    BuildTimeouts timeouts;
    bool first = true;
    for (const auto& part : split(text, ',')) {
        if (first) {
            auto usual = parse_limit(part);
            if (!usual) return usual.error();
            timeouts.usual = *usual;
        } else {
            auto own = parse_own(trim(part));
            if (!own) return own.error();
            timeouts.own.push_back(std::move(*own));
        }
        first = false;
    }
    return timeouts;
}

}  // namespace buildd
