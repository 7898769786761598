// Uploads that could not be examined: never the build's fault (three outcomes).
#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "supervise/process_id.hpp"
#include "support/result.hpp"
#include "support/scenario.hpp"
#include "test.hpp"
#include "upload/tries.hpp"

using namespace buildd;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::system_clock;
using test::Scenario;
namespace fs = std::filesystem;

namespace {

// Build 8's good results are gathered and wait.
struct Gathered {
    Scenario it{"current"};
    test::TempFolder results;
    std::string leaf;

    Gathered() {
        test::make_result(results.path());
        gather();
    }
    void gather() {
        it.set_up_job();
        it.wait_with("OK", "files=" + results.path());
        REQUIRE(it.run({"collect", "--no-work"}) == 0);
        leaf = it.build("upload_leaf");
    }
    std::string state() { return it.farm.state(8); }
    std::string folder(const std::string& suffix = "") const {
        return it.farm.file("children/" + leaf + suffix);
    }
    // As if so much time had passed since the tries.
    void age(std::chrono::seconds by, const std::string& suffix = "") const {
        auto tries = read_tries(folder(suffix));
        REQUIRE(tries.tries > 0);
        tries.first -= by;
        tries.last -= by;
        tries.first_killed -= by;
        REQUIRE(write_tries(folder(suffix), tries).ok());
    }
    int upload_by_hand() {
        return it.run({"process-upload", "-d", "ubuntu", "-s", "hoary", "-b", "8", "-J", leaf,
                       it.farm.root()});
    }
    void is_built_when_it_is_over() {
        CHECK(state() == "UPLOADING");
        CHECK(exists(it.farm.file("incoming/" + leaf)));
        CHECK(it.farm.value("SELECT count(*) FROM mailqueue") == "0");
        if (read_tries(folder()).tries > 0) age(minutes(20));
        CHECK(it.run({"work"}) == 0);
        CHECK(state() == "FULLYBUILT");
        CHECK(it.lines_with("examined") == 0);
        CHECK_FALSE(exists(folder()));
    }
};

}  // namespace

TEST_CASE("an uploader that ends with 75 or cannot be started judges nothing") {
    for (const char* uploader : {"/bin/sh -c 'exit 75'", "/does/not/exist"}) {
        Gathered one;
        INFO(uploader);
        one.it.farm.options["uploader"] = uploader;
        one.it.run({"work"});
        CHECK(one.state() == "UPLOADING");
        one.it.farm.options.erase("uploader");
        one.is_built_when_it_is_over();
    }
}

TEST_CASE("an upload that cannot be examined is tried with backoff and loudly after ten minutes") {
    Gathered one;
    one.it.farm.options["uploader"] =
        "/bin/sh -c 'echo tried >>" + one.it.farm.file("runs") + "; exit 75'";
    CHECK(one.it.run({"work"}) == 0);
    CHECK(one.it.lines_with("INFO    i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE was "
                            "not examined, tried again in 1 min") == 1);
    CHECK(one.it.run({"work"}) == 0);
    CHECK(test::read(one.it.farm.file("runs")) == "tried\n");
    one.age(minutes(11));
    CHECK(one.it.run({"work"}) == 1);
    CHECK(one.it.lines_with("ERROR   i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE "
                            "could not be examined for 11 min") == 1);
    CHECK(test::read(one.it.farm.file("runs")) == "tried\ntried\n");
    CHECK(one.it.run({"work"}) == 1);  // waits for its next try; loud once an hour
    CHECK(one.it.lines_with("ERROR") == 0);
    one.it.farm.options.erase("uploader");
    one.is_built_when_it_is_over();
}

TEST_CASE("a database that is read-only or holds the row is no verdict on the results") {
    Gathered one;
    const std::string name = one.it.farm.value("SELECT current_database()");
    one.it.farm.sql("ALTER DATABASE " + name + " SET default_transaction_read_only = on");
    const int read_only = one.upload_by_hand();
    CHECK(read_only != 0);
    CHECK(read_only != 65);
    {
        db::Database admin(one.it.farm.db().conninfo());
        admin.script("SET transaction_read_only = off; ALTER DATABASE " + name +
                     " RESET default_transaction_read_only");
    }
    db::Database holder(one.it.farm.db().conninfo());
    holder.script("BEGIN; SELECT 1 FROM build WHERE id = 8 FOR UPDATE");
    CHECK(one.upload_by_hand() == 75);
    holder.script("ROLLBACK");
    one.is_built_when_it_is_over();
}

TEST_CASE("a folder of ours that cannot be made is no verdict on the results") {
    Gathered one;
    fs::create_directories(one.it.farm.file("children"));
    std::FILE* file = std::fopen(one.folder().c_str(), "w");  // where its folder would be made
    std::fclose(file);
    CHECK(one.it.run({"work"}) == 69);
    CHECK(one.state() == "UPLOADING");
    fs::remove(one.folder());
    one.is_built_when_it_is_over();
}

TEST_CASE("a publish_command that fails is run again and after a day told to the admins alone") {
    Gathered one;
    one.it.farm.options["publish_command"] = "/bin/sh -c 'echo no room on mirror; exit 3'";
    CHECK(one.it.run({"work"}) == 0);
    CHECK(one.state() == "UPLOADING");
    CHECK(one.it.lines_with("publish_command: exit status 3") == 1);
    CHECK(exists(one.it.farm.file("incoming/" + one.leaf)));
    one.age(hours(25));
    one.age(hours(25), ".publish");
    CHECK(one.it.run({"work"}) == 0);
    CHECK(one.state() == "FAILEDTOUPLOAD");
    CHECK(list_folder(one.it.farm.file("failed"))->size() == 1);
    CHECK(one.it.recipients() ==  // not mark@hbd.com, who made the source
          std::vector<std::string>{"foo.bar@canonical.com", "celso.providelo@canonical.com"});
    CHECK(one.it.mail().find("no room on mirror") != std::string::npos);
    CHECK_FALSE(exists(one.folder(".publish")));
}

TEST_CASE("a publish_command that hangs is ended at its deadline and run again") {
    Gathered one;
    one.it.farm.options["publish_command"] =
        "/bin/sh -c 'echo $$ >" + one.it.farm.file("pid") + "; sleep 60'";
    one.it.farm.options["uploader_timeout"] = "1 s";
    CHECK(one.it.run({"work"}) == 0);
    CHECK(one.it.lines_with("publish_command: killed after 1 s") == 1);
    const auto pid = static_cast<pid_t>(*parse_int(trim(test::read(one.it.farm.file("pid")))));
    CHECK(::kill(pid, 0) != 0);
    one.it.farm.options.erase("publish_command");
    one.is_built_when_it_is_over();
}

TEST_CASE("a leaf that ends its reader a third time while others are taken in is to blame") {
    Gathered one;
    one.it.farm.options["uploader_timeout"] = "1 s";
    db::Database holder(one.it.farm.db().conninfo());
    policy::UploadTries tries;
    tries.tries = tries.killed = 2;
    tries.first = tries.last = tries.first_killed = system_clock::now() - minutes(5);
    REQUIRE(write_tries(one.folder(), tries).ok());
    holder.script("BEGIN; LOCK TABLE binarypackagename IN ACCESS EXCLUSIVE MODE");
    CHECK(one.it.run({"work"}) == 0);
    CHECK(one.state() == "UPLOADING");  // no other upload went well meanwhile
    note_good_upload(one.it.farm.root());
    one.age(minutes(4));
    CHECK(one.it.run({"work"}) == 0);
    CHECK(one.state() == "FAILEDTOUPLOAD");
    CHECK(one.it.farm.value("SELECT detail FROM buildattempt WHERE build = 8") ==
          "It ended its reader three times while others were taken in: the uploader ended with "
          "killed after 1 s");
    holder.script("ROLLBACK");
}
