// publish_command: last of all, claimed first, and never at odds with the database.
#include <filesystem>
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "support/result.hpp"
#include "support/scenario.hpp"
#include "test.hpp"
#include "upload/tries.hpp"

using namespace buildd;
using test::Scenario;
namespace fs = std::filesystem;

namespace {

constexpr const char* deb = "mozilla-firefox_0.9_i386.deb";

// Builds 8 and 90 make the same package with other bytes; the archive is a folder.
struct Rivals {
    Scenario it{"current"};
    test::TempFolder results[2];

    Rivals() {
        test::ResultWish wish;
        test::make_result(results[0].path(), wish);
        wish.provides = "other-bytes";
        test::make_result(results[1].path(), wish);
        fs::create_directories(it.farm.file("archive"));
        it.farm.sql(
            "UPDATE distroseries SET status = 'FROZEN' WHERE id = 3;"
            "INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, "
            "archive, pocket) VALUES (90, 1, 6, 14, 1, 'PROPOSED')");
        publish_by("");
    }

    // Copies into the archive unless it is there with these bytes; a step of `trouble` may end it.
    void publish_by(const std::string& before, const std::string& after = "") {
        const std::string script = it.farm.file("publish");
        std::FILE* file = std::fopen(script.c_str(), "w");
        std::fputs(fmt::format("cd {}\n{}\ncp $(dirname \"$1\")/*.deb archive/\n{}\n",
                               it.farm.root(), before, after)
                       .c_str(),
                   file);
        std::fclose(file);
        it.farm.options["publish_command"] = "/bin/sh " + script + " %(changes)s";
    }
    void gather(int build) {
        const auto cookie = it.set_up_job(build);
        it.fleet.say(fmt::format("bob state WAITING OK {} files={}", cookie,
                                 results[build == 8 ? 0 : 1].path()));
        REQUIRE(it.run({"collect", "--no-work"}) == 0);
        REQUIRE(it.farm.state(build) == "UPLOADING");
    }
    int work() {
        const auto children = list_folder(it.farm.file("children"));
        for (const auto& child : *children)
            if (exists(it.farm.file("children/" + child + "/tries")))
                fs::remove(it.farm.file("children/" + child + "/tries"));  // no backoff
        return it.run({"work"});
    }
    int upload_by_hand(int build) {
        return it.run({"process-upload", "--log-file", it.farm.file("upload.log"), "-d", "ubuntu",
                       "-s", "hoary", "-b", std::to_string(build), "-J",
                       it.build("upload_leaf", build), it.farm.root()});
    }
    std::string claims() {
        return it.farm.value(
            "SELECT coalesce(string_agg(build || ' ' || filename, ' '), '') "
            "FROM binaryclaim");
    }
    std::string archived() const {
        const auto path = it.farm.file(std::string("archive/") + deb);
        return exists(path) ? test::read(path) : "";
    }
    std::string stored() {
        const auto row = it.farm.value(
            "SELECT lfa.id || '/' || lfa.filename FROM binarypackagefile JOIN libraryfilealias lfa "
            "ON lfa.id = libraryfile WHERE filename = '" +
            std::string(deb) + "'");
        return row.empty() ? "" : test::read(it.farm.file("librarian/" + row));
    }
    void both_hold_the_bytes_of(int build) {
        const auto& folder = results[build == 8 ? 0 : 1];
        CHECK(archived() == test::read(folder.path() + "/" + deb));
        CHECK(stored() == archived());
        CHECK(claims() == "");
    }
};

}  // namespace

TEST_CASE("publish_command runs when the files are stored and claimed and nothing can refuse") {
    Rivals rivals;
    const std::string psql = "psql -qAt '" + rivals.it.farm.db().conninfo() + "' -c ";
    rivals.publish_by(psql +
                      "\"SELECT build, filename, leaf = (SELECT upload_leaf FROM build WHERE id = "
                      "8) FROM binaryclaim\" >claims\n" +
                      psql +
                      "\"SELECT count(*) FROM pg_stat_activity WHERE datname = "
                      "current_database() AND state LIKE 'idle in%'\" >open\n"
                      "sha256sum <$(ls -d librarian/*/" +
                      deb + ") >stored\nsha256sum <$(dirname \"$1\")/" + deb + " >given");
    rivals.gather(8);
    CHECK(rivals.work() == 0);
    CHECK(rivals.it.farm.state(8) == "FULLYBUILT");
    CHECK(test::read(rivals.it.farm.file("claims")) == fmt::format("8|{}|t\n", deb));
    CHECK(test::read(rivals.it.farm.file("open")) == "0\n");
    CHECK(test::read(rivals.it.farm.file("stored")) == test::read(rivals.it.farm.file("given")));
    rivals.both_hold_the_bytes_of(8);
}

TEST_CASE("whatever ends a publish_command a rival build never changes what the archive holds") {
    const std::string kill_uploader =  // and with it what it has started
        "for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null | "
        "grep -q \"process-upload.*$PWD\" && kill -9 ${p#/proc/}; done; sleep 1";
    struct Case {
        const char* name;
        std::string before, after;
    };
    for (const auto& [name, before, after] : std::vector<Case>{
             {"killed before", "[ -e calm ] || kill -9 $$", ""},
             {"killed after", "", "[ -e calm ] || kill -9 $$"},
             {"fails after", "", "[ -e calm ] || exit 1"},
             {"hangs before", "[ -e calm ] || sleep 60", ""},
             {"hangs after", "", "[ -e calm ] || sleep 60"},
             {"uploader killed after", "", "[ -e calm ] || { " + kill_uploader + "; }"}}) {
        INFO(name);
        Rivals rivals;
        rivals.it.farm.options["uploader_timeout"] = "2 s";
        rivals.publish_by(before, after);
        rivals.gather(8);
        rivals.work();
        CHECK(rivals.it.farm.state(8) == "UPLOADING");
        CHECK(rivals.claims() == fmt::format("8 {}", deb));
        const std::string leaf = rivals.it.build("upload_leaf");
        CHECK(read_tries(rivals.it.farm.file("children/" + leaf)).killed == 0);  // not its fault
        rivals.gather(90);
        std::fclose(std::fopen(rivals.it.farm.file("calm").c_str(), "w"));
        CHECK(rivals.upload_by_hand(90) == 65);
        CHECK(test::read(rivals.it.farm.file("upload.log"))
                  .find(fmt::format("{} is being published in primary by build 8", deb)) !=
              std::string::npos);
        Scenario::await([&] {
            rivals.work();
            return rivals.it.farm.state(8) == "FULLYBUILT";
        });
        CHECK(rivals.it.farm.state(90) == "FAILEDTOUPLOAD");
        rivals.both_hold_the_bytes_of(8);
    }
}

TEST_CASE("a claim is given back when publish_command refuses or never started") {
    Rivals rivals;
    rivals.gather(8);
    rivals.it.farm.options["publish_command"] = "/does/not/exist";
    CHECK(rivals.upload_by_hand(8) == 69);
    CHECK(rivals.claims() == "");
    rivals.publish_by("exit 65");
    CHECK(rivals.work() == 0);
    CHECK(rivals.it.farm.state(8) == "FAILEDTOUPLOAD");
    CHECK(rivals.claims() == "");
    rivals.publish_by("");
    rivals.gather(90);
    CHECK(rivals.work() == 0);
    CHECK(rivals.it.farm.state(90) == "FULLYBUILT");
    rivals.both_hold_the_bytes_of(90);
}

TEST_CASE("a claim of an earlier try stays when a later one never started") {
    Rivals rivals;
    rivals.publish_by("", "exit 1");
    rivals.gather(8);
    rivals.work();
    rivals.it.farm.options["publish_command"] = "/does/not/exist";
    CHECK(rivals.upload_by_hand(8) == 69);
    CHECK(rivals.claims() == fmt::format("8 {}", deb));
}

TEST_CASE("a build that was given up with claims is not rebuilt and its results stay") {
    Rivals rivals;
    rivals.publish_by("", "exit 1");
    rivals.gather(8);
    rivals.work();
    const std::string folder =
        rivals.it.farm.file("children/" + rivals.it.build("upload_leaf") + ".publish");
    auto tries = read_tries(folder);
    tries.first -= std::chrono::hours(25);
    REQUIRE(write_tries(folder, tries).ok());
    CHECK(rivals.upload_by_hand(8) == 1);
    CHECK(rivals.work() == 0);
    CHECK(rivals.it.farm.state(8) == "FAILEDTOUPLOAD");
    CHECK(rivals.claims() == fmt::format("8 {}", deb));
    rivals.it.run({"db", "check"});
    CHECK(rivals.it.out().find("claims") == std::string::npos);
    CHECK(rivals.it.run({"build", "retry", "8"}) == 65);
    CHECK(rivals.it.log().find("its packages may be in the archive") != std::string::npos);
    CHECK(rivals.it.run({"build", "cancel", "8"}) == 65);
    rivals.it.farm.options["keep_failed"] = "0";
    rivals.it.run({"collect"});
    CHECK(list_folder(rivals.it.farm.file("failed"))->size() == 1);
    rivals.publish_by("");
    CHECK(rivals.it.run({"build", "reupload", "8"}) == 0);
    CHECK(rivals.work() == 0);
    CHECK(rivals.it.farm.state(8) == "FULLYBUILT");
    rivals.both_hold_the_bytes_of(8);
}

TEST_CASE("what the database cannot hold is refused before publish_command tells the world") {
    Rivals rivals;
    rivals.it.farm.sql("ALTER TABLE binarypackagerelease ADD CHECK (version <> '0.9') NOT VALID");
    rivals.gather(8);
    rivals.work();
    CHECK(rivals.it.farm.state(8) == "FAILEDTOUPLOAD");
    CHECK(rivals.archived() == "");
    CHECK(rivals.claims() == "");
    rivals.it.farm.options.erase("publish_command");
    rivals.gather(90);
    rivals.work();
    CHECK(rivals.it.farm.state(90) == "FAILEDTOUPLOAD");
    CHECK(rivals.stored() == "");
}

TEST_CASE("a package that provides a word without end is taken in") {
    Rivals rivals;
    test::ResultWish wish;
    for (int n = 0; n < 4000; ++n) wish.provides += fmt::format("{:x}", n * 7919);
    wish.provides += ", other-name";
    fs::remove_all(rivals.results[0].path());
    test::make_result(rivals.results[0].path(), wish);
    rivals.gather(8);
    CHECK(rivals.work() == 0);
    CHECK(rivals.it.farm.state(8) == "FULLYBUILT");
    CHECK(rivals.it.farm.value("SELECT count(*) FROM binarypackagerelease WHERE "
                               "provided_names(provides) @> '{other-name}'") == "1");
}

TEST_CASE("a publish_command inherits no password of ours and its uploader only the database's") {
    Rivals rivals;
    rivals.it.farm.options["librarian_password"] = "pwLibrarian";
    rivals.publish_by(
        "env >env; tr '\\0' '\\n' </proc/$(cut -d' ' -f4 /proc/$PPID/stat)/environ >up");
    rivals.gather(8);
    CHECK(rivals.work() == 0);
    const std::string publisher = test::read(rivals.it.farm.file("env"));
    const std::string uploader = test::read(rivals.it.farm.file("up"));
    CHECK(publisher.find("BUILDD_MASTER_DATABASE=") == std::string::npos);
    CHECK(uploader.find("BUILDD_MASTER_DATABASE=") != std::string::npos);
    for (const auto* seen : {&publisher, &uploader}) {
        CHECK(seen->find("BUILDD_MASTER_ROOT=") != std::string::npos);
        CHECK(seen->find("LIBRARIAN_PASSWORD") == std::string::npos);
        CHECK(seen->find("SMTP_URL") == std::string::npos);
    }
}
