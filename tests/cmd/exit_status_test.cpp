// The exit statuses of the manual page, and those that no other test meets. 0, 64, 65, 69, 75 and
// 78 are in program_test, 130 in follow_test, 141 in screen_test, 143 in locks_test.
#include <regex>
#include <sys/stat.h>

#include "admin.hpp"
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
    CHECK(documented_statuses() == std::vector<std::string>{"0", "1", "2", "64", "65", "69", "70",
                                                            "75", "78", "128+ Ns Ar n"});
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

TEST_CASE("a statement that the database refuses exits with 70") {
    Admin admin;
    admin.farm.sql("ALTER TABLE builder RENAME COLUMN reserved TO kept");
    const auto done = admin.run({"builder", "list"});
    CHECK(done.status == 70);
    CHECK(done.err.find("the database refused a statement: column") != std::string::npos);
}

TEST_CASE("status --check tells monitoring in one line and by 0, 1 or 2") {
    Admin admin;
    const auto none = admin.run({"status", "--check"});
    CHECK(none.status == 2);
    CHECK(none.out == "CRITICAL - no pass has dispatched jobs within a week\n");
    admin.farm.sql(
        "INSERT INTO pass (command, host, pid, started, finished, exit_status, summary) VALUES "
        "('cycle', 'h', 1, now(), now(), 0, '2 builders'); DELETE FROM buildqueue; "
        "UPDATE build SET buildstate = 'SUPERSEDED' WHERE buildstate = 'NEEDSBUILD'");
    const auto content = admin.run({"status", "--check"});
    CHECK(content.status == 0);
    CHECK(std::regex_match(content.out,
                           std::regex("OK - the last pass was \\d+ s ago: 2 builders\n")));
    admin.farm.sql(
        "UPDATE builder SET builderok = false, disabled_by = 'buildd-master (failure "
        "threshold)' WHERE name = 'bob'");
    const auto warned = admin.run({"status", "--check"});
    CHECK(warned.status == 1);
    CHECK(warned.out == "WARNING - 1 builder out of use: bob\n");
    admin.farm.options["database"] = "host=/nowhere";
    const auto unreachable = admin.run({"status", "--check"});
    CHECK(unreachable.status == 2);
    CHECK(unreachable.out.starts_with("CRITICAL - cannot reach the database: "));
    CHECK(unreachable.err.empty());
}

TEST_CASE("a standby is read by those who look and is exit status 69 for those who write") {
    Admin admin;
    const std::string name = admin.farm.value("SELECT current_database()");
    admin.farm.sql("ALTER DATABASE " + name + " SET default_transaction_read_only = on");
    CHECK(admin.run({"builder", "list"}).status == 0);
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"cycle"}, {"queue", "build"}, {"person", "add", "x"}}) {
        const auto done = admin.run(words);
        INFO(done.err);
        CHECK(done.status == 69);
        CHECK(done.err.find("the database can only be read (is it a standby?)") !=
              std::string::npos);
    }
}

TEST_CASE("what is written can be read by all whatever the umask is") {
    Admin admin;
    const mode_t before = ::umask(077);
    const auto done = admin.run({"status", "--html", admin.farm.file("page.html")});
    CHECK(admin.run({"scan"}).status <= 1);
    ::umask(before);
    CHECK(done.status == 0);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(admin.farm.root())) {
        const auto name = entry.path().filename();
        if (name == "lock" || name == "url-key.conf") continue;  // not for whoever reads them
        INFO(entry.path());
        const auto mode = entry.status().permissions();
        CHECK((mode & std::filesystem::perms::others_read) != std::filesystem::perms::none);
        CHECK((mode & std::filesystem::perms::others_write) == std::filesystem::perms::none);
    }
}
