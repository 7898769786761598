// "Builder WAITING in OK state": the builder has finished and its results are collected.
#include <fmt/format.h>

#include "base/files.hpp"
#include "http_client.hpp"
#include "librarian/gunzip.hpp"
#include "support/result.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

std::string gunzipped(const std::string& bytes) {
    const test::TempFolder folder;
    std::string text;
    const auto done =
        read_gunzipped(folder.write("log.gz", bytes), [&](std::string_view piece) -> Result<void> {
            text += piece;
            return {};
        });
    return done ? text : done.error().message;
}

// Build 6, foobar 1.0 in warty: FULLYBUILT with binaries, as a faster uploader leaves it. Its
// pocket is UPDATES, for warty's RELEASE is closed.
void collect_build_6(Scenario& it) {
    it.farm.sql("UPDATE build SET pocket = 'UPDATES' WHERE id = 6");
    it.set_up_job(6);
    CHECK(it.collect_waiting("OK") == 0);
}

}  // namespace

TEST_CASE("Builder WAITING in OK state: what is collected and uploaded rightly is FULLYBUILT") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    const test::TempFolder results;
    test::make_result(results.path());
    it.set_up_job();
    CHECK(it.collect_waiting("OK", "files=" + results.path()) == 0);
    CHECK(it.title_of_state() == "Successfully built");
    CHECK(it.has_info());
    CHECK(it.fleet.mails() == 0);
    CHECK(it.fleet.state("bob") == "IDLE");
}

TEST_CASE(
    "Failed to Upload (FAILEDTOUPLOAD): a build that no upload completed is Failed to upload") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.set_up_job();
    CHECK(it.collect_waiting("OK") == 0);
    CHECK(it.has_info());
    CHECK(it.fleet.mails() == 3);
    CHECK(it.title_of_state() == "Failed to upload");
}

TEST_CASE(
    "Failed to Upload (FAILEDTOUPLOAD): its mails go to three people and hold the upload log") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.set_up_job();
    it.collect_waiting("OK");
    CHECK(it.recipients() == std::vector<std::string>{"mark@hbd.com", "foo.bar@canonical.com",
                                                      "celso.providelo@canonical.com"});
    const std::string mail = it.mail();
    INFO(mail);
    // Deliberate (behaviour §11): the log's name carries the final state.
    const std::string name = "buildlog_ubuntu-hoary-i386.mozilla-firefox_0.9_FAILEDTOUPLOAD.txt.gz";
    CHECK(it.log_name() == name);
    for (const std::string& part :
         {std::string("\nContent-Type: text/plain; charset=\"utf-8\"\n"),
          std::string("\nX-Launchpad-Build-State: FAILEDTOUPLOAD\n"),
          "\n * Build Log: " + it.log_url() + "\n",
          std::string("\nUpload log:\nINFO    creating lockfile\n"
                      "DEBUG   Initialising connection.\n"),
          std::string("\nDEBUG   Removing lock file: " + it.farm.file("locks/"))})
        CHECK(mail.find(part) != std::string::npos);
}

TEST_CASE("Successfully collected and uploaded (FULLYBUILT): an uploaded build gets its info") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    collect_build_6(it);
    CHECK(it.has_info(6));
    CHECK(it.title_of_state(6) == "Successfully built");
    CHECK(it.fleet.mails() == 0);
}

// Deliberate (behaviour §11): it stops that build with exit status 1, not the whole pass.
TEST_CASE("Builder WAITING in OK state: a build denied in its pocket is left for a person") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.set_up_job(2);
    CHECK(it.collect_waiting("OK") == 1);
    CHECK(it.loud() ==
          std::vector<std::string>{
              "CRITICAL i386 build of mozilla-firefox 0.9 in ubuntu warty RELEASE (2) can not be "
              "built for pocket RELEASE: illegal status"});
    CHECK(it.job("builder", 2) == "1");
    CHECK(it.farm.state(2) == "BUILDING");
    CHECK(it.fleet.state("bob") == "WAITING");
}

TEST_CASE("Builder WAITING in OK state: the build log is kept compressed and served as it was") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    collect_build_6(it);
    CHECK(it.farm.value("SELECT filename || ' ' || mimetype FROM libraryfilealias JOIN build ON "
                        "buildlog = libraryfilealias.id WHERE build.id = 6") ==
          "buildlog_ubuntu-warty-i386.foobar_1.0_FULLYBUILT.txt.gz text/plain");
    CHECK(it.run({"build", "log", "6"}) == 0);
    CHECK(it.out() == "This is a build log");
    const auto from_web = fleet::http("GET", it.log_url(6));
    CHECK(from_web.status == 200);
    CHECK(gunzipped(from_web.body) == "This is a build log");
}

// Deliberate (behaviour §11): one folder, where the seed has two; a build that is FULLYBUILT
// already is not uploaded again. The lock is the leaf's own.
TEST_CASE("Builder WAITING in OK state: the uploader's log lies with the failed upload") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.set_up_job();
    it.collect_waiting("OK");
    collect_build_6(it);
    const auto failed = list_folder(it.farm.file("failed"));
    REQUIRE(failed->size() == 1);
    const std::string leaf = failed->front(), root = it.farm.root();
    const std::string log = test::read(root + "/failed/" + leaf + "/uploader.log");
    INFO(log);
    CHECK(
        log.starts_with(fmt::format("INFO    creating lockfile\n"
                                    "DEBUG   Initialising connection.\n"
                                    "DEBUG   Beginning processing\n"
                                    "DEBUG   Creating directory {0}/accepted\n"
                                    "DEBUG   Creating directory {0}/rejected\n"
                                    "DEBUG   Creating directory {0}/failed\n",
                                    root)));
    CHECK(
        log.ends_with(fmt::format("DEBUG   Rolling back any remaining transactions.\n"
                                  "DEBUG   Removing lock file: {}/locks/{}\n",
                                  root, leaf)));
}
