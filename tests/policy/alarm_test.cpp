// What monitoring is told (status --check).
#include "policy/alarm.hpp"

#include "test.hpp"

using namespace buildd;
using policy::Alarm;
using policy::judge;
using policy::WatchedFarm;

namespace {

LastPass pass(std::optional<int> exit_status, std::chrono::seconds age) {
    return {"cycle", "host", exit_status, "2 builders", age};
}

WatchedFarm healthy() {
    return {pass(0, std::chrono::seconds(12)), {}, 0, 0};
}

}  // namespace

TEST_CASE("a farm whose passes go on needs no alarm") {
    CHECK(judge(healthy()).alarm == Alarm::ok);
    CHECK(judge(healthy()).line == "OK - the last pass was 12 s ago: 2 builders");
    WatchedFarm at_work = healthy();
    at_work.last_dispatch = pass(std::nullopt, std::chrono::seconds(40));
    CHECK(judge(at_work).alarm == Alarm::ok);
}

TEST_CASE("no pass for more than five minutes is critical") {
    WatchedFarm farm = healthy();
    farm.last_dispatch->age = std::chrono::minutes(5);
    CHECK(judge(farm).alarm == Alarm::ok);
    farm.last_dispatch->age = std::chrono::minutes(6);
    CHECK(judge(farm).line == "CRITICAL - no pass has dispatched jobs for 6 min 0 s");
    farm.last_dispatch.reset();
    CHECK(judge(farm).line == "CRITICAL - no pass has dispatched jobs within a week");
    CHECK(judge(farm).alarm == Alarm::critical);
}

TEST_CASE("a pass that could not work is critical and one that needs a person a warning") {
    WatchedFarm farm = healthy();
    for (const int status : {69, 70, 78}) {
        farm.last_dispatch->exit_status = status;
        CHECK(judge(farm).line ==
              "CRITICAL - the last pass ended with exit status " + std::to_string(status));
    }
    farm.last_dispatch->exit_status = 1;
    CHECK(judge(farm).alarm == Alarm::warning);
    CHECK(judge(farm).line ==
          "WARNING - the last pass left something for a person: its log says what");
}

TEST_CASE("builders and builds that wait for a person are warnings with names and numbers") {
    WatchedFarm farm = healthy();
    farm.disabled_builders = {"bob", "frog"};
    farm.chroot_wait = 1;
    farm.failed_to_upload = 3;
    farm.left = 2;
    CHECK(judge(farm).alarm == Alarm::warning);
    CHECK(judge(farm).line ==
          "WARNING - 2 builders out of use: bob frog; 1 build in CHROOTWAIT; 3 builds "
          "FAILEDTOUPLOAD; 2 builds that end the same again and again");
    farm.last_dispatch->age = std::chrono::hours(1);
    CHECK(judge(farm).alarm == Alarm::critical);
}
