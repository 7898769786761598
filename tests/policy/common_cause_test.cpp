// When several builders say the same, who is it? Value by value.
#include "policy/common_cause.hpp"

#include "policy/breaker.hpp"
#include "test.hpp"

using namespace buildd::policy;
using namespace std::chrono_literals;

namespace {

constexpr CauseTime now = 10h;
const std::vector<int> living{20, 20};  // trusted, untrusted

constexpr Shared the_chroot{CauseKind::chroot, 1}, line{CauseKind::line, 1},
    host{CauseKind::host, 1}, series{CauseKind::series, 1}, network{CauseKind::network, 1};

Shared file(std::uint64_t key) {
    return {CauseKind::file, key};
}
Shared archive(std::int64_t owner) {
    return {CauseKind::archive, static_cast<std::uint64_t>(owner)};
}

CauseEnd end_of(std::int64_t builder, std::int64_t build, std::vector<Shared> shared) {
    CauseEnd end;
    end.builder = builder;
    end.build = build;
    end.began = now - 2min;
    end.at = now - 1min;
    end.shared = std::move(shared);
    return end;
}

CauseEnd chroot_failed(std::int64_t builder, std::int64_t build) {
    CauseEnd end = end_of(builder, build, {line, host, the_chroot, series, network});
    end.word = CauseWord::chroot;
    end.reached = Reached::files;
    return end;
}

CauseEnd not_fetched(std::int64_t builder, std::int64_t build, Asked asked = Asked::no) {
    CauseEnd end = end_of(builder, build, {file(static_cast<std::uint64_t>(build)), host, network});
    end.word = CauseWord::fetch;
    end.asked = asked;
    return end;
}

CauseEnd good(std::int64_t builder, std::int64_t build, CauseTime began,
              std::vector<Shared> shared = {line, host, the_chroot, series, network}) {
    CauseEnd end = end_of(builder, build, std::move(shared));
    end.began = began;
    end.reached = Reached::build;
    return end;
}

CauseEnd of_owner(CauseEnd end, std::int64_t owner) {
    end.owner = owner;
    end.group = 1;
    end.trusted = false;
    end.shared.push_back(archive(owner));
    return end;
}

std::vector<Cause> causes(const std::vector<CauseEnd>& ends) {
    return common_causes(ends, living, {}, now);
}

const std::vector<CauseEnd> three{chroot_failed(1, 1), chroot_failed(2, 2), chroot_failed(3, 3)};

std::vector<CauseEnd> three_and(std::vector<CauseEnd> more) {
    more.insert(more.end(), three.begin(), three.end());
    return more;
}

}  // namespace

TEST_CASE("three builders that say the same of three builds have a common cause") {
    const auto found = causes(three);
    REQUIRE(found.size() == 1);
    CHECK(found[0].word == CauseWord::chroot);
    CHECK(found[0].trusted);
    CHECK(found[0].cases == std::vector<std::size_t>{0, 1, 2});
    CHECK(causes({three[0], three[1]}).empty());
    CHECK(causes({three[0], three[1], chroot_failed(2, 3)}).empty());  // two builders
    CHECK(causes({three[0], three[1], chroot_failed(3, 2)}).empty());  // two builds
}

TEST_CASE("what was said more than a quarter of an hour ago is no part of a common cause") {
    auto ends = three;
    ends[0].at = now - 16min;
    CHECK(causes(ends).empty());
    ends[0].at = now - 15min;
    CHECK(causes(ends).size() == 1);
}

TEST_CASE("a good end that began since the first case speaks against a common cause") {
    CHECK(causes(three_and({good(4, 4, now - 90s)})).size() == 1);  // while they failed
    CHECK(causes(three_and({good(4, 4, now - 30s)})).empty());
    // it ended meanwhile, but shows only that all was well as it began
    CHECK(causes(three_and({good(4, 4, now - 1h)})).size() == 1);
}

TEST_CASE("a common cause has at least half of all ends since its first case") {
    const auto otherwise = [](std::int64_t build) {
        auto end = good(9, build, now - 110s);
        end.reached = Reached::files;  // it proves nothing
        return end;
    };
    CHECK(causes(three_and({otherwise(4), otherwise(5), otherwise(6)})).size() == 1);
    CHECK(causes(three_and({otherwise(4), otherwise(5), otherwise(6), otherwise(7)})).empty());
}

TEST_CASE("attempts that run on for longer than the cases did speak against a common cause") {
    const auto running = [](std::int64_t build, CauseTime began) {
        auto end = good(build, build, began);
        end.at = now;
        end.running = true;
        end.reached = Reached::files;
        return end;
    };
    std::vector<CauseEnd> long_ago, since, just_now;
    for (std::int64_t build = 4; build < 8; ++build) {
        long_ago.push_back(running(build, now - 1h));
        since.push_back(running(build, now - 2min));
        just_now.push_back(running(build, now - 50s));
    }
    CHECK(causes(three_and(long_ago)).size() == 1);
    CHECK(causes(three_and(since)).empty());
    CHECK(causes(three_and(just_now)).size() == 1);
}

TEST_CASE("a common cause is what all cases share and the fewest other ends touch") {
    CHECK(causes(three)[0].object == line);  // of equals the first in the list of kinds
    const auto before = good(4, 4, now - 10min, {line, host, series, network});
    CHECK(causes(three_and({before}))[0].object == the_chroot);
    auto other_line = three;
    other_line[2].shared[0].key = 2;
    CHECK(causes(other_line)[0].object == host);
    auto other_network = other_line;
    other_network[1].shared[1].key = 2;
    CHECK(causes(other_network)[0].object == the_chroot);
}

TEST_CASE("a file that was fetched is not to blame for what failed afterwards") {
    auto ends = three;
    for (auto& end : ends) end.shared.push_back(file(7));
    CHECK(causes(ends)[0].object == line);
    std::vector<CauseEnd> lost;
    for (std::int64_t i = 1; i < 4; ++i) {
        lost.push_back(not_fetched(i, i));
        lost.back().shared[0] = file(7);
    }
    CHECK(causes(lost)[0].object == file(7));
    auto had_it = chroot_failed(4, 4);
    had_it.shared = {file(7)};
    had_it.began = now;
    lost.push_back(had_it);
    CHECK_FALSE(causes(lost)[0].object == file(7));
}

TEST_CASE("two causes at once are both found") {
    auto ends = three;
    for (std::int64_t i = 4; i < 7; ++i) ends.push_back(not_fetched(i, i));
    const auto found = causes(ends);
    REQUIRE(found.size() == 2);
    CHECK(found[0].object == host);
    CHECK(found[0].word == CauseWord::fetch);
    CHECK(found[1].object == line);
}

TEST_CASE("cases of one owner open that owner's archive alone") {
    std::vector<CauseEnd> ends;
    for (const auto& one : three) ends.push_back(of_owner(one, 7));
    auto found = causes(ends);
    REQUIRE(found.size() == 1);
    CHECK(found[0].object == archive(7));
    CHECK_FALSE(found[0].trusted);
    ends[0] = of_owner(three[0], 8);
    found = causes(ends);
    REQUIRE(found.size() == 1);
    CHECK(found[0].object == line);
}

TEST_CASE("untrusted builders' words never hold trusted jobs") {
    auto ends = three;
    ends[0] = of_owner(ends[0], 7);
    auto found = causes(ends);
    REQUIRE(found.size() == 1);
    CHECK_FALSE(found[0].trusted);
    const std::vector<Shared> shared{line, the_chroot};
    CHECK(holds(found[0], shared, false));
    CHECK_FALSE(holds(found[0], shared, true));
    // nor does their success end what trusted builders said
    CHECK(causes(three_and({of_owner(good(4, 4, now - 30s), 7)})).size() == 1);
    const Breaker opened{causes(three)[0], now - 1h};
    CHECK_FALSE(closes(opened, of_owner(good(4, 4, now), 7)));
    auto none_trusted_waits = opened;
    none_trusted_waits.trusted_waits = false;
    CHECK(closes(none_trusted_waits, of_owner(good(4, 4, now), 7)));
}

TEST_CASE("where fewer than three builders of a kind live all that live are enough") {
    std::vector<CauseEnd> ends{chroot_failed(1, 1), chroot_failed(1, 2), chroot_failed(1, 3)};
    CHECK(common_causes(ends, std::vector<int>{1, 5}, {}, now).size() == 1);
    CHECK(common_causes(ends, std::vector<int>{2, 5}, {}, now).empty());
    ends[2].build = 2;
    CHECK(common_causes(ends, std::vector<int>{1, 5}, {}, now).empty());
}

TEST_CASE("of a file three ends of one build are enough where few builders live") {
    const std::vector<CauseEnd> ends{not_fetched(1, 1), not_fetched(1, 1), not_fetched(1, 1)};
    const auto found = common_causes(ends, std::vector<int>{1, 0}, {}, now);
    REQUIRE(found.size() == 1);
    CHECK(found[0].object == file(1));
    CHECK(causes(ends).empty());
}

TEST_CASE("what the master hears of a file's URL decides whom its loss is laid to") {
    auto found = causes({not_fetched(1, 1, Asked::gone)});
    REQUIRE(found.size() == 1);
    CHECK(found[0].object == file(1));
    found = causes({of_owner(not_fetched(1, 1, Asked::no_answer), 7)});
    REQUIRE(found.size() == 1);
    CHECK(found[0].object == host);
    CHECK(found[0].trusted);  // the master's own word
    auto fetched_meanwhile = good(2, 2, now, {host});
    CHECK(causes({not_fetched(1, 1, Asked::no_answer), fetched_meanwhile}).empty());
    std::vector<CauseEnd> there;
    for (std::int64_t i = 1; i < 4; ++i) there.push_back(not_fetched(i, i, Asked::there));
    found = causes(there);
    REQUIRE(found.size() == 1);
    CHECK(found[0].object == network);  // their way to it
    there[2].shared[2].key = 2;
    CHECK(causes(there).empty());
}

TEST_CASE("half of a network's builders that fall silent have a common cause") {
    std::vector<CauseEnd> ends;
    for (std::int64_t i = 1; i < 7; ++i) {
        ends.push_back(end_of(i, i, {network}));
        ends.back().began = now - 1min;
        if (i < 4) ends.back().word = CauseWord::silent;
    }
    CHECK(causes(ends).size() == 1);
    ends.push_back(end_of(7, 7, {network}));
    ends.back().began = now - 1min;
    CHECK(causes(ends).empty());
    ends.pop_back();
    ends[5].reached = Reached::back;
    ends[5].began = now;
    CHECK(causes(ends).empty());
}

TEST_CASE("where two builders live both that fall silent together have a common cause") {
    const auto fell_silent = [](std::int64_t builder, std::int64_t build, CauseTime at) {
        auto end = end_of(builder, build, {network});
        end.word = CauseWord::silent;
        end.at = at;
        return end;
    };
    const auto found = [](const std::vector<CauseEnd>& ends, int alive) {
        return common_causes(ends, std::vector<int>{alive, 0}, {}, now).size();
    };
    const auto ant = fell_silent(1, 1, now - 4min);
    CHECK(found({ant, fell_silent(2, 2, now)}, 2) == 1);
    CHECK(found({ant, fell_silent(2, 0, now)}, 2) == 1);         // it had no job
    CHECK(found({ant, fell_silent(2, 1, now)}, 2) == 0);         // one job ended both
    CHECK(found({ant, fell_silent(2, 2, now + 2min)}, 2) == 0);  // one after the other
    CHECK(found({ant, fell_silent(2, 2, now)}, 3) == 0);
    CHECK(found({ant, fell_silent(1, 2, now)}, 1) == 0);  // the only one: its jobs may end it
}

TEST_CASE("builders that all fell silent have a common cause though none is in use any more") {
    std::vector<CauseEnd> ends;
    for (std::int64_t i = 1; i < 5; ++i) {
        ends.push_back(end_of(i, i, {network}));
        ends.back().word = CauseWord::silent;
    }
    CHECK(common_causes(ends, std::vector<int>{0, 0}, {}, now).size() == 1);
}

TEST_CASE("what went well before the first builder fell silent does not speak for the network") {
    std::vector<CauseEnd> ends;
    for (std::int64_t i = 1; i < 4; ++i) {
        ends.push_back(end_of(i, i, {network}));
        ends.back().word = CauseWord::silent;
        ends.back().began = now - 10h;  // of its attempt
    }
    for (std::int64_t i = 4; i < 9; ++i) ends.push_back(good(i, i, now - 2min, {network}));
    CHECK(causes(ends).size() == 1);
    for (auto& end : ends) end.began = std::max(end.began, now - 1min);
    CHECK(causes(ends).empty());
}

TEST_CASE("jobs of one owner that silence their builders are no common cause") {
    std::vector<CauseEnd> ends;
    for (std::int64_t i = 1; i < 5; ++i) {
        ends.push_back(end_of(i, i, {network}));
        ends.back().owner = 7;
        ends.back().word = CauseWord::silent;
    }
    ends.back().build = 0;  // it had no job
    ends.back().owner = 0;
    CHECK(causes(ends).empty());
    ends[0].owner = 8;
    CHECK(causes(ends).size() == 1);
}

TEST_CASE("a builder that is not silent says so once whatever it ends meanwhile") {
    std::vector<CauseEnd> ends;
    for (std::int64_t i = 1; i < 4; ++i) {
        ends.push_back(end_of(i, i, {network}));
        ends.back().word = CauseWord::silent;
    }
    for (std::int64_t job = 0; job < 12; ++job)
        ends.push_back(good(4 + job % 3, 10 + job, now - 1min, {network}));
    CHECK(causes(ends).size() == 1);
    ends.push_back(good(7, 30, now - 1min, {network}));
    CHECK(causes(ends).empty());
}

TEST_CASE("what an open breaker explains opens no other one") {
    const std::vector<Cause> open{causes(three)[0]};
    const auto later = chroot_failed(4, 4);
    const auto found = common_causes(std::vector{later}, living, open, now);
    REQUIRE(found.size() == 1);
    CHECK(found[0].is_open == 0);
    CHECK(found[0].cases == std::vector<std::size_t>{0});
    CHECK(common_causes(std::vector{not_fetched(4, 4)}, living, open, now).empty());
}

TEST_CASE("a breaker is closed by the first success that began after it was opened") {
    const Breaker breaker{causes(three)[0], now - 1s};
    CHECK(closes(breaker, good(1, 1, now)));
    CHECK_FALSE(closes(breaker, good(1, 1, now - 1s)));
    CHECK_FALSE(closes(breaker, good(1, 1, now, {the_chroot})));
    CHECK_FALSE(closes(breaker, chroot_failed(1, 1)));
    auto fetched_only = good(1, 1, now);
    fetched_only.reached = Reached::files;
    CHECK_FALSE(closes(breaker, fetched_only));
    Breaker of_host = breaker;
    of_host.cause = {host, CauseWord::fetch};
    CHECK(closes(of_host, fetched_only));
}

TEST_CASE("five thousand builders that fail at once are judged in one look") {
    std::vector<CauseEnd> ends;
    for (std::int64_t i = 1; i <= 5000; ++i) {
        ends.push_back(not_fetched(i, i));
        ends.push_back(of_owner(chroot_failed(i, 10000 + i), i % 500));
    }
    const auto found = causes(ends);
    REQUIRE(found.size() == 2);
    CHECK(found[0].cases.size() == 5000);
    CHECK(found[1].cases.size() == 5000);
}
