// Whatever counts builders says the same of each.
#include <filesystem>

#include "admin.hpp"
#include "support/temp_folder.hpp"

using namespace buildd;
using test::Admin;

TEST_CASE("a builder counts as what it says it is wherever it is counted") {
    Admin admin;
    admin.farm.sql(
        "INSERT INTO processor (id, family, name, title) VALUES (3, 1, 'amd64', 'AMD 64')");
    admin.farm.sql("UPDATE builder SET processor = 3, architecturetag = 'i386' WHERE name = 'bob'");
    admin.farm.options["metrics_file"] = admin.farm.file("metrics");
    admin.run({"dispatch"});
    const std::string metrics = test::read(admin.farm.file("metrics"));
    for (const std::string& told :
         {admin.run({"status"}).out, admin.run({"status", "--json"}).out,
          admin.run({"builder", "list"}).out, admin.run({"queue", "why"}).out, metrics}) {
        INFO(told);
        CHECK(told.find("i386") != told.npos);
        CHECK(told.find("amd64") == told.npos);
    }
}
