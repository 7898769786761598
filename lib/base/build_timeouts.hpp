// The setting build_timeout: how long a build may run, and what single sources are given instead.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace buildd {

struct BuildTimeouts {
    struct Own {
        std::string source;        // "*": every one
        std::string architecture;  // empty: every one
        std::chrono::seconds limit{};
    };
    std::chrono::seconds usual{};
    std::vector<Own> own;

    // The most particular of `own` that speaks of it: a source on an architecture, a source, an
    // architecture. nullopt: none does.
    std::optional<std::chrono::seconds> own_limit(std::string_view source,
                                                  std::string_view architecture) const;
};

// `7 d, chromium 20 d, chromium/riscv64 40 d, */armel 14 d`: first the usual one.
Result<BuildTimeouts> parse_build_timeouts(std::string_view text);

}  // namespace buildd
