// What people see: colours, the page of `status --html`, the log on stderr (spec: cli, "Output").
#include <regex>

#include "admin.hpp"
#include "base/text.hpp"

using namespace buildd;
using test::Admin;
using test::read;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

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
