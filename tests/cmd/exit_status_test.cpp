// Each exit status that the manual page lists, as a shell script meets it. Those of signals are
// in follow_test (130), locks_test (143) and screen_test (141).
#include "admin.hpp"
#include "base/lock_file.hpp"
#include "base/text.hpp"

using namespace buildd;
using test::Admin;

namespace {

std::vector<std::string> documented_statuses() {
    const std::string page = test::read(std::string(FIXTURES) + "/../man/buildd-master.1");
    const auto from = page.find(".Sh EXIT STATUS\n");
    const auto section = page.substr(from, page.find("\n.El", from) - from);
    std::vector<std::string> statuses;
    for (const auto& line : split(section, '\n'))
        if (line.starts_with(".It ")) statuses.push_back(line.substr(4));
    return statuses;
}

}  // namespace

TEST_CASE("the manual page lists these exit statuses") {
    CHECK(documented_statuses() ==
          std::vector<std::string>{"0", "1", "64", "65", "69", "70", "75", "78", "128+ Ns Ar n"});
}

TEST_CASE("a pass over a farm that is well exits with 0 and says nothing") {
    Admin admin;
    admin.farm.sql("DELETE FROM builder");
    const auto done = admin.run({"collect"});
    CHECK(done.status == 0);
    CHECK(done.out + done.err == "");
}

TEST_CASE("a pass that leaves something for a person exits with 1") {
    Admin admin;
    admin.farm.sql(
        "UPDATE builder SET builderok = false, disabled_by = 'buildd-master (failure threshold)', "
        "failnotes = 'fire'");
    const auto done = admin.run({"scan"});
    CHECK(done.status == 1);
    CHECK(done.err.find("is out of use until a person enables it: fire") != std::string::npos);
}

TEST_CASE("wrong usage and names that are not there exit with 64") {
    Admin admin;
    for (const auto& words : std::vector<std::vector<std::string>>{{},
                                                                   {"sacn"},
                                                                   {"scan", "--fast"},
                                                                   {"builder", "show", "nobody"},
                                                                   {"build", "why", "0"}}) {
        const auto done = admin.run(words);
        INFO(join(words, " "));
        CHECK(done.status == 64);
        CHECK_FALSE(done.err.empty());
    }
}

TEST_CASE("a file that is not what it should be exits with 65") {
    Admin admin;
    const test::TempFolder folder;
    const auto done = admin.run({"source", "import", folder.write("a_1.dsc", "no source"),
                                 "--archive", "ubuntu/primary", "--series", "hoary"});
    CHECK(done.status == 65);
    CHECK(done.err.find("a_1.dsc") != std::string::npos);
}

TEST_CASE("a database or librarian out of reach exits with 69") {
    Admin admin;
    CHECK(admin.run({"config", "check"}).status == 0);
    auto environment = admin.environment();
    environment["BUILDD_MASTER_DATABASE"] = "host=/nowhere";
    CHECK(test::run_program({"scan"}, environment).status == 69);
}

TEST_CASE("a statement that the database refuses exits with 70") {
    Admin admin;
    admin.farm.sql("ALTER TABLE builder RENAME COLUMN manual TO automatic");
    const auto done = admin.run({"builder", "list"});
    CHECK(done.status == 70);
    CHECK(done.err.find("the database refused a statement: column") != std::string::npos);
}

TEST_CASE("a pass that finds the lock taken exits with 75") {
    Admin admin;
    const auto lock = LockFile::try_acquire(admin.farm.options.at("lockfile"), "another");
    const auto done = admin.run({"dispatch"});
    CHECK(done.status == 75);
    CHECK(done.err.empty());  // cron would mail it each minute
}

TEST_CASE("a bad setting exits with 78") {
    Admin admin;
    admin.farm.options["pass_timeout"] = "soon";
    const auto done = admin.run({"scan"});
    CHECK(done.status == 78);
    CHECK(done.err.find("BUILDD_MASTER_PASS_TIMEOUT: pass_timeout: ") != std::string::npos);
}
