// What builders answer to ensurepresent() and build() (spec: protocol, "Methods"). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "xmlrpc/value.hpp"

namespace buildd::worker {

struct Presence {
    bool present = false;
    std::string info;  // the builder's words, one line
};

// What `build()` answered; `started` only for BuilderStatus.BUILDING (the seed:
// BuildStatus.Building).
struct BuildAnswer {
    bool started = false;
    std::string text;  // the answer in one line
};

// nullopt: malformed.
std::optional<Presence> decode_presence(const xmlrpc::Value& answer);
std::optional<BuildAnswer> decode_build(const xmlrpc::Value& answer);

// A builder's words for a message: one line, bounded.
std::string in_brief(std::string_view text);

}  // namespace buildd::worker
