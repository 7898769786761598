// Two hosts' passes, `work`, queue building and an admin at the same time on one farm (spec:
// behaviour §2.1, §2.5): no job is started twice, none is lost, nobody waits for ever.
// DISPATCHES=N: until the builders have been sent N builds (masters/run.sh).
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>

#include "masters/race.hpp"
#include "test.hpp"

using namespace buildd;

namespace {

int wanted_dispatches() {
    const char* wish = std::getenv("DISPATCHES");
    return wish == nullptr ? 300 : std::atoi(wish);
}

}  // namespace

TEST_CASE("two hosts and an admin start no job twice and lose none") {
    test::Race race(wanted_dispatches() > 10000);
    race.run(wanted_dispatches());
    race.settle();
    const std::string dispatches = std::to_string(race.started());
    const std::string attempts = race.attempts(), lost = race.jobs_lost();
    UNSCOPED_INFO(race.logs());
    CHECK(race.only_ended_as_documented());
    CHECK(race.sent_twice() == 0);
    CHECK(race.wrecked() == 0);
    CHECK(race.holding() == 0);
    CHECK(race.accepted() == race.started());
    CHECK(race.farm().fleet.count("build") == race.started());
    CHECK(attempts == dispatches);
    CHECK(lost == "0");
    CHECK(race.uploads() > 0);
    CHECK(race.resets() > 0);
    CHECK(race.uploaded_twice() == 0);
    CHECK(race.at_once() == 0);
    CHECK(race.not_reset() == std::vector<std::string>());
    CHECK(race.deadlocks() == "0");
    CHECK(race.farm().run({"db", "check"}) == 0);
    std::cout << fmt::format(
        "{} builds dispatched, {} sent twice, {} wrecked, {} attempts recorded, {} jobs lost, "
        "{} uploads, {} resets, {} done twice at once, {} deadlocks; exit statuses: {}\n",
        dispatches, race.sent_twice(), race.wrecked(), attempts, lost, race.uploads(),
        race.resets(), race.uploaded_twice() + race.at_once(), race.deadlocks(), race.programs());
}
