// The mail server misbehaves.
#include <fmt/format.h>
#include <iostream>
#include <set>

#include "outages/scene.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scene;

TEST_CASE("no mail is lost whatever the mail server does") {
    const std::string way =
        GENERATE(as<std::string>(), "refuse", "reject-rcpt", "reject-data", "drop-after-data",
                 "hang", "hang-greeted", "hang-data", "hang-dot", "drip");
    INFO(way);
    Scene scene;
    auto& it = scene.it;
    it.farm.options["smtp_timeout"] = "1 s";
    it.fleet.say("smtp " + way);
    CHECK(it.run({"cycle"}) == 0);
    CHECK(it.farm.state(7) == "FAILEDTOBUILD");
    CHECK(it.farm.state(8) == "FULLYBUILT");
    const std::string waiting = "SELECT count(*) FROM mailqueue WHERE datesent IS NULL";
    CHECK(it.farm.value(waiting) == "3");
    it.fleet.say("smtp ok");
    it.farm.sql("UPDATE mailqueue SET next_attempt = now() WHERE next_attempt IS NOT NULL");
    CHECK(scene.wrong_after_two_rounds() == "");
    const auto told = it.recipients();
    CHECK(std::set<std::string>(told.begin(), told.end()).size() == 3);
    std::cout << fmt::format("mail server '{}': 3 mails waited, {} were delivered\n", way,
                             told.size());
}
