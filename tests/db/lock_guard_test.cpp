// A session that took the farm's lock writes nothing without it (behaviour §2.1), and waits for
// other transactions no longer than it may (§2.5).
#include "db/passes.hpp"
#include "db/schema.hpp"
#include "support/sql.hpp"
#include "test.hpp"

using namespace buildd;
using test::TestDatabase;

namespace {

const char* const write_one = "INSERT INTO notice (cause) VALUES ($1)";

}  // namespace

TEST_CASE("a session that lost the farm's lock is told so and writes nothing") {
    TestDatabase db;
    db::Database pass(db.conninfo());
    REQUIRE(db::start_pass(pass, db::FarmLock::pass, "cycle", "here", 7));
    CHECK(pass.execute(write_one, "held") == 1);
    {
        db::Transaction transaction(pass);
        CHECK(pass.execute(write_one, "held too") == 1);
        transaction.commit();
    }
    pass.script("SELECT pg_advisory_unlock_all()");  // as a pooler does between two clients
    CHECK_THROWS_AS(pass.execute(write_one, "alone"), db::Lost);
    CHECK_THROWS_AS(db::finish_pass(pass, 1, 0, ""), db::Lost);
    CHECK(pass.query("SELECT 1").size() == 1);
    CHECK_THROWS_AS(db::Transaction(pass), db::Lost);
    CHECK(db.value("SELECT count(*) FROM notice") == "2");
    CHECK(db.value("SELECT finished IS NULL FROM pass") == "true");
}

TEST_CASE("a lock that another session took meanwhile is not one's own") {
    TestDatabase db;
    db::Database pass(db.conninfo()), other(db.conninfo());
    REQUIRE(db::try_lock(pass, db::FarmLock::pass));
    CHECK_FALSE(db::try_lock(other, db::FarmLock::pass));
    pass.script("SELECT pg_advisory_unlock_all()");
    REQUIRE(db::try_lock(other, db::FarmLock::pass));
    CHECK_THROWS_AS(pass.execute(write_one, "late"), db::Lost);
    CHECK(other.execute(write_one, "now") == 1);
}

TEST_CASE("a session that gave the farm's lock back writes without it") {
    TestDatabase db;
    db::Database pass(db.conninfo());
    REQUIRE(db::try_lock(pass, db::FarmLock::queue));
    db::unlock(pass, db::FarmLock::queue);
    CHECK(pass.execute(write_one, "free") == 1);
}

TEST_CASE("making sure of the farm's lock costs no round trip") {
    TestDatabase db;
    db::Database pass(db.conninfo());
    REQUIRE(db::try_lock(pass, db::FarmLock::pass));
    const auto before = pass.round_trips();
    pass.execute(write_one, "one");
    CHECK(pass.round_trips() == before + 1);
    db::Transaction(pass).commit();
    CHECK(pass.round_trips() == before + 3);
}

TEST_CASE("a statement that is refused beside the guard leaves the session usable") {
    TestDatabase db;
    db::Database pass(db.conninfo());
    REQUIRE(db::try_lock(pass, db::FarmLock::pass));
    pass.execute(write_one, "one");
    CHECK_THROWS_AS(pass.execute(write_one, "one"), db::StatementError);
    CHECK(pass.execute(write_one, "two") == 1);
}

TEST_CASE("a pass waits for a lock for 200 ms and a command for five seconds") {
    TestDatabase db;
    const auto patience = [&] {
        return db.session().script("SHOW lock_timeout")[0].get<std::string>();
    };
    db::open_session(db.session(), db::Patience::pass);
    CHECK(patience() == "200ms");
    db::open_session(db.session());
    CHECK(patience() == "5s");
}

TEST_CASE("a cause whose notice somebody holds is not loud and keeps nobody waiting") {
    TestDatabase db;
    CHECK(db::notice_due(db.session(), {"cause", "why"}));
    db.run("UPDATE notice SET logged = now() - interval '2 hours'");
    db::Database person(db.conninfo());
    person.script("BEGIN; SELECT 1 FROM notice FOR UPDATE");
    CHECK_FALSE(db::notice_due(db.session(), {"cause", "why"}));
    person.script("ROLLBACK");
    CHECK(db::notice_due(db.session(), {"cause", "why"}));
    CHECK_FALSE(db::notice_due(db.session(), {"cause", "why"}));
}
