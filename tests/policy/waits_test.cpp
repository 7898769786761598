// Has a dependency wait ended, by what apt would choose from, and how often is it tried again?
#include "policy/waits.hpp"

#include "policy/backoff.hpp"
#include "test.hpp"

using namespace buildd;
using namespace buildd::policy;
using namespace std::chrono_literals;

namespace {

using Visible = std::vector<VisibleBinary>;

Wait waits_for(const std::string& dependencies, const std::string& declared = "") {
    return {dependencies, declared, "i386", {}};
}

bool over(const std::string& dependencies, const Visible& visible,
          const std::string& declared = "") {
    return judge_wait(waits_for(dependencies, declared), visible).step == WaitStep::retry;
}

// One whose builders have said so many times that foo is not there; each time but the last the
// queue had it tried again with this index.
Wait looped(int answers, const std::string& index, std::chrono::seconds age = 0s) {
    Wait wait = waits_for("foo");
    for (int i = 0; i < answers; ++i)
        wait.past.push_back({"foo", i + 1 < answers ? index : "", age});
    return wait;
}

const Visible foo_1{{"foo", "1", "", "no"}};

std::string index_of(const Visible& visible) {
    return judge_wait(waits_for("foo"), visible).index;
}

}  // namespace

TEST_CASE("of a package only the highest version that is seen can be had") {
    const Visible both{{"libfoo-dev", "1.0", "", ""}, {"libfoo-dev", "2.0", "", ""}};
    CHECK_FALSE(over("libfoo-dev (<< 2)", both));
    CHECK(over("libfoo-dev (<< 2)", {both[0]}));
    CHECK(over("libfoo-dev (>= 2)", both));
    const Visible epoch{{"lib", "1:0.5", "", ""}, {"lib", "2024.1", "", ""}};
    CHECK(over("lib (>= 2024)", {epoch[0]}));
    CHECK_FALSE(over("lib (>= 1:1)", epoch));
    CHECK_FALSE(over("lib (= 2024.1)", epoch));
    CHECK(over("lib (= 1:0.5)", epoch));
    CHECK(over("lib (<< 2)", {{"lib", "2~rc1", "", ""}, {"lib", "1.9", "", ""}}));
    CHECK_FALSE(over("lib (= 1.0-1)", {{"lib", "1.0-1", "", ""}, {"lib", "1.0-1+b1", "", ""}}));
}

TEST_CASE("what a package provided before its highest version cannot be had") {
    const Visible dropped{{"exim4", "4.94", "mail-transport-agent", ""}, {"exim4", "4.96", "", ""}};
    CHECK_FALSE(over("mail-transport-agent", dropped));
    CHECK(over("mail-transport-agent", {dropped[0]}));
    CHECK(over("default-mta | mail-transport-agent",
               {dropped[1], {"postfix", "3.7", "mail-transport-agent", ""}}));
    const Visible perl{{"perl", "5.36.0-7", "libfile-temp-perl (= 0.23)", "allowed"}};
    CHECK(over("libfile-temp-perl (>= 0.22)", perl));
    CHECK_FALSE(over("libfile-temp-perl (>= 0.24)", perl));
    CHECK_FALSE(over("mail-transport-agent (>= 1)", {dropped[0]}));
    // A real package of that name does not hide who provides it.
    CHECK(over("libfile-temp-perl (>= 0.22)", {perl[0], {"libfile-temp-perl", "0.1", "", ""}}));
    CHECK_FALSE(over("gcc", {{"gcc-cross", "12", "gcc:arm64 (= 12)", ""}}));
}

TEST_CASE("a dependency that builders report without its qualifier is met as it was declared") {
    const auto python = [](const char* multiarch) {
        return Visible{{"python3", "3.11", "", multiarch}};
    };
    const std::string declared = "debhelper (>= 9), python3:any (>= 3.5) [!hurd-i386], libc:native";
    CHECK(over("python3 (>= 3.5)", python("allowed"), declared));
    for (const char* other : {"no", "foreign", "same"})
        CHECK_FALSE(over("python3 (>= 3.5)", python(other), declared));
    CHECK(over("python3 (>= 3.5)", python(""), declared));    // not known: tried
    CHECK(over("python3 (>= 3.6)", python("no"), declared));  // another one
    CHECK(over("python3", python("no"), "python3 | b ("));    // cannot be read
    CHECK(over("libc", {{"libc", "1", "", "no"}}, declared));
    CHECK_FALSE(over("libc", {{"libc", "1", "", "foreign"}}, declared));
}

TEST_CASE("a qualifier that builders do report is looked at") {
    CHECK(over("foo:i386", foo_1));
    CHECK_FALSE(over("foo:armhf", foo_1));
    CHECK_FALSE(over("foo:any", foo_1));
    CHECK(over("foo:native", foo_1));
    CHECK(over("bar:armhf | foo", foo_1));
    CHECK(over("foo:any", {{"foo", "1", "", "allowed"}}));
    CHECK(over("virtual:any", {{"foo", "1", "virtual", "allowed"}}));
    CHECK(over("virtual:native", {{"foo", "1", "virtual", "foreign"}}));
}

TEST_CASE("a wait that nothing can be told of is not tried again by itself") {
    for (const char* bad : {"", " , ", "not a dependency", "foo (>= )"})
        CHECK(judge_wait(waits_for(bad), foo_1).step == WaitStep::unreadable);
    CHECK(judge_wait(waits_for("bar"), foo_1).step == WaitStep::unmet);
    CHECK(judge_wait(waits_for("bar"), {}).step == WaitStep::unmet);
}

TEST_CASE("the same answer after a retry waits an hour and then twice as long up to a day") {
    CHECK(judge_wait(looped(1, ""), foo_1).step == WaitStep::retry);
    const std::vector<std::chrono::seconds> delays{1h, 2h, 4h};
    for (int answers = 2; answers < answers_for_a_person; ++answers) {
        const auto delay = delays[static_cast<std::size_t>(answers) - 2];
        const auto early = judge_wait(looped(answers, index_of(foo_1), delay - 60s), foo_1);
        CHECK(early.step == WaitStep::later);
        CHECK(early.left == 60s);
        CHECK(judge_wait(looped(answers, index_of(foo_1), delay), foo_1).step == WaitStep::retry);
    }
    CHECK(judge_wait(looped(9, "other", 24h - 1s), foo_1).left == 1s);
    CHECK(judge_wait(looped(9, "other", 24h), foo_1).step == WaitStep::retry);
}

TEST_CASE("five equal answers are a person's until something that they name changes") {
    const auto verdict = judge_wait(looped(5, index_of(foo_1), 1000h), foo_1);
    CHECK(verdict.step == WaitStep::person);
    CHECK(verdict.answers == 5);
    const Visible other{{"foo", "1", "", "no"}, {"bar", "9", "", "no"}};
    CHECK(judge_wait(looped(5, index_of(foo_1), 1000h), other).step == WaitStep::person);
    for (const Visible& changed :
         {Visible{{"foo", "2", "", "no"}}, Visible{{"foo", "1", "", "allowed"}},
          Visible{{"foo", "1", "", "no"}, {"bar", "9", "foo", "no"}}})
        CHECK(judge_wait(looped(5, index_of(foo_1), 1000h), changed).step == WaitStep::retry);
    CHECK(judge_wait(looped(5, index_of(foo_1), 1h), {{"foo", "2", "", "no"}}).step ==
          WaitStep::later);
    CHECK(judge_wait(looped(5, index_of(foo_1), 1000h), {}).step == WaitStep::unmet);
}

TEST_CASE("answers are equal that name the same packages in whatever order and version") {
    Wait wait = waits_for("foo, bar (>= 1)");
    for (const char* answer : {"foo, bar (>= 1)", "bar (>= 0.9) | foo", "foo", "foo, baz",
                               "bar,foo", "not a dependency"})
        wait.past.push_back({answer, "", 0s});
    const Visible visible{{"foo", "1", "", ""}, {"bar", "1", "", ""}};
    CHECK(judge_wait(wait, visible).answers == 3);
}

TEST_CASE("builders that answer in turns are counted each") {
    Wait wait = waits_for("foo");
    const std::string index = index_of(foo_1);
    for (int i = 0; i < 5; ++i) {
        wait.past.push_back({"bar", "another", 1000h});
        wait.past.push_back({"foo", i < 4 ? index : "", 1000h});
    }
    CHECK(judge_wait(wait, foo_1).step == WaitStep::person);
}

TEST_CASE("it is said what becomes of a wait") {
    CHECK(wait_sentence({WaitStep::unmet}).empty());
    CHECK(wait_sentence({WaitStep::unreadable}).empty());
    CHECK(wait_sentence({WaitStep::retry}) ==
          "They are there: the next 'buildd-master queue build' tries it again.");
    CHECK(wait_sentence({WaitStep::later, 90min, 3}) ==
          "They are there, but its builder has said 3 times that they are not: it is tried again "
          "in 1 h 30 min.");
    CHECK(wait_sentence({WaitStep::person, {}, 5}).find("a person has to look") !=
          std::string::npos);
}

TEST_CASE("a chroot problem is tried again after 15 minutes to a day and five times a person's") {
    const auto judged = [](int answers, std::chrono::minutes age) {
        return judge_chroot_wait(answers, age).step;
    };
    CHECK(judged(0, 14min) == WaitStep::later);  // taken back
    CHECK(judged(0, 15min) == WaitStep::retry);
    CHECK(judged(1, 14min) == WaitStep::later);
    CHECK(judged(1, 15min) == WaitStep::retry);
    CHECK(judged(2, 29min) == WaitStep::later);
    CHECK(judged(2, 30min) == WaitStep::retry);
    CHECK(judged(4, 119min) == WaitStep::later);
    CHECK(judged(4, 120min) == WaitStep::retry);
    CHECK(judged(5, 3000h) == WaitStep::person);
    CHECK(judge_chroot_wait(2, 10min).left == 20min);
    CHECK(judge_chroot_wait(5, 3000h).answers == 5);
    CHECK(chroot_wait_delay(7) == 16h);
    CHECK(chroot_wait_delay(8) == 24h);
    CHECK(chroot_wait_delay(100) == 24h);
}

TEST_CASE("it is said when a chroot problem is tried again or that it is a person's") {
    CHECK(chroot_wait_sentence(judge_chroot_wait(1, 13min), "") ==
          "It is tried again in 2 min 0 s.");
    CHECK(chroot_wait_sentence(judge_chroot_wait(1, 15min), "") ==
          "The next 'buildd-master queue build' tries it again.");
    CHECK(chroot_wait_sentence(judge_chroot_wait(1, 15min), "the host a: builders ended x") ==
          "Nobody is to blame: the host a: builders ended x. It is tried again when that works.");
    CHECK(chroot_wait_sentence(judge_chroot_wait(5, 0s), "the host a: builders ended x") ==
          "It has ended so 5 times in a row: a person has to look, and it is not tried again by "
          "itself.");
}
