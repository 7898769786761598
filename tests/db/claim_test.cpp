// Claiming jobs (behaviour §8) when others do so at the same moment.
#include "db/queue.hpp"
#include "support/sql.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;

namespace {

// The example farm: jobs 1 and 2 are pending, bob (1) and frog (2) are free.
struct Queue {
    test::TestDatabase db;

    Queue() { db.run(test::fixture("sample-farm/farm.sql")); }
    std::size_t claim(std::int64_t job, std::int64_t builder) {
        return db::claim(db.session(), {{{job}, {builder}}}, false).size();
    }
};

}  // namespace

TEST_CASE("a job or builder that another pass is claiming is skipped without waiting") {
    Queue queue;
    db::Database other(queue.db.conninfo());
    for (const char* row :
         {"buildqueue WHERE id = 1", "build WHERE id = 8", "builder WHERE id = 1"}) {
        const db::Transaction claiming(other);
        other.script("SELECT 1 FROM " + std::string(row) + " FOR UPDATE");
        INFO(row);
        CHECK(queue.claim(1, 1) == 0);
    }
    const db::Transaction claiming(other);
    other.script("SELECT 1 FROM buildqueue WHERE id = 1 FOR UPDATE");
    const auto claimed = db::claim(queue.db.session(), {{{1}, {1}}, {{2}, {2}}}, false);
    REQUIRE(claimed.size() == 1);
    CHECK(claimed[0].job.value == 2);
    CHECK(queue.db.value("SELECT buildstate FROM build WHERE id = 8") == "NEEDSBUILD");
}

TEST_CASE("a claim is refused when job or builder is no longer free or does not fit") {
    for (const char* change :
         {"UPDATE builder SET builderok = false", "UPDATE builder SET manual = true",
          "UPDATE builder SET trusted = false", "UPDATE build SET buildstate = 'CANCELLED'",
          "DELETE FROM buildqueue", "UPDATE build SET buildstate = 'SUPERSEDED'"}) {
        Queue queue;
        queue.db.run(
            std::string(change) +
            (std::string(change).find("build SET") != std::string::npos ? " WHERE id = 8" : ""));
        INFO(change);
        CHECK(queue.claim(1, 1) == 0);
    }
    Queue queue;
    CHECK(queue.claim(1, 1) == 1);
    CHECK(queue.claim(1, 2) == 0);
    CHECK(queue.claim(2, 1) == 0);
    CHECK(queue.claim(2, 2) == 1);
    CHECK(queue.db.value("SELECT count(*) FROM build WHERE buildstate = 'BUILDING'") == "2");
}

TEST_CASE("a claimed untrusted builder is dirty") {
    Queue queue;
    queue.db.run(
        "UPDATE builder SET trusted = false; DELETE FROM buildqueue; UPDATE build SET archive = 9 "
        "WHERE id = 8; INSERT INTO buildqueue (id, build) VALUES (1, 8)");
    CHECK(queue.claim(1, 1) == 0);  // not CLEAN
    queue.db.run("UPDATE builder SET clean_status = 'CLEAN'");
    CHECK(queue.claim(1, 1) == 1);
    CHECK(queue.db.value("SELECT clean_status FROM builder WHERE id = 1") == "DIRTY");
    CHECK(queue.db.value("SELECT clean_status FROM builder WHERE id = 2") == "CLEAN");
}
