// The example of a web server that comes with the program.
#include "base/text.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;

TEST_CASE("every part of the nginx example that adds a header says nosniff again") {
    const std::string example = test::read(FIXTURES "/../cmd/install/nginx.conf");
    std::size_t parts = 0;
    for (const auto& part : split(replace_all(example, "}", "{"), '{')) {
        if (part.find("add_header ") == part.npos) continue;
        ++parts;
        INFO(part);
        CHECK(part.find("add_header X-Content-Type-Options nosniff;") != part.npos);
    }
    CHECK(parts >= 3);
}
