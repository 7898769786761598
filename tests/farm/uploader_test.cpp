// How uploaders are run (behaviour §5.5).
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "support/result.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;
namespace fs = std::filesystem;

namespace {

// A build that waits for its upload.
void wait_for_upload(Scenario& it, int build) {
    const std::string leaf = fmt::format("20050401-085438-{0}-{0}", build);
    fs::create_directories(it.farm.file("incoming/" + leaf));
    it.farm.sql(
        fmt::format("INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, "
                    "pocket, archive, buildstate, upload_leaf) VALUES ({}, 1, 6, {}, 'UPDATES', "
                    "1, 'UPLOADING', '{}')",
                    build, build - 900 + 14, leaf));
}

}  // namespace

TEST_CASE("uploads run side by side but no more than upload_jobs at once") {
    Scenario it("current");
    for (const int build : {900, 901, 902}) wait_for_upload(it, build);
    // Each waits until two have run at once, and writes down how many run.
    it.uploader(
        fmt::format("cd {}; mkdir -p run; mkdir run/$$\n"
                    "for i in $(seq 200); do\n"
                    "  ls run | wc -l >>counts\n"
                    "  [ $(ls run | wc -l) -lt 2 ] || touch two\n"
                    "  [ -e two ] && break; sleep 0.05\n"
                    "done\n"
                    "rmdir run/$$; exit 1\n",
                    it.farm.root()));
    it.farm.options["upload_jobs"] = "2";
    CHECK(it.run({"collect"}) == 0);
    CHECK(exists(it.farm.file("two")));
    CHECK(test::read(it.farm.file("counts")).find('3') == std::string::npos);
    CHECK(it.farm.value("SELECT count(*) FROM build WHERE buildstate = 'FAILEDTOUPLOAD'") == "3");
}

TEST_CASE("a command of the farm has the umask of whoever called the program") {
    Scenario it("current");
    wait_for_upload(it, 900);
    it.uploader(fmt::format("umask >{}; exit 1\n", it.farm.file("umask")));
    const mode_t before = ::umask(007);
    CHECK(it.run({"work"}) == 0);
    ::umask(before);
    CHECK(test::read(it.farm.file("umask")) == "0007\n");
}

TEST_CASE("SIGTERM to the master leaves a running upload to finish alone") {
    Scenario it("current");
    const test::TempFolder results;
    test::make_result(results.path());
    it.uploader(fmt::format(
        "kill -TERM $(cut -d' ' -f4 /proc/$PPID/stat)\nwhile [ ! -e {} ]; do sleep 0.05; done\n"
        "exec {} process-upload \"$@\"\n",
        it.farm.file("go"), PROGRAM));
    it.set_up_job();
    CHECK(it.collect_waiting("OK", "files=" + results.path()) == 128 + 15);
    CHECK(it.farm.state(8) == "UPLOADING");
    CHECK(it.run({"collect"}) == 0);
    CHECK(
        it.said("INFO    i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE is still being "
                "uploaded by another process"));
    std::FILE* go = std::fopen(it.farm.file("go").c_str(), "w");
    std::fclose(go);
    it.await([&] { return it.farm.state(8) == "FULLYBUILT"; });
    it.await([&] { return it.run({"collect"}) == 0 && it.build("upload_leaf IS NULL") == "true"; });
    CHECK(list_folder(it.farm.file("accepted"))->size() == 1);
}

TEST_CASE("a custom uploader that prints outlives its master and is run once") {
    Scenario it("current");
    wait_for_upload(it, 900);
    it.uploader(
        fmt::format("cd {}; echo run >>runs; kill -TERM $(cut -d' ' -f4 /proc/$PPID/stat)\n"
                    "while [ ! -e go ]; do echo line; echo line >&2; sleep 0.05; done\n"
                    "echo last words; touch ended; exit 1\n",
                    it.farm.root()));
    CHECK(it.run({"collect"}) == 128 + 15);
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.lines_with("is still being uploaded by another process") == 1);
    CHECK_FALSE(exists(it.farm.file("ended")));
    std::fclose(std::fopen(it.farm.file("go").c_str(), "w"));
    it.await([&] { return it.run({"collect"}) == 0 && it.farm.state(900) == "FAILEDTOUPLOAD"; });
    CHECK(exists(it.farm.file("ended")));
    CHECK(test::read(it.farm.file("runs")) == "run\n");
    const auto log = it.farm.value(
        "SELECT l.id || '/' || filename FROM libraryfilealias l JOIN build ON upload_log = l.id "
        "WHERE build.id = 900");
    CHECK(test::read(it.farm.file("librarian/" + log)).ends_with("line\nlast words\n"));
}

TEST_CASE("an uploader that hangs is ended at its deadline though its master was killed") {
    Scenario it("current");
    wait_for_upload(it, 900);
    it.farm.options["uploader_timeout"] = "2 s";
    it.uploader(
        fmt::format("cd {}; trap '' TERM; echo $$ >pid\n"
                    "kill -KILL $(cut -d' ' -f4 /proc/$PPID/stat); sleep 60 & wait\n",
                    it.farm.root()));
    CHECK(it.run({"collect"}) == 128 + 9);
    it.await([&] { return exists(it.farm.file("children/20050401-085438-900-900/end")); });
    it.await([&] { return it.run({"collect"}) == 0 && it.farm.state(900) == "FAILEDTOUPLOAD"; });
    const std::string pid(trim(test::read(it.farm.file("pid"))));
    CHECK_FALSE(exists("/proc/" + pid + "/exe"));
    CHECK(it.lines_with("The uploader ended with killed after 2 s") == 1);
}

TEST_CASE("a result with two changes files fails to upload") {
    Scenario it("current");
    const test::TempFolder results;
    test::make_result(results.path());
    results.write("other_1_i386.changes", "Source: other\n");
    it.set_up_job();
    CHECK(it.collect_waiting("OK", "files=" + results.path()) == 0);
    CHECK(it.farm.state(8) == "FAILEDTOUPLOAD");
    CHECK(list_folder(it.farm.file("failed"))->size() == 1);
    CHECK(it.mail().find("it holds 2 .changes files") != std::string::npos);
}

TEST_CASE("an uploader that died right after its COMMIT is run again and its leaf is accepted") {
    Scenario it("current");
    const std::string leaf = "20050401-085438-8-1";
    test::make_result(it.farm.file("incoming/" + leaf + "/ubuntu"));
    it.farm.sql(fmt::format(
        "DELETE FROM buildqueue WHERE build = 8; UPDATE build SET buildstate = 'BUILDING' WHERE "
        "id = 8; UPDATE build SET buildstate = 'UPLOADING', upload_leaf = '{}' WHERE id = 8;"
        "UPDATE build SET buildstate = 'FULLYBUILT' WHERE id = 8;"
        "INSERT INTO binarypackagerelease (build, binarypackagename, version, architecture, "
        "component) VALUES (8, 1, '9', 'i386', 1)",
        leaf));
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.farm.state(8) == "FULLYBUILT");
    CHECK(exists(it.farm.file("accepted/" + leaf)));
    CHECK(it.farm.value("SELECT count(*) FROM binarypackagerelease WHERE build = 8") == "1");
    CHECK(it.build("upload_leaf IS NULL") == "true");
}
