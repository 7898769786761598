// The rows behind the names that admins give. Each throws Failure(usage) when there is none, with
// the command that adds it.
#pragma once

#include <string>

#include "db/database.hpp"

namespace buildd::db {

Failure missing(const std::string& what, const std::string& how);

std::int64_t person_id(Database& database, const std::string& name);
std::int64_t distribution_id(Database& database, const std::string& name);
std::int64_t series_id(Database& database, const std::string& distribution,
                       const std::string& series);

}  // namespace buildd::db
