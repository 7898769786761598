#include "db/bulk.hpp"

#include <fmt/format.h>

namespace buildd::db {

void analyze_table(Database& database, const char* table) {
    database.query("SELECT analyze_table($1::text::regclass)", table);
}

void allow_long_statements(Database& database, std::chrono::minutes each) {
    database.query("SELECT set_config('statement_timeout', $1, false)",
                   fmt::format("{}min", each.count()));
    database.wait_at_most(each + std::chrono::minutes(1));
}

}  // namespace buildd::db
