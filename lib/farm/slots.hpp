// How many items of one kind are worked on at once, by all processes of this host together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/lock_file.hpp"

namespace buildd::farm {

// One of `<root>/locks/slot-<kind>-0` … `-<count - 1>`. Free again when the last descriptor of it
// is closed: a supervisor that is given one keeps it taken. nullopt: all are taken.
Result<std::optional<LockFile>> take_slot(const std::string& root, const std::string& kind,
                                          std::int64_t count);

// `slot-`: what the names of their lock files begin with.
inline constexpr const char* slot_prefix = "slot-";

}  // namespace buildd::farm
