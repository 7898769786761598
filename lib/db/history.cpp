#include "db/history.hpp"

namespace buildd::db {

namespace {

// Every slot of the seven days has a row, those to come too.
std::string slots(const std::string& length) {
    return " generate_series(date_trunc('day', now()) - interval '6 days', date_trunc('day', "
           "now()) + interval '23 hours', interval '" +
           length + "') AS slot ";
}

void read_days(Database& database, FarmHistory& history) {
    static const std::string sql =
        "SELECT to_char(slot, 'MM-DD') FROM" + slots("1 day") + "ORDER BY slot";
    for (Row row : database.query(sql.c_str())) history.days.push_back(row.get<std::string>());
}

void read_queue_hours(Database& database, FarmHistory& history) {
    static const std::string sql = "SELECT pending, running FROM" + slots("1 hour") +
                                   "LEFT JOIN queuehour ON hour = slot ORDER BY slot";
    for (Row row : database.query(sql.c_str())) {
        auto& one = history.queue.emplace_back();
        row >> one.pending >> one.running;
    }
}

void read_result_counts(Database& database, FarmHistory& history) {
    static const std::string sql = R"(
        SELECT count(*) FILTER (WHERE buildstate = 'FULLYBUILT'),
            count(*) FILTER (WHERE buildstate IN (
                'FAILEDTOBUILD', 'MANUALDEPWAIT', 'CHROOTWAIT', 'FAILEDTOUPLOAD'))
        FROM)" + slots("6 hours") + R"(
            LEFT JOIN (build JOIN archive ON archive.id = build.archive AND NOT archive.private)
                ON datebuilt >= slot AND datebuilt < slot + interval '6 hours'
        GROUP BY slot ORDER BY slot)";
    for (Row row : database.query(sql.c_str())) {
        auto& one = history.results.emplace_back();
        row >> one.built >> one.failed;
    }
}

}  // namespace

FarmHistory read_history(Database& database) {
    FarmHistory history;
    read_days(database, history);
    read_queue_hours(database, history);
    read_result_counts(database, history);
    return history;
}

}  // namespace buildd::db
