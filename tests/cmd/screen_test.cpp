// What people see: colours, the page of `status --html`, the log on stderr (buildd-master(1),
// "OUTPUT").
#include <filesystem>
#include <fstream>
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

TEST_CASE("status writes the same screen as a page without scripts that escapes everything") {
    Admin admin;
    admin.put(BuildState::FAILEDTOBUILD);
    admin.farm.sql(
        "UPDATE builder SET builderok = false, disabled_by = 'joe', failnotes = "
        "'<script>alert(\"1\")</script> & http://joe:secret@x/ ''é''' WHERE name = 'bob'");
    const std::string path = admin.farm.file("status.html");
    admin.says({"status", "--html", path}, "");
    const std::string page = read(path);
    CHECK(has(page, "<!DOCTYPE html>\n<html lang=\"en\">"));
    CHECK(has(page, "<meta http-equiv=\"refresh\" content=\"60\">"));
    CHECK(has(page, "color-scheme: light dark"));
    CHECK(has(page, "<th scope=\"col\">NOT IN USE</th>"));
    CHECK(has(page,
              "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; http://joe:***@x/ "
              "&#39;é&#39;"));
    CHECK_FALSE(has(page, "<script"));
    CHECK_FALSE(has(page, "secret"));
    CHECK(has(page, "<td class=\"bad\">FAILEDTOBUILD</td>"));
    CHECK(has(page, "<p>0 uploading, 0 mails unsent</p>"));
    CHECK(std::regex_search(
        page, std::regex("<time datetime=\"[0-9-]{10}T[0-9:]{8}Z\">[0-9-]{10}T[0-9:]{8}Z</time>")));
    const std::string screen = admin.run({"status"}).out;
    for (const auto& word : split_words(screen.substr(0, screen.find("NOT IN USE"))))
        CHECK(has(page, word));
}

TEST_CASE(
    "the status page draws queue and results of seven days with gaps where nothing is known") {
    Admin admin;
    admin.farm.sql(
        "INSERT INTO queuehour VALUES (date_trunc('day', now(), 'UTC') - interval '6 days', 3, 1), "
        "(date_trunc('day', now(), 'UTC') - interval '144 hours' + interval '2 hours', 0, 0);"
        "UPDATE build SET datebuilt = date_trunc('day', now(), 'UTC') WHERE id = 6");
    const std::string path = admin.farm.file("status.html");
    admin.says({"status", "--html", path}, "");
    const std::string page = read(path);
    CHECK(
        has(page,
            "<figcaption>Queue, each hour: at most 3 pending (up), 1 running (down)</figcaption>"
            "\n<svg role=\"img\" aria-label=\"Queue, each hour: at most 3 pending (up), 1 running "
            "(down)\" viewBox=\"0 -1 168 102\" preserveAspectRatio=\"none\">"
            "<path class=\"waiting\" d=\"M0 75.00v-75.00h0.9v75.00z\"/>"
            "<path class=\"good\" d=\"M0 75.00v25.00h0.9v-25.00z\"/>"
            "<path class=\"axis\" d=\"M0 75.00h1M2 75.00h1\"/></svg>"));
    CHECK(has(page, "in all 1 built (up), 0 not built (down)"));
    CHECK(has(page, "<path class=\"good\" d=\"M24 100.00v-100.00h0.9v100.00z\"/>"));
    CHECK(has(page, "<li>" + admin.farm.value("SELECT to_char(now(), 'MM-DD')") + "</li></ol>"));
}

TEST_CASE("a status page that cannot be written leaves the old one") {
    Admin admin;
    const test::TempFolder folder;
    const auto done = admin.run({"status", "--html", folder.path() + "/none/status.html"});
    CHECK(done.status == 69);
    CHECK(done.out.empty());
    CHECK(done.err.find("buildd-master: --html: cannot ") == 0);
    const std::string page = folder.write("status.html", "old");
    folder.write("status.html.new/in-the-way", "");
    CHECK(admin.run({"status", "--html", page}).status == 69);
    CHECK(read(page) == "old");
}

TEST_CASE("log lines carry priorities when stderr is the journal and only then") {
    Admin admin;
    const auto journal =
        admin.shell("JOURNAL_STREAM=$(stat -L -c %d:%i /dev/fd/2) exec \"$0\" queue build -v");
    CHECK(std::regex_match(journal.err, std::regex("(<[46]>(INFO   |WARNING) .*\n)+")));
    const auto other = admin.shell("JOURNAL_STREAM=1:2 exec \"$0\" queue build -v");
    CHECK(std::regex_match(other.err, std::regex("((INFO   |WARNING) .*\n)+")));
}

TEST_CASE("the log file gets each line with its time in UTC behind what it holds already") {
    Admin admin;
    const std::string path = admin.farm.file("log");
    const std::vector<std::string> command{"queue", "build", "-v", "--log-file", path};
    const auto first = admin.run(command);
    const std::string one = read(path);
    admin.run(command);
    CHECK(read(path).find(one) == 0);
    CHECK(read(path).size() > one.size());
    CHECK(std::regex_match(one, std::regex("(20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z .*\n)+")));
    CHECK(std::regex_replace(one, std::regex("(^|\n)[^ ]+Z "), "$1") == first.err);
    using std::filesystem::perms;
    CHECK(std::filesystem::status(path).permissions() ==
          (perms::owner_read | perms::owner_write | perms::group_read));
    admin.fails({"queue", "build", "--log-file", "/none/log"}, 64,
                "--log-file: cannot open /none/log: No such file or directory");
}

TEST_CASE("a log file of an older version that everybody read is closed") {
    namespace fs = std::filesystem;
    Admin admin;
    const std::string path = admin.farm.file("log");
    std::ofstream(path) << "old\n";
    for (const auto& [before, after] : {std::pair(0644, 0640), std::pair(0600, 0600)}) {
        fs::permissions(path, static_cast<fs::perms>(before));
        admin.run({"queue", "build", "--log-file", path});
        CHECK(fs::status(path).permissions() == static_cast<fs::perms>(after));
    }
}

TEST_CASE("long work counts on stderr when that is a terminal and nowhere else") {
    Admin admin;
    const auto done = admin.shell("TERM=xterm exec script -qec \"$0 queue build\" /dev/null");
    CHECK(has(done.out, "\r\x1b[Kmaking builds"));
    CHECK(done.out.ends_with("\r\x1b[K"));
    CHECK(admin.run({"queue", "build"}).err.empty());
}

TEST_CASE("an answer that cannot be written whole is an error unless its reader had enough") {
    Admin admin;
    const auto full = admin.shell("exec \"$0\" config show --json >/dev/full");
    CHECK(full.status == 69);
    CHECK(full.err.find("buildd-master: cannot write ") == 0);
    const auto left = admin.shell(fmt::format(
        "cd {}; {{ until [ -e gone ]; do :; done; \"$0\" config show; echo $? >status; }} | "
        "{{ exec <&-; : >gone; }}; cat status",
        admin.farm.root()));
    CHECK(left.out == "141\n");
    CHECK(left.err.empty());
}
