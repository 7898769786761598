// Sources that nobody will build as long as the series keeps its status, or that are built for a
// pocket which their archive has not.
#pragma once

#include <optional>
#include <string>

#include "db/database.hpp"
#include "model/labels.hpp"

namespace buildd::farm {

// What to tell whoever publishes sources there; nullopt: builds of them may be dispatched, and
// found.
// `archive` as DISTRO/NAME. Throws Failure(usage) for places that do not exist.
std::optional<std::string> closed_pocket(db::Database& database, const std::string& archive,
                                         const std::string& series, Pocket pocket);

}  // namespace buildd::farm
