// Times as every answer of the program has them. Private to lib/db.
#pragma once

#include <string>

namespace buildd::db {

// ISO 8601 in UTC, the zone of every session: "2005-04-01T08:54:38Z"; empty for NULL.
inline std::string iso_time(const std::string& column) {
    return "coalesce(to_char(" + column + R"(, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ''))";
}

}  // namespace buildd::db
