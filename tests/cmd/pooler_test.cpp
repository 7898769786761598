// Between the program and PostgreSQL stands a pooler: a real pgbouncer.
#include <filesystem>
#include <fmt/format.h>

#include "base/text.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

class Pooler {
 public:
    Pooler(Scenario& it, const std::string& mode, const std::map<std::string, std::string>& more)
        : it_(it), direct_(it.farm.options["database"]) {
        const auto from = direct_.find("host=") + 5;
        const std::string postgres = direct_.substr(from, direct_.find(' ', from) - from);
        std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
        const auto made = test::run_command({test::fixture_path("private-pgbouncer"), "start",
                                             folder_.path() + "/pooler", postgres, mode},
                                            more);
        INFO(made.err);
        REQUIRE(made.status == 0);
        it.farm.options["database"] = replace_all(direct_, postgres, folder_.path() + "/pooler");
    }
    ~Pooler() {
        it_.farm.options["database"] = direct_;
        test::run_command(
            {test::fixture_path("private-pgbouncer"), "stop", folder_.path() + "/pooler"}, {});
    }

 private:
    Scenario& it_;
    std::string direct_;
    test::TempFolder folder_;
};

}  // namespace

TEST_CASE("a pooler that changes the server's process is refused with what to do") {
    Scenario it("current");
    const std::string mode = GENERATE("transaction", "statement");
    const std::string pool = GENERATE("1", "20");
    const Pooler pooler(it, mode, {{"POOL_SIZE", pool}, {"ROUND_ROBIN", "1"}});
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"cycle"}, {"queue", "build"}, {"builder", "disable", "bob"}, {"db", "upgrade"}}) {
        INFO(mode << " " << pool << " " << join(words, " "));
        CHECK(it.run(words) == 78);
        CHECK(it.log() ==
              "buildd-master: database: a pooler gives each transaction another process of the "
              "server, which loses the farm's locks: use its session mode (pgbouncer: pool_mode = "
              "session) or connect to PostgreSQL itself\n");
    }
    CHECK(it.fleet.calls().empty());
    CHECK(it.farm.value("SELECT count(*) FROM pass") == "0");
    CHECK(it.farm.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = "
                        "(SELECT oid FROM pg_database WHERE datname = current_database())") == "0");
}

TEST_CASE("a pooler that keeps the server's process works as PostgreSQL itself does") {
    Scenario it("current");
    const std::string pool = GENERATE("1", "20");
    const Pooler pooler(it, "session", {{"POOL_SIZE", pool}});
    it.set_up_job();
    it.wait_with("PACKAGEFAIL");
    CHECK(it.run({"cycle"}) == 0);
    CHECK(it.farm.state(8) == "FAILEDTOBUILD");
    CHECK(it.run({"cycle"}) == 0);  // the first one's lock did not stay behind
}
