// What people see: colours, the page of `status --html`, the log on stderr (spec: cli, "Output").
#include <regex>

#include "admin.hpp"
#include "base/text.hpp"

using namespace buildd;
using test::Admin;
using test::read;

namespace {

// `build list` on a terminal, which script(1) gives it, with one more variable.
std::string on_terminal(const Admin& admin, const std::string& variable) {
    const auto done = admin.shell("export TERM=xterm " + variable +
                                  "; exec script -qec \"$0 build list\" /dev/null");
    INFO(done.err);
    CHECK(done.status == 0);
    return done.out;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("states are coloured on a terminal only and not where NO_COLOR is set") {
    Admin admin;
    admin.put(BuildState::FAILEDTOBUILD);
    admin.farm.sql("UPDATE build SET buildstate = 'BUILDING' WHERE id = 7");
    const auto colours = on_terminal(admin, "NO_COLOR=");
    CHECK(has(colours, "8      \x1b[31mFAILEDTOBUILD\x1b[0m  "));
    CHECK(has(colours, "7      \x1b[33mBUILDING\x1b[0m       "));
    const auto plain = admin.run({"build", "list"}).out;
    CHECK(has(plain, "8      FAILEDTOBUILD  "));
    CHECK_FALSE(has(plain, "\x1b"));
    const auto stripped = std::regex_replace(colours, std::regex("\x1b\\[[0-9]+m|\r"), "");
    CHECK(stripped == plain);
    for (const char* refused : {"NO_COLOR=1", "TERM=dumb"})
        CHECK_FALSE(has(on_terminal(admin, refused), "\x1b"));
}

TEST_CASE("a table's lines have no blanks at their ends and columns are two blanks apart") {
    Admin admin;
    admin.says({"build", "list", "--limit", "2"},
               "BUILD  STATE       FINISHED  BUILDER  TITLE\n"
               "8      NEEDSBUILD                     i386 build of mozilla-firefox 0.9 in ubuntu "
               "hoary RELEASE\n"
               "7      NEEDSBUILD                     i386 build of pmount 0.1-1 in ubuntu hoary "
               "RELEASE\n");
    admin.says({"build", "list", "--state", "SUPERSEDED"},
               "BUILD  STATE  FINISHED  BUILDER  TITLE\n");
}
