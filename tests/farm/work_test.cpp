// Work beside passes: slots, several processes, items that are slow (behaviour: rule of short
// passes).
#include <array>
#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/lock_file.hpp"
#include "base/text.hpp"
#include "support/result.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;
namespace fs = std::filesystem;

namespace {

std::string leaf_of(int build) {
    return fmt::format("20050401-085438-{0}-{0}", build);
}

// A build that waits for its upload.
void wait_for_upload(Scenario& it, int build) {
    fs::create_directories(it.farm.file("incoming/" + leaf_of(build)));
    constexpr std::array pockets{"UPDATES", "SECURITY", "PROPOSED"};
    const auto number = static_cast<std::size_t>(build - 900);
    it.farm.sql(
        fmt::format("INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, "
                    "pocket, archive, buildstate, upload_leaf) VALUES ({}, 1, 6, {}, '{}', "
                    "1, 'UPLOADING', '{}')",
                    build, 14 + number % 3, pockets.at(number / 3), leaf_of(build)));
}

// 900's hangs until there is a file `go`; all say that they ran.
void hanging_uploader(Scenario& it) {
    it.uploader(
        fmt::format("echo ran >>{0}/ran-$8; touch {0}/started-$8\n"
                    "while [ $8 = 900 ] && [ ! -e {0}/go ]; do sleep 0.05; done; exit 1\n",
                    it.farm.root()));
}

void touch(const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "w");
    REQUIRE(file != nullptr);
    std::fclose(file);
}

// The program in the background.
struct Running {
    pid_t pid = 0;
    Running(Scenario& it, const std::vector<std::string>& words) {
        const auto environment = it.farm.environment();
        pid = ::fork();
        if (pid != 0) return;
        for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
        std::vector<char*> argv{const_cast<char*>(PROGRAM)};
        for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
        argv.push_back(nullptr);
        ::execv(PROGRAM, argv.data());
        ::_exit(127);
    }
    int end() const {  // its exit status
        int status = 0;
        ::waitpid(pid, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
};

}  // namespace

TEST_CASE("a hung upload holds its slot and nobody else") {
    Scenario it("current");
    for (const int build : {900, 901, 902}) wait_for_upload(it, build);
    hanging_uploader(it);
    it.farm.options["upload_jobs"] = "2";
    it.farm.options["pass_timeout"] = "10 s";
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.farm.state(900) == "UPLOADING");
    CHECK(it.farm.state(901) == "FAILEDTOUPLOAD");
    CHECK(it.farm.state(902) == "FAILEDTOUPLOAD");
    CHECK(it.lines_with("goes on; a later run settles it") == 1);
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.lines_with("is still being uploaded by another process") == 1);
    touch(it.farm.file("go"));
    it.await([&] { return it.run({"collect"}) == 0 && it.farm.state(900) == "FAILEDTOUPLOAD"; });
    CHECK(test::read(it.farm.file("ran-900")) == "ran\n");
}

TEST_CASE("a pass exits when its own leaf is settled though another hangs") {
    Scenario it("current");
    wait_for_upload(it, 900);
    hanging_uploader(it);
    it.farm.options["pass_timeout"] = "6 s";
    it.set_up_job();
    CHECK(it.collect_waiting("OK") == 0);
    CHECK(it.farm.state(8) == "FAILEDTOUPLOAD");
    CHECK(it.farm.state(900) == "UPLOADING");
    touch(it.farm.file("go"));
}

TEST_CASE("work takes in what comes while another upload hangs and ends when nothing is left") {
    Scenario it("current");
    wait_for_upload(it, 900);
    hanging_uploader(it);
    it.farm.options["upload_jobs"] = "2";
    const Running work(it, {"work"});
    it.await([&] { return exists(it.farm.file("started-900")); });
    wait_for_upload(it, 901);
    it.await([&] { return it.farm.state(901) == "FAILEDTOUPLOAD"; });
    CHECK(it.farm.state(900) == "UPLOADING");
    touch(it.farm.file("go"));
    CHECK(work.end() == 0);
    CHECK(it.farm.state(900) == "FAILEDTOUPLOAD");
    CHECK(list_folder(it.farm.file("locks"))->empty());
    CHECK(*list_folder(it.farm.file("children")) == std::vector<std::string>{});
}

TEST_CASE("several processes share the slots and do no upload twice") {
    Scenario it("current");
    for (int build = 900; build < 908; ++build) wait_for_upload(it, build);
    it.uploader(fmt::format(
        "cd {}; mkdir -p run; mkdir run/$8; ls run | wc -l >>counts; echo ran >>ran-$8\n"
        "sleep 0.1; rmdir run/$8; exit 1\n",
        it.farm.root()));
    it.farm.options["upload_jobs"] = "2";
    const Running one(it, {"work"}), two(it, {"work"}), three(it, {"cycle"});
    CHECK(one.end() == 0);
    CHECK(two.end() == 0);
    CHECK(three.end() == 0);
    CHECK(it.run({"work"}) == 0);
    for (int build = 900; build < 908; ++build)
        CHECK(test::read(it.farm.file(fmt::format("ran-{}", build))) == "ran\n");
    CHECK(test::read(it.farm.file("counts")).find('3') == std::string::npos);
    CHECK(it.farm.value("SELECT count(*) FROM build WHERE upload_leaf IS NOT NULL") == "0");
}

TEST_CASE("a pass told so leaves its work to the command of that name") {
    Scenario it("current");
    const test::TempFolder results;
    test::make_result(results.path());
    it.set_up_job();
    it.wait_with("OK", "files=" + results.path());
    CHECK(it.run({"cycle", "--no-work"}) == 0);
    CHECK(it.farm.state(8) == "UPLOADING");
    CHECK(it.run({"work", "-n"}) == 0);
    CHECK(it.out().starts_with(
        "would upload i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE\n"));
    CHECK(it.run({"work"}) == 0);
    CHECK(it.farm.state(8) == "FULLYBUILT");
}

TEST_CASE("SIGTERM ends work at once and a later run settles from the recorded end") {
    Scenario it("current");
    wait_for_upload(it, 900);
    hanging_uploader(it);
    const Running work(it, {"work"});
    it.await([&] { return exists(it.farm.file("started-900")); });
    ::kill(work.pid, SIGTERM);
    CHECK(work.end() == 143);
    CHECK(it.farm.state(900) == "UPLOADING");
    touch(it.farm.file("go"));
    it.await([&] { return exists(it.farm.file("children/" + leaf_of(900) + "/end")); });
    it.await([&] { return it.run({"work"}) == 0 && it.farm.state(900) == "FAILEDTOUPLOAD"; });
    CHECK(it.log().find("Uploading") == std::string::npos);
    CHECK(test::read(it.farm.file("ran-900")) == "ran\n");
}

TEST_CASE("a leaf that another process is settling is no leaf that nobody names") {
    Scenario it("current");
    fs::create_directories(it.farm.file("incoming/" + leaf_of(999)));
    fs::create_directories(it.farm.file("locks"));
    const auto settling = LockFile::try_acquire(it.farm.file("locks/" + leaf_of(999)), "work");
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.lines_with("No build names the leaf") == 0);
    CHECK(exists(it.farm.file("incoming/" + leaf_of(999))));
}
