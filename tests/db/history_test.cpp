// The queue's length through the days, and the upgrade that brings its table.
#include "db/history.hpp"

#include <fmt/format.h>

#include "db/passes.hpp"
#include "db/schema.hpp"
#include "support/farm.hpp"
#include "test.hpp"

using namespace buildd;
using test::TestDatabase;
using test::TestFarm;

namespace {

void pass_over(TestFarm& farm) {
    db::Database& session = farm.db().session();
    const auto pass = db::start_pass(session, db::FarmLock::pass, "cycle", "here", 1);
    REQUIRE(pass);
    db::finish_pass(session, pass->id, 0, "");
    db::unlock(session, db::FarmLock::pass);
}

}  // namespace

TEST_CASE("the first pass of an hour writes down the queue's length and the others leave it") {
    TestFarm farm;
    const std::string pending = farm.value("SELECT count(*) FROM buildqueue");
    REQUIRE(pending != "0");
    farm.give(8, "bob");
    pass_over(farm);
    const std::string all =
        "SELECT pending + 1, running, hour = date_trunc('hour', now(), 'UTC') "
        "FROM queuehour";
    CHECK(farm.db().rows(all) == std::vector<std::string>{pending + "|1|true"});
    farm.sql("DELETE FROM buildqueue");
    pass_over(farm);
    CHECK(farm.db().rows(all) == std::vector<std::string>{pending + "|1|true"});
    farm.sql(
        "DELETE FROM queuehour; UPDATE archive SET private = true WHERE id = 9;"
        "UPDATE build SET archive = 9 WHERE id = 8; INSERT INTO buildqueue (build) VALUES (7), "
        "(8)");
    pass_over(farm);
    CHECK(farm.value("SELECT pending FROM queuehour") == "1");
}

TEST_CASE("hours that no chart shows are removed") {
    TestFarm farm;
    farm.sql(
        "INSERT INTO queuehour SELECT date_trunc('hour', now() - d * interval '1 day', 'UTC'), "
        "0, 0 FROM generate_series(1, 20) AS d");
    pass_over(farm);
    CHECK(farm.value("SELECT count(*) FROM queuehour WHERE hour < now() - interval '7 days'") ==
          "0");
    CHECK(farm.value("SELECT count(*) FROM queuehour") == "7");
}

TEST_CASE("old mails and causes that stand no longer are removed once an hour") {
    TestFarm farm;
    farm.sql(
        "INSERT INTO mailqueue (recipient, subject, message, datecreated, datesent, next_attempt) "
        "VALUES ('sent', 's', 'm', now() - interval '40 days', now() - interval '31 days', NULL), "
        "('given up', 's', 'm', now() - interval '31 days', NULL, NULL), "
        "('kept', 's', 'm', now() - interval '40 days', now() - interval '29 days', NULL), "
        "('unsent', 's', 'm', now() - interval '99 days', NULL, now());"
        "INSERT INTO notice VALUES ('old', now() - interval '8 days'), ('new', now())");
    const auto left = [&] {
        return farm.value("SELECT string_agg(recipient, ' ' ORDER BY id) FROM mailqueue") + ", " +
               farm.value("SELECT string_agg(cause, ' ') FROM notice");
    };
    pass_over(farm);
    CHECK(left() == "kept unsent, new");
    farm.sql("UPDATE notice SET logged = now() - interval '8 days'");
    pass_over(farm);
    CHECK(left() == "kept unsent, new");
    farm.sql("UPDATE queuehour SET hour = hour - interval '1 hour'");
    pass_over(farm);
    CHECK(left() == "kept unsent, NULL");
}

TEST_CASE("the history of seven days has each hour of the queue and each quarter of a day") {
    TestFarm farm;
    farm.sql(
        "INSERT INTO queuehour VALUES (date_trunc('day', now(), 'UTC') - interval '6 days', 7, "
        "2), (date_trunc('day', now(), 'UTC') + interval '1 hour', 9, 0)");
    farm.sql(
        "UPDATE build SET datebuilt = date_trunc('day', now(), 'UTC') + interval '6 hours' "
        "WHERE buildstate = 'FULLYBUILT'");
    const auto history = db::read_history(farm.db().session());
    REQUIRE(history.days.size() == 7);
    CHECK(history.days.back() == farm.value("SELECT to_char(now() AT TIME ZONE 'UTC', 'MM-DD')"));
    REQUIRE(history.queue.size() == 7 * 24);
    CHECK(history.queue[0].pending == 7);
    CHECK(history.queue[0].running == 2);
    CHECK_FALSE(history.queue[1].pending);
    CHECK(history.queue[6 * 24 + 1].pending == 9);
    REQUIRE(history.results.size() == 7 * 4);
    const auto built = farm.value("SELECT count(*) FROM build WHERE buildstate = 'FULLYBUILT'");
    CHECK(std::to_string(history.results[6 * 4 + 1].built) == built);
    CHECK(history.results[0].built == 0);
}

TEST_CASE("an upgrade gives the passes' role its rights on what is new") {
    TestDatabase db(false);
    const auto& files = db::schema_files();
    for (std::size_t i = 0; i < 6; ++i) db.run(files[i].sql);
    db.run(
        "INSERT INTO farm (schema_version) VALUES (6);"
        "GRANT SELECT, INSERT, UPDATE ON pass TO fiera");
    CHECK(db::upgrade_schema(db.session()) == 6);
    for (const char* right : {"SELECT", "INSERT", "DELETE"})
        CHECK(db.value(fmt::format("SELECT has_table_privilege('fiera', 'queuehour', '{}')",
                                   right)) == "true");
    CHECK(db.value("SELECT has_table_privilege('fiera', 'person', 'UPDATE')") == "false");
}
