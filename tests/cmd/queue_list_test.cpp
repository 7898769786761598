// queue list: what it leaves out it says, and what is asked for it lists.
#include "admin.hpp"
#include "base/text.hpp"

using namespace buildd;
using test::Admin;

namespace {

std::size_t lines_in(const std::string& text) {
    return split(text, '\n').size() - 1;
}

}  // namespace

TEST_CASE("a queue list that is cut says so and how many there are") {
    Admin admin;
    const std::string all = admin.farm.value("SELECT count(*) FROM buildqueue");
    REQUIRE(all == "2");
    const auto cut = admin.run({"queue", "list", "--limit", "1"});
    CHECK(cut.status == 0);
    CHECK(lines_in(cut.out) == 2);
    CHECK(cut.err == "WARNING only the best 1 of 2 jobs are listed: --limit lists more\n");
    const auto whole = admin.run({"queue", "list", "--limit", "2"});
    CHECK(lines_in(whole.out) == 3);
    CHECK(whole.err.empty());
    const auto json = admin.run({"queue", "list", "--json", "--limit", "1"});
    CHECK(json.out.ends_with("]\n"));
    CHECK(json.err == cut.err);
    CHECK(admin.run({"queue", "list", "--limit", "0"}).status == 64);
}

TEST_CASE("a build list that is cut says so") {
    Admin admin;
    const auto cut = admin.run({"build", "list", "--limit", "1"});
    CHECK(lines_in(cut.out) == 2);
    CHECK(cut.err == "WARNING only the newest 1 builds are listed: --limit lists more\n");
    CHECK(admin
              .run({"build", "list", "--limit", "1", "--source", "mozilla-firefox", "--series",
                    "ubuntu/hoary"})
              .err.empty());
}

TEST_CASE("a queue is listed by state series architecture archive builder and source") {
    Admin admin;
    admin.farm.give(7, "bob");
    const auto ids = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"queue", "list"});
        std::vector<std::string> out;
        const auto lines = split(admin.run(words).out, '\n');
        for (std::size_t i = 1; i + 1 < lines.size(); ++i)
            out.push_back(split_words(lines[i]).front());
        return join(out, " ");
    };
    CHECK(ids({}) == "7 8");
    CHECK(ids({"--state", "BUILDING"}) == "7");
    CHECK(ids({"--builder", "bob"}) == "7");
    CHECK(ids({"--source", "mozilla-firefox"}) == "8");
    CHECK(ids({"--series", "ubuntu/hoary", "--arch", "i386", "--archive", "ubuntu/primary"}) ==
          "7 8");
    CHECK(ids({"--series", "ubuntu/warty"}).empty());
    CHECK(admin.run({"queue", "list", "--source", "nothing"}).status == 64);
}
