#include "db/waiting_clock.hpp"

namespace buildd::db {

std::vector<ClockedGroup> read_clocks(Database& database) {
    std::vector<ClockedGroup> groups;
    for (Row row : database.query(R"(
             SELECT q.architecturetag, q.trusted, count(*), coalesce(max(q.created) > clock.at, true),
                 extract(epoch FROM now() - clock.at)::bigint
             FROM buildqueue q LEFT JOIN waitingclock clock
                 ON clock.architecturetag = q.architecturetag AND clock.trusted = q.trusted
             WHERE q.builder IS NULL GROUP BY q.architecturetag, q.trusted, clock.at
             ORDER BY 1, 2)")) {
        ClockedGroup& one = groups.emplace_back();
        row >> one.architecture_tag >> one.trusted >> one.jobs >> one.arrivals >> one.behind;
    }
    return groups;
}

void move_clock(Database& database, const ClockedGroup& group) {
    database.execute(
        "INSERT INTO waitingclock (architecturetag, trusted, at) VALUES ($1, $2, now()) "
        "ON CONFLICT (architecturetag, trusted) DO UPDATE SET at = "
        "greatest(waitingclock.at, excluded.at)",
        group.architecture_tag, group.trusted);
}

}  // namespace buildd::db
