// Patterns of failures that pass (setting retry_patterns).
#include "policy/retry_patterns.hpp"

#include "test.hpp"

using namespace buildd;
using policy::RetryPatterns;

namespace {

std::optional<std::string> found(const std::string& patterns, const std::string& log) {
    const auto parsed = RetryPatterns::parse(patterns);
    REQUIRE(parsed);
    return parsed->found_in(log);
}

std::string refused(const std::string& patterns) {
    const auto parsed = RetryPatterns::parse(patterns);
    return parsed ? "" : parsed.error().message;
}

}  // namespace

TEST_CASE("the first retry pattern that a log's end has is the one that is told") {
    const std::string patterns =
        "# what passes\n\n^E: Failed to fetch \r\n  No space left on device$\nSegmentation\n";
    const std::string log = "make: ok\nSegmentation fault\ncp: No space left on device\nend\n";
    CHECK(found(patterns, log) == "No space left on device$");
    CHECK(found(patterns, "x E: Failed to fetch http://a/\n") == std::nullopt);
    CHECK(found(patterns, "x\nE: Failed to fetch http://a/\n") == "^E: Failed to fetch");
    CHECK(found("a|b", "xb") == "a|b");
    CHECK(found("", log) == std::nullopt);
    CHECK(found("# no more\n", log) == std::nullopt);
}

TEST_CASE("a retry pattern that RE2 refuses is told with its line") {
    CHECK(refused("ok\n# (\n\n(open\n").find("line 4: missing )") == 0);
    CHECK(refused("(a)\\1").find("line 1: invalid escape sequence") == 0);
    CHECK(refused("ok\na)b").find("line 2: ") == 0);
    CHECK(refused("x{1001}").find("line 1: ") == 0);
    CHECK(refused("((((x{30}){30}){30}){30})").find("line 1: ") == 0);
    std::string many;
    for (int i = 0; i < 1001; ++i) many += "x\n";
    CHECK(refused(many) == "line 1001: there are more than 1000");
}

TEST_CASE("a hostile log costs a retry pattern no time that grows faster than the log") {
    const std::string log(policy::retry_window, 'a');
    for (const char* pattern : {"(a*)*b", "(a|aa)+$b", "(x+x+)+y", "(a|a?)+b", ".*.*=.*b"})
        CHECK(found(pattern, log) == std::nullopt);
}
