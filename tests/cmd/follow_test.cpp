// build log -f: the tails of a running build, then the rest of its stored log.
#include <csignal>
#include <fstream>
#include <future>

#include "admin.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "support/apt_repository.hpp"
#include "support/scenario.hpp"

using namespace buildd;
using test::Admin;
using test::read;

namespace {

std::string lines(int from, int to) {
    std::string text;
    for (int i = from; i < to; ++i) text += fmt::format("this is line {}\n", i);
    return text;
}

// Build 8 is on bob, and its log is followed.
struct Following {
    Admin admin;
    std::future<test::ProgramRun> run;

    explicit Following(const std::string& first_tail) {
        admin.farm.give(8, "bob");
        store_tail(first_tail);
        run = std::async(std::launch::async, [this] {
            return admin.shell(fmt::format("echo $$ >{0}/pid; exec \"$0\" build log -f 8 >{0}/out",
                                           admin.farm.root()));
        });
    }
    void store_tail(const std::string& tail) {
        admin.farm.sql(fmt::format("UPDATE buildqueue SET logtail = '{}' WHERE build = 8", tail));
    }
    void shows(const std::string& text) {
        test::Scenario::await(
            [&] { return exists(admin.farm.file("out")) && read(admin.farm.file("out")) == text; });
        CHECK(read(admin.farm.file("out")) == text);
    }
    // In one transaction, as collect does it; an empty log: none is stored.
    void end(const std::string& log) {
        if (!log.empty()) {
            std::filesystem::create_directories(admin.farm.file("librarian/900"));
            std::ofstream(admin.farm.file("librarian/900/log.gz")) << test::gzipped(log);
            admin.farm.sql(
                "INSERT INTO libraryfilecontent (id, filesize, sha1, md5, sha256) VALUES (900, 1, "
                "repeat('0', 40), repeat('0', 32), repeat('0', 64));"
                "INSERT INTO libraryfilealias (id, content, filename, mimetype) VALUES (900, 900, "
                "'log.gz', 'text/plain')");
        }
        admin.farm.sql(fmt::format(
            "BEGIN; DELETE FROM buildqueue WHERE build = 8; UPDATE build SET buildstate = "
            "'FAILEDTOBUILD', builder = 1, datebuilt = now(), buildduration = '1 min', buildlog = "
            "{} WHERE id = 8; COMMIT",
            log.empty() ? "NULL" : "900"));
    }
};

}  // namespace

TEST_CASE("a followed log is the stored one to the byte when its tails overlap") {
    Following it(lines(0, 10));
    it.shows(lines(0, 10));
    it.store_tail("s line 4\n" + lines(5, 20));
    it.shows(lines(0, 20));
    it.end(lines(0, 300));
    const auto done = it.run.get();
    CHECK(done.status == 0);
    CHECK(done.err.empty());
    CHECK(read(it.admin.farm.file("out")) == lines(0, 300));
    CHECK(it.admin.run({"build", "log", "8"}).out == lines(0, 300));
    CHECK(it.admin.run({"build", "log", "--follow", "8"}).out == lines(0, 300));
}

TEST_CASE("a followed log marks what no tail held") {
    Following it(lines(0, 3));
    it.shows(lines(0, 3));
    it.store_tail("ne 7\n" + lines(8, 10));
    it.shows(lines(0, 3) + "\n…\n" + lines(8, 10));
    it.end("another log\n");
    CHECK(it.run.get().status == 0);
    it.shows(lines(0, 3) + "\n…\n" + lines(8, 10) + "\n…\nanother log\n");
}

TEST_CASE("following a log ends at SIGINT with exit status 130") {
    Following it(lines(0, 3));
    it.shows(lines(0, 3));
    ::kill(static_cast<pid_t>(*parse_int(trim(read(it.admin.farm.file("pid"))))), SIGINT);
    const auto done = it.run.get();
    CHECK(done.status == 130);
    CHECK(done.err.empty());
}

TEST_CASE("following a build that loses its builder without a log says so") {
    Following it(lines(0, 3));
    it.shows(lines(0, 3));
    it.end("");
    const auto done = it.run.get();
    CHECK(done.status == 0);
    CHECK(done.err == "WARNING build 8 is not on a builder any more, and has no log\n");
    it.admin.fails({"build", "log", "-f", "7"}, 65, "build 7 has no log yet");
    it.admin.fails({"build", "log", "-f", "4711"}, 64, "there is no build 4711");
}

TEST_CASE("a log commands no terminal and elsewhere is the builder's bytes") {
    Admin admin;
    admin.farm.give(8, "bob");
    admin.farm.sql(
        "UPDATE buildqueue SET logtail = E'\\tone\\x1b[31m\\xC2\\x9B2J\\ntwo\\rthree' WHERE build "
        "= 8");
    CHECK(admin.run({"build", "log", "8"}).out ==
          "\tone\x1b[31m\xC2\x9B"
          "2J\ntwo\rthree\n");
    const auto shown = admin.shell("TERM=xterm exec script -qec \"$0 build log 8\" /dev/null");
    CHECK(shown.out == "\tone [31m 2J\r\ntwo three\r\n");
}
