// Dependency lines: `a (>= 1.0) | b, c` (Debian policy 7.1), and whether they are met.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace buildd::policy {

enum class VersionRelation { any, earlier, earlier_or_equal, equal, later_or_equal, later };

struct Dependency {
    std::string package;
    std::string qualifier;  // after the colon: any, native, an architecture; mostly empty
    VersionRelation relation = VersionRelation::any;
    std::string version;
};

using Alternatives = std::vector<Dependency>;    // one of them is enough
using Dependencies = std::vector<Alternatives>;  // all of them are needed

// Architecture and profile restrictions (`[…]`, `<…>`) are passed over: builders report them
// resolved. Error: what is malformed.
Result<Dependencies> parse_dependencies(std::string_view line);

// Why a wait for what a builder said never ends by itself, as a clause: "its builder did not say
// which packages it lacks". nullopt: it may end.
std::optional<std::string> endless_wait(std::string_view dependencies);

// Builders report `foo:any` and `foo:native` as `foo`: gives such dependencies the qualifier that
// they have in the source's own `declared` line. One that cannot be read qualifies nothing.
void qualify(Dependencies& dependencies, std::string_view declared);

// A package that can be had on an architecture: its own name, or one it provides (then `version`
// may be empty).
struct Available {
    std::string name;
    std::string version;
    std::string multiarch = {};  // no, same, foreign, allowed; empty: not known, then it fits
    bool operator==(const Available&) const = default;
};

// The names that a Provides field gives; `foo (= 1.0)` has a version. What is malformed, or of
// another architecture (`foo:i386`), provides nothing.
std::vector<Available> parse_provides(std::string_view field);

// `architecture`: that of the builder. Other architectures' packages it never has.
bool satisfied(const Dependencies& dependencies, const std::vector<Available>& available,
               std::string_view architecture = {});

// Every package name that stands in it.
std::vector<std::string> package_names(const Dependencies& dependencies);
// Of a line that is malformed none.
std::vector<std::string> package_names(std::string_view line);

}  // namespace buildd::policy
