// Poolers between the program and PostgreSQL (pgbouncer and its like).
#pragma once

#include "db/database.hpp"

namespace buildd::db {

// Locks and settings of a session are worth something only while its statements reach one process
// of the server. `backend`: the process that served this session's last statement, as it says
// itself. Throws Failure(bad_config) when a pooler changes it between transactions; without a
// pooler this costs nothing.
void refuse_changing_backends(Database& database, int backend);

}  // namespace buildd::db
