#include "upload/told_ends.hpp"

#include "test.hpp"

using namespace buildd;

TEST_CASE("what process-upload tells of a leaf is read as it was told") {
    const std::string told = begin_line("20261128-1-1") +
                             end_line("20261128-1-1", {65, 0, "not as\nlisted: \x1b[1m"}) +
                             "warning: end of a line\n" + begin_line("20261128-2-2") +
                             end_line("20261128-2-2", {0, 11, ""}) + begin_line("20261128-3-3");
    const ToldEnds ends = read_told_ends(told);
    CHECK(ends.begun == std::set<std::string>{"20261128-1-1", "20261128-2-2", "20261128-3-3"});
    REQUIRE(ends.ended.size() == 2);
    CHECK(ends.ended.at("20261128-1-1").exit_code == 65);
    CHECK(ends.ended.at("20261128-1-1").sentence.starts_with("not as listed: "));
    CHECK(ends.ended.at("20261128-1-1").sentence.find('\x1b') == std::string::npos);
    CHECK(ends.ended.at("20261128-2-2").signal == 11);
}

TEST_CASE("an end that was cut off is none") {
    const std::string line = end_line("leaf", {0, 0, "said"});
    CHECK(read_told_ends(line.substr(0, line.find(' ', 4))).ended.empty());
    CHECK(read_told_ends("end\nend leaf\nend leaf x 0 \nend leaf 0\n").ended.empty());
}
