// --json: one valid document with stable keys (buildd-master(1), "OUTPUT").
#include "support/json.hpp"

#include <regex>
#include <set>

#include "admin.hpp"
#include "base/text.hpp"

using namespace buildd;
using test::Admin;
using Values = std::map<std::string, std::string>;
using Words = std::vector<std::string>;

namespace {

Values values_of(Admin& admin, Words command) {
    command.emplace_back("--json");
    const auto done = admin.run(command);
    INFO(done.err);
    CHECK(done.status == 0);
    CHECK(done.err.empty());
    return test::json_values(done.out);
}

// The keys, arrays' numbers left out, sorted, each once.
std::string keys_of(const Values& values) {
    std::set<std::string> keys;
    for (const auto& [path, value] : values) {
        const std::string key = std::regex_replace(path, std::regex("\\[[0-9]+\\]"), "[]");
        keys.insert(key.starts_with("[].") ? key.substr(3) : key);
    }
    return join({keys.begin(), keys.end()}, " ");
}

// What the man page promises of a command: `.It Li key , key` between its heading and the next.
std::string documented_keys(const std::string& command) {
    const std::string page = test::read(std::string(FIXTURES) + "/../man/buildd-master.1");
    const std::string heading = "\n.It Ic " + command + " Fl -json\n";
    const auto from = page.find(heading);
    if (from == std::string::npos) return "not documented";
    const auto text = page.substr(from + 1, page.find("\n.It Ic", from + 1) - from);
    std::set<std::string> keys;
    for (const auto& line : split(text, '\n'))
        if (line.starts_with(".It Li "))
            for (const auto& word : split_words(line.substr(7)))
                if (word != ",") keys.insert(word);
    return join({keys.begin(), keys.end()}, " ");
}

}  // namespace

TEST_CASE("every list show and status command answers in JSON with the documented keys") {
    Admin admin;
    admin.put(BuildState::FAILEDTOUPLOAD);
    admin.farm.give(7, "bob");
    admin.farm.sql(
        "UPDATE builder SET builderok = false, next_probe = now() WHERE name = 'frog';"
        "UPDATE build SET for_person = now() WHERE id = 2;"
        "UPDATE buildattempt SET chroot = 1;"
        "UPDATE sourcepackagerelease SET architecturehintlist = 's390x' WHERE id = 15;"
        "INSERT INTO notice (cause, message) VALUES ('disk', 'the disk is full');"
        "INSERT INTO need (source, tag) VALUES ('*', 'big');"
        "INSERT INTO breaker (kind, key, word, trusted, words, probe_at) VALUES ('host', "
        "'files:80', "
        "'fetch', true, 'files:80 does not answer', now());"
        "INSERT INTO neverbuilt VALUES (15, 3, 1, 'it is for s390x');"
        "INSERT INTO pass (command, host, pid) VALUES ('cycle', 'master', 1);"
        "INSERT INTO buildattemptfile SELECT id, 1 FROM buildattempt WHERE build = 8");
    const auto has_documented_keys = [&](const Words& command, const std::string& name) {
        INFO(name);
        CHECK(keys_of(values_of(admin, command)) == documented_keys(name));
    };
    has_documented_keys({"status"}, "status");
    has_documented_keys({"builder", "list"}, "builder list");
    has_documented_keys({"builder", "show", "bob"}, "builder list");
    has_documented_keys({"need", "list"}, "need list");
    has_documented_keys({"build", "list"}, "build list");
    has_documented_keys({"build", "show", "8"}, "build show");
    has_documented_keys({"build", "why", "8"}, "build why");
    has_documented_keys({"queue", "list"}, "queue list");
    has_documented_keys({"queue", "why"}, "queue why");
    has_documented_keys({"config", "show"}, "config show");
}

TEST_CASE("JSON has numbers as numbers times as ISO 8601 in UTC and null for what is not there") {
    Admin admin;
    admin.put(BuildState::FAILEDTOBUILD);
    admin.farm.sql("UPDATE build SET datebuilt = '2005-04-01 10:54:38+02' WHERE id = 8");
    const auto list = values_of(admin, {"build", "list", "--source", "mozilla-firefox"});
    CHECK(list.at("[0].build") == "8");
    CHECK(list.at("[0].state") == "\"FAILEDTOBUILD\"");
    CHECK(list.at("[0].finished") == "\"2005-04-01T08:54:38Z\"");
    CHECK(list.at("[1].finished") == "null");
    CHECK(list.at("[1].builder") == "null");
    const auto build = values_of(admin, {"build", "show", "8"});
    CHECK(build.at("duration") == "300");
    CHECK(build.at("failure_count") == "2");
    CHECK(build.at("score") == "null");
    CHECK(build.at("private") == "false");
    CHECK(build.at("attempts[0].cookie") == "\"8-1\"");
    const auto status = values_of(admin, {"status"});
    CHECK(status.at("queue[0].pending") == "1");
    CHECK(status.at("results[0].build") == "8");
    CHECK(status.at("last_pass") == "null");
}

TEST_CASE("JSON of an empty farm is empty lists") {
    Admin admin;
    admin.farm.sql("DELETE FROM buildqueue; DELETE FROM builder");
    CHECK(admin.run({"queue", "list", "--json"}).out == "[]\n");
    CHECK(admin.run({"builder", "list", "--json"}).out == "[]\n");
    CHECK(values_of(admin, {"queue", "why"}).at("groups") == "[]");
    CHECK(values_of(admin, {"status"}).at("builders") == "[]");
}

TEST_CASE("JSON escapes whatever stands in the database and masks passwords") {
    Admin admin;
    admin.farm.sql(
        R"(UPDATE builder SET failnotes = E'"\\ é\u20ac\U0001F600 a\nb\tc\x1b[31m\x7f\u009b\x01 ')"
        " || 'http://joe:secret@x/' WHERE name = 'bob'");
    const auto bob = values_of(admin, {"builder", "show", "bob"});
    CHECK(bob.at("notes") == "\"\"\\ é€😀 a\nb\tc\x1b[31m\x7f\u009b\x01 http://joe:***@x/\"");
    const auto text = admin.run({"builder", "show", "bob", "--json"}).out;
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\x7f') == std::string::npos);
    CHECK(text.find("\u009b") == std::string::npos);
    admin.farm.sql(R"(UPDATE builder SET failnotes = E'a\u202Eb\U000E0041' WHERE name = 'bob')");
    const auto hidden = admin.run({"builder", "show", "bob", "--json"}).out;
    CHECK(hidden.find("a\\u202eb\\udb40\\udc41") != std::string::npos);
}
