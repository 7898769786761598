// What bash offers on TAB.
#include "admin.hpp"
#include "base/text.hpp"

using namespace buildd;
using test::Admin;

namespace {

// The words that are offered for the last of `words`, in order.
std::string offered(const Admin& admin, const std::string& words) {
    const auto done = test::run_command(
        {"bash", "-c",
         "source " FIXTURES "/../cmd/install/completion.bash; COMP_WORDS=(\"$0\" " + words +
             "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _buildd_master; "
             "printf '%s ' \"${COMPREPLY[@]}\"",
         PROGRAM},
        admin.environment());
    INFO(done.err);
    CHECK(done.status == 0);
    CHECK(done.err.empty());
    return done.out;
}

}  // namespace

TEST_CASE("bash completes commands and options from the program's own help") {
    const Admin admin;
    CHECK(offered(admin, "di") == "dispatch ");
    CHECK(offered(admin, "queue ''") == "build list why ");
    CHECK(offered(admin, "build list --si") == "--since ");
}

TEST_CASE("bash completes the names of builders and the ids of builds") {
    Admin admin;
    CHECK(offered(admin, "builder show ''") == "bob frog ");
    CHECK(offered(admin, "builder disable f") == "frog ");
    CHECK(offered(admin, "build list --builder b") == "bob ");
    CHECK(offered(admin, "build why ''") == "8 7 6 2 ");
    CHECK(offered(admin, "build retry 8 ''") == "8 7 6 2 ");
}

TEST_CASE("bash completes what it can without a database") {
    Admin admin;
    admin.farm.options["database"] = "host=/nonexistent";
    CHECK(offered(admin, "builder sh") == "show ");
    CHECK(offered(admin, "builder show ''") == " ");
}

TEST_CASE("bash asks the farm of the configuration that the line names") {
    Admin admin;
    const auto config = admin.farm.file("other.conf");
    admin.shell("printf 'database = %s\\n' \"$BUILDD_MASTER_DATABASE\" >" + config);
    admin.farm.options.erase("database");
    CHECK(offered(admin, "--config " + config + " builder show ''") == "bob frog ");
}
