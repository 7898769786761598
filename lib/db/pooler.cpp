#include "db/pooler.hpp"

#include <memory>
#include <vector>

namespace buildd::db {

namespace {

// With a transaction open in so many further sessions, each time asked so often: a pooler hands on
// the process that was used last, or goes round among all.
constexpr int further_sessions = 2;
constexpr int questions = 4;

constexpr std::chrono::seconds patience{2};

int backend_of(Database& database) {
    return database.query("SELECT pg_backend_pid()")[0].get<int>();
}

// One more session in a transaction, and the process that serves it. 0: there was no room for it in
// the pool; whoever is served all the same has a process of its own.
int occupy(Database& database, std::vector<std::unique_ptr<Database>>& others) {
    try {
        others.push_back(database.another());
        others.back()->wait_at_most(patience);
        return others.back()->script("BEGIN; SELECT pg_backend_pid()")[0].get<int>();
    } catch (const Lost& lost) {
        if (std::string_view(lost.what()).find("statement pooling") != std::string_view::npos)
            throw;
        return 0;
    }
}

bool changes(Database& database, int backend) {
    std::vector<std::unique_ptr<Database>> others;
    try {
        for (int i = 0; i < further_sessions; ++i) {
            const int other = occupy(database, others);
            if (other == backend) return true;
            for (int asked = 0; asked < questions; ++asked)
                if (backend_of(database) != backend) return true;
            if (other == 0) return false;
        }
    } catch (const Lost&) {  // it waits for a process: it has none of its own
        return true;
    }
    return false;
}

}  // namespace

void refuse_changing_backends(Database& database, int backend) {
    if (database.backend_pid() == backend) return;
    database.wait_at_most(patience);
    if (changes(database, backend))
        throw Failure(ExitStatus::bad_config,
                      "database: a pooler gives each transaction another process of the server, "
                      "which loses the farm's locks: use its session mode (pgbouncer: pool_mode = "
                      "session) or connect to PostgreSQL itself");
    database.wait_at_most(statement_deadline);
}

}  // namespace buildd::db
