#include "policy/log_follower.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "test.hpp"

using namespace buildd;
using policy::LogFollower;
using policy::LogSearch;

namespace {

std::string lines(int from, int to) {
    std::string text;
    for (int i = from; i < to; ++i) text += fmt::format("this is line {}\n", i);
    return text;
}

// As a pass stores it: the log's last bytes.
std::string tail(const std::string& log, std::size_t length) {
    return mask_tail(to_utf8(log.substr(log.size() - std::min(length, log.size()))));
}

// All of it in pieces of that size.
LogSearch searched(std::string_view mark, const std::string& log, std::size_t piece) {
    LogSearch search(mark);
    for (std::size_t at = 0; at < log.size(); at += piece)
        search.take(std::string_view(log).substr(at, piece));
    return search;
}

}  // namespace

TEST_CASE("tails that overlap are shown without repetition wherever they are cut") {
    const std::string log = lines(0, 100);
    for (const std::size_t length : {200U, 333U, 1000U, 5000U}) {
        LogFollower follower;
        std::string shown;
        std::size_t at = 30;
        for (; at < log.size(); at += 57) shown += follower.next(tail(log.substr(0, at), length));
        CHECK(log.find(shown) == 0);
        CHECK(shown.size() == at - 57);
        CHECK(follower.next(tail(log.substr(0, at - 57), length)).empty());
    }
}

TEST_CASE("a gap between two tails is marked") {
    LogFollower follower;
    CHECK(follower.next(lines(0, 3)) == lines(0, 3));
    CHECK(follower.next("f line 7\n" + lines(8, 10)) == "\n…\n" + lines(8, 10));
    CHECK(follower.next("") == "");
    CHECK(follower.next(lines(8, 10)) == "");
}

TEST_CASE("short tails at the start of a log grow without a gap") {
    LogFollower follower;
    CHECK(follower.next("a") == "a");
    CHECK(follower.next("a\nb") == "\nb");
    CHECK(follower.next("a\nb\n") == "\n");
    CHECK(follower.next("x\ny\n") == "\n…\ny\n");
}

TEST_CASE("half a character and half a password at a tail's ends hide no overlap") {
    LogFollower follower;
    const std::string url = "deb http://joe:secret@host/ hoary main\n";
    CHECK(follower.next(tail(url + lines(0, 5) + "caf\xC3", 150)) ==
          "deb http://joe:***@host/ hoary main\n" + lines(0, 5) + "caf");
    CHECK(follower.next(tail(url + lines(0, 5) + "café\n", 110)) == "é\n");
    CHECK(follower.next(tail("secret@host/ hoary main\n" + lines(0, 5) + "café\nend\n", 200)) ==
          "end\n");
}

TEST_CASE("what was shown is found in the stored log in pieces of any size") {
    const std::string log = "deb http://joe:secret@host/\n" + lines(0, 100);
    LogFollower follower;
    CHECK(follower.mark().empty());
    CHECK_FALSE(follower.begun());
    const std::string seen = log.substr(0, 120);
    follower.next(mask_passwords(seen));
    for (const std::size_t piece : {1U, 7U, 100U, 100000U}) {
        const auto search = searched(follower.mark(), log, piece);
        CHECK(search.found());
        CHECK(search.end() == seen.size());
    }
    CHECK_FALSE(searched("nowhere", log, 10).found());
    CHECK_FALSE(searched("", log, 10).found());
    CHECK(searched("ab", "ab ab ab", 3).end() == 8);
}
