// The score: each term, and what it promises.
#include "policy/score.hpp"

#include "policy/waiting.hpp"
#include "test.hpp"

using namespace buildd;
using namespace buildd::policy;
using namespace std::chrono_literals;

namespace {

Score scored(Urgency urgency, std::string_view component, Pocket pocket = Pocket::BACKPORTS) {
    ScoreFacts facts;
    facts.urgency = urgency;
    facts.component = component;
    facts.pocket = pocket;
    return score(facts, 100);
}

}  // namespace

TEST_CASE("a job is scored by urgency component and pocket") {
    using U = Urgency;
    CHECK(scored(U::LOW, "multiverse").total() == 5);
    CHECK(scored(U::MEDIUM, "universe").total() == 260);
    CHECK(scored(U::HIGH, "restricted").total() == 765);
    CHECK(scored(U::EMERGENCY, "partner").total() == 1270);
    CHECK(scored(U::LOW, "no-such").total() == 5);
    CHECK(scored(U::LOW, "main", Pocket::RELEASE).total() == 2505);
    CHECK(scored(U::LOW, "main", Pocket::PROPOSED).total() == 4005);
    CHECK(scored(U::LOW, "main", Pocket::UPDATES).total() == 4005);
    CHECK(scored(U::LOW, "universe", Pocket::SECURITY).total() == 4755);
}

TEST_CASE("Debian's components are scored as those of Ubuntu that are alike") {
    const auto points = [](std::string_view component) {
        return scored(Urgency::LOW, component).component;
    };
    CHECK(points("main") == 1000);
    CHECK(points("contrib") == points("universe"));
    CHECK(points("non-free") == points("multiverse"));
    CHECK(points("non-free-firmware") == points("restricted"));
}

TEST_CASE("a score tells each term that is not 0") {
    CHECK(scored(Urgency::HIGH, "main").text() == "U+15 C+1000 T+0 = 1015");
    ScoreFacts facts{Urgency::HIGH, "main", Pocket::RELEASE, true, true, -7, 2h, -250, 90min};
    CHECK(score(facts, 100).text() == "U+15 C+1000 P+1500 A-107 T+20 F-250 E+90 = 2268");
    CHECK(given_score(5000, 90min, 100).text() == "S+5000 T+150 = 5150");
    CHECK(given_score(-3, 0s, 100).text() == "S-3 T+0 = -3");
}

TEST_CASE("an archive has points of its own and those of being private or a rebuild") {
    ScoreFacts facts;
    CHECK(score(facts, 100).archive == 0);
    facts.archive_points = 40;
    CHECK(score(facts, 100).archive == 40);
    facts.is_private = true;
    CHECK(score(facts, 100).archive == 2540);
    facts.rebuild = true;
    CHECK(score(facts, 100).archive == -60);
}

TEST_CASE("L44 a job's score grows with each hour that it waits and never stops") {
    ScoreFacts facts;
    const auto waiting = [&facts](std::chrono::seconds waited) {
        facts.waited = waited;
        return score(facts, 100).waiting;
    };
    CHECK(waiting(-1h) == 0);
    CHECK(waiting(35s) == 0);
    CHECK(waiting(36s) == 1);
    CHECK(waiting(1h) == 100);
    CHECK(waiting(240h) == 24'000);
    CHECK(waiting(1s * INT64_MAX) > 1'000'000);
    facts.rebuild = true;
    CHECK(waiting(1h) == 10);
    CHECK(score(facts, 1).waiting == 0);
    CHECK(waiting(240h) == 2400);
    CHECK(score(facts, 1).waiting == 24);
    CHECK(given_score(5000, 1h, 30).total() == 5030);
}

TEST_CASE("where everything is built anew the longest goes first and what is unknown with it") {
    ScoreFacts facts;
    facts.expected = 5h;
    CHECK(score(facts, 100).expected == 0);
    facts.rebuild = true;
    CHECK(score(facts, 100).expected == 300);
    facts.expected = 50h;
    CHECK(score(facts, 100).expected == 720);
    facts.expected.reset();
    CHECK(score(facts, 100).expected == 720);
}

TEST_CASE("terms at their bounds add up to a number that can be stored") {
    CHECK(given_score(1'000'000'000, 1s * INT64_MAX, 1'000'000).total() == 1'500'000'000);
    ScoreFacts facts;
    facts.fairness = -2'000'000'000;
    facts.archive_points = -1'000'000'000;
    CHECK(score(facts, 100).total() == -2'000'000'000);
}

TEST_CASE("the clock of a group stands still until a job comes") {
    CHECK(clock_moves({1, true, std::nullopt}));
    CHECK_FALSE(clock_moves({1000, false, 240h}));
    CHECK(clock_moves({1000, true, 1min}));
}

TEST_CASE("the clock of a group in which very many wait moves in longer steps") {
    CHECK_FALSE(clock_moves({150'000, true, 14min}));
    CHECK(clock_moves({150'000, true, 15min}));
    CHECK_FALSE(clock_moves({50'000'000, true, 59min}));
    CHECK(clock_moves({50'000'000, true, 60min}));
}

TEST_CASE("who comes when a job's difference is over stands behind it whatever their classes are") {
    ScoreFacts last, first;
    last.component = "non-free";
    last.pocket = Pocket::BACKPORTS;
    first.urgency = Urgency::EMERGENCY;
    first.component = "partner";
    first.pocket = Pocket::SECURITY;
    first.is_private = true;
    const int difference = score(first, 100).total() - score(last, 100).total();
    last.waited = std::chrono::seconds(difference * 36);
    CHECK(score(last, 100).total() == score(first, 100).total());
    // Of those with the same score the one that came first is first; the other gains no more.
    last.waited += 240h;
    first.waited += 240h;
    CHECK(score(last, 100).total() == score(first, 100).total());
}
