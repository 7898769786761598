// Dependency lines: `a (>= 1.0) | b, c` (Debian policy 7.1), and whether they are met.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace buildd::policy {

enum class VersionRelation { any, earlier, earlier_or_equal, equal, later_or_equal, later };

struct Dependency {
    std::string package;
    VersionRelation relation = VersionRelation::any;
    std::string version;
};

using Alternatives = std::vector<Dependency>;    // one of them is enough
using Dependencies = std::vector<Alternatives>;  // all of them are needed

// Architecture and profile restrictions (`[…]`, `<…>`) and qualifiers (`:any`) are passed over:
// builders report them resolved. Error: what is malformed.
Result<Dependencies> parse_dependencies(std::string_view line);

// A package that can be had: its own name, or one it provides (then `version` may be empty).
struct Available {
    std::string name;
    std::string version;
};

// The names that a Provides field gives; `foo (= 1.0)` has a version. What is malformed provides
// nothing.
std::vector<Available> parse_provides(std::string_view field);

bool satisfied(const Dependencies& dependencies, const std::vector<Available>& available);

// Every package name that stands in it.
std::vector<std::string> package_names(const Dependencies& dependencies);

}  // namespace buildd::policy
