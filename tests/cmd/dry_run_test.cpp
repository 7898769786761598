// --dry-run: the same words as the real run, and nothing changed (behaviour §2.8).
#include <filesystem>

#include "admin.hpp"
#include "base/files.hpp"
#include "support/result.hpp"

using namespace buildd;
using test::Admin;
namespace fs = std::filesystem;
using Words = std::vector<std::string>;

namespace {

constexpr const char* last_line = "dry run: nothing was changed\n";

void rehearse_then_run(Admin& admin, const Words& command) {
    Words dry = command;
    dry.push_back("--dry-run");
    const auto before = admin.digest();
    const auto rehearsed = admin.run(dry);
    INFO(command[0] << " " << command[1] << rehearsed.err);
    CHECK(rehearsed.status == 0);
    CHECK(admin.digest() == before);
    const auto real = admin.run(command);
    CHECK(real.status == 0);
    CHECK(rehearsed.out == real.out + last_line);
    CHECK(admin.digest() != before);
}

}  // namespace

TEST_CASE("a dry run of each admin command changes nothing and says what the real run does") {
    using S = BuildState;
    struct Row {
        S state;
        Words command;
    };
    for (const auto& [state, command] :
         std::vector<Row>{{S::FAILEDTOBUILD, {"build", "retry", "8"}},
                          {S::FAILEDTOBUILD, {"build", "retry", "--state", "FAILEDTOBUILD"}},
                          {S::NEEDSBUILD, {"build", "cancel", "8", "7"}},
                          {S::BUILDING, {"build", "cancel", "8"}},
                          {S::NEEDSBUILD, {"build", "rescore", "8", "5"}},
                          {S::NEEDSBUILD, {"build", "hold", "8", "--reason", "libc first"}},
                          {S::FAILEDTOUPLOAD, {"build", "reupload", "8"}}}) {
        Admin admin;
        admin.put(state);
        fs::create_directories(admin.farm.file(std::string("rejected/") + Admin::leaf));
        rehearse_then_run(admin, command);
    }
}

TEST_CASE("a dry run of each set-up command changes nothing and says what the real run does") {
    Admin admin;
    const test::TempFolder files;
    const std::string chroot = test::make_chroot(files.path());
    for (const auto& command :
         std::vector<Words>{{"person", "add", "joe"},
                            {"person", "set", "joe", "--email", "j@example.org"},
                            {"series", "add", "ubuntu/breezy", "--status", "DEVELOPMENT"},
                            {"series", "set", "ubuntu/breezy", "--status", "FROZEN"},
                            {"arch", "add", "ubuntu/breezy/i386", "--family", "x86"},
                            {"arch", "set", "ubuntu/breezy/i386", "--enabled", "no"},
                            {"archive", "add", "ubuntu", "joes", "--purpose", "PPA", "--url",
                             "http://p/", "--owner", "joe"},
                            {"archive", "set", "ubuntu/joes", "--debug-symbols", "yes"},
                            {"chroot", "set", "ubuntu/breezy/i386", chroot},
                            {"builder", "add", "toad", "http://toad:8221/", "--arch", "i386"},
                            {"builder", "set", "toad", "--title", "The toad"},
                            {"builder", "set", "toad", "--tag", "big", "--reserved"},
                            {"need", "add", "chromium", "--tag", "big"},
                            {"need", "remove", "chromium", "--tag", "big"},
                            {"builder", "disable", "toad"},
                            {"builder", "enable", "toad"}})
        rehearse_then_run(admin, command);
}

TEST_CASE("a dry run of source import stores no file") {
    Admin admin;
    const test::TempFolder files;
    files.write("xx_1.tar.gz", "x");
    const auto digests = *digest_file(files.path() + "/xx_1.tar.gz");
    const std::string dsc = files.write(
        "xx_1.dsc",
        fmt::format("Format: 3.0 (native)\nSource: xx\nBinary: xx\nArchitecture: any\nVersion: 1\n"
                    "Maintainer: J <j@example.org>\nChecksums-Sha1:\n {0} {3} xx_1.tar.gz\n"
                    "Checksums-Sha256:\n {1} {3} xx_1.tar.gz\nFiles:\n {2} {3} xx_1.tar.gz\n",
                    digests.sha1, digests.sha256, digests.md5, digests.size));
    rehearse_then_run(
        admin, {"source", "import", "--archive", "ubuntu/primary", "--series", "hoary", dsc});
}

TEST_CASE("a dry run of queue build counts what the real run makes") {
    Admin admin;
    const auto before = admin.digest();
    const auto rehearsed = admin.run({"queue", "build", "-n"});
    CHECK(rehearsed.status == 0);
    CHECK(admin.digest() == before);
    const auto real = admin.run({"queue", "build", "-v"});
    const auto summary = rehearsed.out.substr(0, rehearsed.out.find('\n'));
    INFO(rehearsed.out);
    CHECK(real.err.find("queue build: " + summary) != std::string::npos);
    CHECK(admin.digest() != before);
}

TEST_CASE("a dry run of db init leaves the database empty") {
    const test::TestDatabase empty(false);
    const std::map<std::string, std::string> environment{
        {"BUILDD_MASTER_DATABASE", empty.conninfo()}};
    const auto rehearsed = test::run_program({"db", "init", "--dry-run"}, environment);
    const auto real = test::run_program({"db", "init"}, environment);
    CHECK(real.status == 0);
    CHECK(rehearsed.out == real.out + last_line);
    CHECK(test::run_program({"db", "upgrade", "-n"}, environment).status == 0);
}

TEST_CASE("a dry run of a pass makes no folder") {
    Admin admin;
    const auto before = admin.digest();
    CHECK(admin.farm.pass("cycle", true) == ExitStatus::done);
    CHECK(admin.digest() == before);
}

TEST_CASE("a dry run that fails says why as the real run does") {
    Admin admin;
    const auto rehearsed = admin.run({"build", "retry", "8", "-n"});
    const auto real = admin.run({"build", "retry", "8"});
    CHECK(rehearsed.status == real.status);
    CHECK(rehearsed.err == real.err);
    CHECK(rehearsed.out == real.out);
}
