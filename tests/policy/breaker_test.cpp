// Which of the jobs that wait for a cause to go is tried next, and when. Value by value.
#include "policy/breaker.hpp"

#include "test.hpp"

using namespace buildd::policy;
using namespace std::chrono_literals;

namespace {

ProbeCandidate candidate(int score, std::optional<CauseTime> owner_tried = {},
                         std::optional<CauseTime> group_tried = {},
                         std::optional<CauseTime> tried = {}) {
    return {true, true, owner_tried, group_tried, tried, score};
}

std::optional<std::size_t> next_of(const std::vector<ProbeCandidate>& candidates,
                                   bool trusted = true) {
    return next_probe(trusted, candidates);
}

}  // namespace

TEST_CASE("a breaker's probes come after 2, 4, 8 and then every 15 minutes") {
    std::vector<std::int64_t> minutes;
    for (int probes = 0; probes < 5; ++probes) minutes.push_back(probe_delay(probes).count());
    CHECK(minutes == std::vector<std::int64_t>{2, 4, 8, 15, 15});
    CHECK(probe_turn({false, {}, false}) == ProbeTurn::none);
    CHECK(probe_turn({true, {}, false}) == ProbeTurn::next);
}

TEST_CASE("a probe that nobody takes for two minutes makes room for another one") {
    CHECK(probe_turn({false, 119s, false}) == ProbeTurn::none);
    CHECK(probe_turn({true, 119s, false}) == ProbeTurn::none);  // not two at once
    CHECK(probe_turn({false, 120s, false}) == ProbeTurn::instead);
    CHECK(probe_turn({true, 1h, false}) == ProbeTurn::instead);
}

TEST_CASE("a probe that is needed no more is followed by another one at once") {
    CHECK(probe_turn({false, {}, true}) == ProbeTurn::instead);
}

TEST_CASE("the next probe is the best job that has a builder to run on") {
    CHECK_FALSE(next_of({}));
    CHECK(next_of({candidate(10), candidate(20), candidate(15)}) == 1);
    auto busy = candidate(30);
    busy.idle = false;
    CHECK(next_of({busy, candidate(10)}) == 1);
    CHECK(next_of({busy}) == 0);
}

TEST_CASE("owners, architectures and jobs take turns as probes") {
    CHECK(next_of({candidate(99, 5h), candidate(1)}) == 1);          // of another owner
    CHECK(next_of({candidate(99, 5h), candidate(1, 4h)}) == 1);      // the longest ago
    CHECK(next_of({candidate(99, 5h, 5h), candidate(1, 5h)}) == 1);  // another architecture
    CHECK(next_of({candidate(99, 5h, 5h, 5h), candidate(1, 5h, 5h)}) == 1);
    CHECK(next_of({candidate(99, 5h, 5h, 4h), candidate(1, 5h, 5h, 3h)}) == 1);
}

TEST_CASE("a breaker that trusted builders opened is probed with trusted jobs while one can go") {
    auto untrusted = candidate(99);
    untrusted.trusted = false;
    auto busy = candidate(1, 5h, 5h, 5h);
    busy.idle = false;
    CHECK(next_of({untrusted, busy}) == 1);
    CHECK(next_of({untrusted}) == 0);
    CHECK(next_of({untrusted, busy}, false) == 0);
}
