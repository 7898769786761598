#include "policy/source_line.hpp"

#include "test.hpp"

using namespace buildd;
using policy::parse_source_line;

TEST_CASE("a line of sources.list is read with its options passed over") {
    const auto line =
        parse_source_line("deb [arch=amd64 signed-by=/x] http://h/d/ sid main contrib # x");
    REQUIRE(line);
    CHECK(line->url == "http://h/d/");
    CHECK(line->suite == "sid");
    CHECK(line->components == std::vector<std::string>{"main", "contrib"});
    CHECK(line->suite_url() == "http://h/d/dists/sid");
    CHECK(parse_source_line("deb [trusted=yes] http://h/d ./")->suite_url() == "http://h/d");
    CHECK(parse_source_line("deb http://h/d flat/sub/")->suite_url() == "http://h/d/flat/sub");
    for (const char* none :
         {"", "deb-src http://h/d sid main", "deb http://h/d", "# deb http://h/d sid main",
          "deb http://h/d sid", "deb [arch=amd64 http://h/d sid main"})
        CHECK_FALSE(parse_source_line(none).has_value());
}
