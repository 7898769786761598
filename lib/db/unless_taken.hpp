// An edit that another row may stand in the way of. Private to lib/db.
#pragma once

#include "db/database.hpp"

namespace buildd::db {

// Runs `edit(transaction)` and answers what it answers; what must be there only once and is
// there already is told by `throw_taken`, when the transaction is rolled back.
template <class Edit, class ThrowTaken>
auto unless_taken(Database& database, Edit edit, ThrowTaken throw_taken) {
    try {
        Transaction transaction(database);
        auto answer = edit(transaction);
        transaction.commit();
        return answer;
    } catch (const StatementError& error) {
        if (error.is_taken()) throw_taken();
        throw;
    }
}

}  // namespace buildd::db
