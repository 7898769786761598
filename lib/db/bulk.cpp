#include "db/bulk.hpp"

namespace buildd::db {

void analyze_table(Database& database, const char* table) {
    database.query("SELECT analyze_table($1::text::regclass)", table);
}

void allow_long_statements(Database& database) {
    database.script("SET statement_timeout = '10min'");
    database.wait_at_most(std::chrono::minutes(11));
}

}  // namespace buildd::db
