// How long a build may run, value by value.
#include "policy/build_limit.hpp"

#include "policy/collect_facts.hpp"

using namespace buildd;
using namespace buildd::policy;

namespace {

using namespace std::chrono_literals;

}  // namespace

TEST_CASE("build_timeout is the usual one or five times the longest good build or what is set") {
    const auto timeouts = *parse_build_timeouts(
        "7 d, mozilla-firefox/i386 3 h, evolution 2 d, */i386 20 d, */hppa 1 d");
    BuildFacts build = job().build;
    const auto limit = [&](const std::string& source, const std::string& tag,
                           const std::optional<std::chrono::seconds>& longest = std::nullopt) {
        build.source.name = source;
        build.target.architecture_tag = tag;
        return build_limit(timeouts, build, longest);
    };
    CHECK(limit("pmount", "amd64") == 7 * 24h);
    CHECK(limit("pmount", "amd64", 30h) == 7 * 24h);
    CHECK(limit("pmount", "amd64", 40h) == 200h);
    CHECK(limit("mozilla-firefox", "i386", 40h) == 3h);
    CHECK(limit("mozilla-firefox", "hppa") == 24h);
    CHECK(limit("evolution", "i386") == 48h);
    CHECK(limit("pmount", "i386") == 20 * 24h);
}

TEST_CASE("only a build that has run for the least build_timeout is compared with its good ones") {
    const auto timeouts = *parse_build_timeouts("7 d, evolution 2 d");
    RunningJob running = job();
    CHECK_FALSE(may_be_overtime(timeouts, running));  // not known how long
    running.building = 7 * 24h - 1s;
    CHECK_FALSE(may_be_overtime(timeouts, running));
    running.building = 7 * 24h;
    CHECK(may_be_overtime(timeouts, running));
    running.build.source.name = "evolution";
    running.building = 48h;
    CHECK(may_be_overtime(timeouts, running));
}
