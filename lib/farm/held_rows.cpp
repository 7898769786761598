#include "farm/held_rows.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "db/holders.hpp"
#include "db/passes.hpp"

namespace buildd::farm {

namespace {

constexpr std::chrono::minutes patience{10};

// So many waits in vain, and the others of the pass are short: hundreds of rows must not add up.
constexpr int long_waits = 3;

void say_overdue(const Farm& farm, const std::vector<db::HeldRow>& rows) {
    const auto holders = db::row_holders(farm.database, rows);
    std::vector<db::Notice> notices;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto holder = holders.find(i);
        notices.push_back(
            {"held " + rows[i].name,
             fmt::format("The row of {} could not be written for {}: it is held by {}",
                         rows[i].name, show_duration(rows[i].age),
                         holder == holders.end() ? "a transaction that is over by now"
                                                 : holder->second.text())});
    }
    const auto due = db::notices_due(farm.database, notices);
    for (const auto& [cause, message] : notices) {
        const bool loud = std::find(due.begin(), due.end(), cause) != due.end();
        farm.log.write(loud ? Level::WARNING : Level::INFO, message);
    }
}

}  // namespace

void say_held(const Farm& farm, const std::vector<db::HeldRow>& rows) {
    std::vector<db::HeldRow> overdue;
    for (const auto& row : rows) {
        if (row.age >= patience)
            overdue.push_back(row);
        else
            farm.log.info("The row of {} is held by another transaction; left to the next pass",
                          row.name);
    }
    if (!overdue.empty()) say_overdue(farm, overdue);
}

void leave_to_next_pass(const Farm& farm, const BuilderFacts& builder) {
    db::Database& database = farm.database;
    try {
        if (database.lock_waits() == long_waits) db::wait_no_longer(database);
        end_if_table_is_locked(database);
        say_held(farm, {builder.job ? db::note_held(database, builder.job->id)
                                    : db::note_held(database, builder.id)});
    } catch (const db::StatementError& error) {
        farm.log.info("Builder '{}' is left to the next pass: {}", builder.name, error.what());
    }
}

void end_if_table_is_locked(db::Database& database) {
    const auto lock = db::table_lock(database);
    if (!lock) return;
    throw Failure(ExitStatus::busy, fmt::format("the table {} is {} by {}", lock->table,
                                                lock->granted ? "locked" : "about to be locked",
                                                lock->session.text()));
}

}  // namespace buildd::farm
