// A successful build: gather, commit, free the builder, upload, settle (behaviour §5, §6).
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/lock_file.hpp"
#include "base/move_across.hpp"
#include "base/text.hpp"
#include "support/farm.hpp"
#include "support/result.hpp"
#include "test.hpp"

using namespace buildd;
using fleet::Fleet;
using test::TestFarm;
namespace fs = std::filesystem;

namespace {

constexpr const char* log_prefix = "buildlog_ubuntu-hoary-i386.mozilla-firefox_0.9_";

// Build 8 is done on bob; its results lie in `results`.
struct DoneJob {
    Fleet fleet;
    TestFarm farm;
    test::TempFolder results;
    std::string cookie;

    explicit DoneJob(const std::string& generation = "current", bool make = true)
        : fleet({"builder bob arch=i386 generation=" + generation}) {
        farm.connect(fleet, {"bob"});
        cookie = farm.give(8, "bob");
        if (make) test::make_result(results.path());
        offer();
    }

    void offer() {
        fleet.say(fmt::format("bob state WAITING OK {} files={}", cookie, results.path()));
    }
    std::string build(const std::string& expression) {
        return farm.value("SELECT " + expression + " FROM build WHERE id = 8");
    }
    std::vector<std::string> in(const std::string& folder) {
        return *list_folder(farm.file(folder));
    }
    std::string log_name() {
        return farm.value(
            "SELECT filename FROM libraryfilealias JOIN build ON buildlog = libraryfilealias.id "
            "WHERE build.id = 8");
    }
    std::string upload_log() {
        const auto row = farm.value(
            "SELECT l.id || '/' || filename FROM libraryfilealias l JOIN build ON upload_log = "
            "l.id "
            "WHERE build.id = 8");
        return test::read(farm.file("librarian/" + row));
    }
    int mails() { return std::stoi(farm.value("SELECT count(*) FROM mailqueue")); }
    void own_uploader(const std::string& script) {
        const std::string path = results.path() + "-uploader";
        farm.options["uploader"] = "/bin/sh " + path;
        std::FILE* file = std::fopen(path.c_str(), "w");
        std::fputs(script.c_str(), file);
        std::fclose(file);
    }
    ~DoneJob() { fs::remove(results.path() + "-uploader"); }
};

}  // namespace

TEST_CASE("a good result is published and the build is FULLYBUILT") {
    for (const char* generation : {"current", "v118", "classic", "seed"}) {
        DoneJob one(generation);
        INFO(generation);
        CHECK(one.farm.pass("collect") == ExitStatus::done);
        CHECK(one.farm.state(8) == "FULLYBUILT");
        CHECK(one.fleet.state("bob") == "IDLE");
        CHECK(one.log_name() == std::string(log_prefix) + "FULLYBUILT.txt.gz");
        CHECK(one.build("upload_leaf IS NULL AND builder = 1 AND datebuilt IS NOT NULL") == "true");
        CHECK(one.farm.value("SELECT bpn.name || ' ' || bpr.version || ' ' || bpr.architecture "
                             "FROM binarypackagerelease bpr JOIN binarypackagename bpn ON "
                             "bpn.id = bpr.binarypackagename WHERE build = 8") ==
              "mozilla-firefox 0.9 i386");
        const auto deb = one.farm.value(
            "SELECT lfa.id || '/' || lfa.filename FROM binarypackagefile f JOIN libraryfilealias "
            "lfa "
            "ON lfa.id = f.libraryfile JOIN binarypackagerelease r ON r.id = "
            "f.binarypackagerelease WHERE r.build = 8");
        CHECK(test::read(one.farm.file("librarian/" + deb)) ==
              test::read(one.results.path() + "/mozilla-firefox_0.9_i386.deb"));
        CHECK(one.farm.value("SELECT outcome || ' ' || leaf FROM buildattempt").find("OK 2") == 0);
        CHECK(one.in("accepted").size() == 1);
        CHECK(one.in("incoming").empty());
        CHECK(one.in("grabbing").empty());
        CHECK(one.in("locks").empty());
        CHECK(one.in("librarian/pending").empty());
        CHECK(one.mails() == 0);
    }
}

TEST_CASE("the upload log reads like the seed's") {
    DoneJob one;
    one.farm.pass("collect");
    const std::string log = one.upload_log();
    CHECK(
        log.starts_with("INFO    creating lockfile\nDEBUG   Initialising connection.\n"
                        "DEBUG   Beginning processing\n"));
    CHECK(log.find(
              "DEBUG   Rolling back any remaining transactions.\nDEBUG   Removing lock file: ") !=
          std::string::npos);
}

TEST_CASE("a result without a changes file fails to upload with three mails") {
    DoneJob one("current", false);
    CHECK(one.farm.pass("collect") == ExitStatus::done);
    CHECK(one.farm.state(8) == "FAILEDTOUPLOAD");
    CHECK(one.mails() == 3);
    CHECK(one.in("failed").size() == 1);
    CHECK(one.log_name() == std::string(log_prefix) + "FAILEDTOUPLOAD.txt.gz");
    CHECK(one.upload_log().find("it holds no .changes file") != std::string::npos);
    const auto mail = one.farm.value("SELECT message FROM mailqueue LIMIT 1");
    CHECK(mail.find("X-Launchpad-Build-State: FAILEDTOUPLOAD") != std::string::npos);
    CHECK(mail.find("Upload log:\r\nINFO    creating lockfile") != std::string::npos);
    CHECK(one.fleet.state("bob") == "IDLE");
}

TEST_CASE("every reason to reject is named") {
    struct Case {
        const char* reason;
        test::ResultWish wish;
    };
    for (const auto& [reason, wish] : std::vector<Case>{
             {"Version is 1.0, the build's is 0.9", {"mozilla-firefox", "1.0"}},
             {"Source is iceweasel, the build's is mozilla-firefox", {"iceweasel", "0.9"}},
             {"Architecture hppa is not the build's (i386, all)",
              {"mozilla-firefox", "0.9", "hppa"}}}) {
        DoneJob one("current", false);
        test::make_result(one.results.path(), wish);
        one.offer();
        one.farm.pass("collect");
        INFO(reason);
        CHECK(one.farm.state(8) == "FAILEDTOUPLOAD");
        CHECK(one.in("rejected").size() == 1);
        CHECK(one.upload_log().find(reason) != std::string::npos);
    }
}

TEST_CASE("a file that its changes file does not list or states wrongly is rejected") {
    DoneJob one;
    one.results.write("stowaway.txt", "x");
    one.results.write("mozilla-firefox_0.9_i386.deb", "altered");
    one.offer();
    one.farm.pass("collect");
    CHECK(one.farm.state(8) == "FAILEDTOUPLOAD");
    const std::string log = one.upload_log();
    CHECK(log.find("stowaway.txt is not listed") != std::string::npos);
    CHECK(log.find("mozilla-firefox_0.9_i386.deb has 7 bytes, ") != std::string::npos);
}

TEST_CASE("what an archive holds already is rejected") {
    DoneJob first;
    first.farm.pass("collect");
    first.farm.sql(
        "INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, archive) "
        "VALUES (90, 1, 6, 14, 1)");
    const std::string cookie = first.farm.give(90, "bob");
    first.fleet.say(fmt::format("bob state WAITING OK {} files={}", cookie, first.results.path()));
    first.farm.pass("collect");
    CHECK(first.farm.state(90) == "FAILEDTOUPLOAD");
    CHECK(first.farm.value(
              "SELECT message LIKE '%mozilla-firefox 0.9 i386 (deb) is already published%' "
              "FROM mailqueue LIMIT 1") == "true");
}

TEST_CASE("L20 results with names that could leave their folder are never taken") {
    DoneJob one;
    test::TempFolder body;
    const std::string answer =
        "<?xml version='1.0'?><methodResponse><params><param><value><array><data>"
        "<value>BuilderStatus.WAITING</value><value>BuildStatus.OK</value><value>" +
        one.cookie +
        "</value><value><struct><member><name>../ubuntu-evil/x</name>"
        "<value>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</value></member></struct></value>"
        "<value></value></data></array></value></param></params></methodResponse>";
    one.fleet.say("bob fault status body=@" + body.write("answer", answer));
    one.farm.pass("collect");
    CHECK(one.farm.state(8) == "FAILEDTOUPLOAD");
    CHECK(one.farm.value("SELECT detail FROM buildattempt") ==
          "The results cannot be taken: the file name '../ubuntu-evil/x' begins with - or .");
    CHECK(one.farm.value("SELECT failure_count FROM builder") == "1");
    CHECK(one.mails() == 3);
    CHECK(one.log_name() == std::string(log_prefix) + "FAILEDTOUPLOAD.txt.gz");
}

TEST_CASE("a result that does not match its digest twice is never taken") {
    DoneJob one;
    one.fleet.say("bob fault GET corrupt");
    one.fleet.say("bob heal GET:buildlog");
    const std::string deb = "mozilla-firefox_0.9_i386.deb";
    one.farm.pass("collect");
    CHECK(one.farm.state(8) == "FAILEDTOUPLOAD");
    CHECK(one.farm.value("SELECT detail FROM buildattempt")
              .find("does not match its digest, twice") != std::string::npos);
    CHECK(one.in("incoming").empty());
}

TEST_CASE("a result that was damaged once on its way is taken") {
    DoneJob one;
    one.fleet.say("bob fault GET corrupt times=1");
    one.farm.pass("collect");
    CHECK(one.farm.state(8) == "FULLYBUILT");
}

TEST_CASE("results beyond the limits are never taken") {
    for (const char* key : {"max_file_size", "max_result_size"}) {
        DoneJob one;
        one.farm.options[key] = "300";
        one.farm.pass("collect");
        INFO(key);
        CHECK(one.farm.state(8) == "FAILEDTOUPLOAD");
        CHECK(one.farm.value("SELECT failure_count FROM builder") == "1");
    }
}

TEST_CASE("a transfer that breaks is resumed by the next pass and verified files are kept") {
    DoneJob one;
    one.results.write("big.txt", std::string(300'000, 'x'));
    test::write_changes(one.results.path(), "mozilla-firefox_0.9_i386.changes", {});
    one.offer();
    one.fleet.say("bob fault GET close-body times=1");
    CHECK(one.farm.pass("collect") == ExitStatus::done);
    CHECK(one.farm.state(8) == "BUILDING");
    CHECK(one.in("grabbing").size() == 1);
    CHECK(one.fleet.state("bob") == "WAITING");
    one.fleet.say("bob heal");
    one.farm.pass("collect");
    CHECK(one.farm.state(8) == "FULLYBUILT");
    CHECK(one.in("grabbing").empty());
}

TEST_CASE("what is gathered is counted in files and bytes") {
    DoneJob one;
    CHECK(one.farm.pass("collect") == ExitStatus::done);
    const auto counted = one.farm.progress();
    REQUIRE(counted.size() >= 4);
    CHECK(counted.front().find("gathering 0/2 files, ") == 0);
    const auto size = [&](const std::string& name) {
        return fs::file_size(one.farm.file("accepted/") + one.in("accepted")[0] + "/ubuntu/" +
                             name);
    };
    CHECK(counted.back() ==
          "gathering 2/2 files, " + show_size(size("mozilla-firefox_0.9_i386.deb") +
                                              size("mozilla-firefox_0.9_i386.changes")));
}

TEST_CASE("L34 two result names with one digest are both stored") {
    DoneJob one;
    one.results.write("a.txt", "same");
    one.results.write("b.txt", "same");
    test::write_changes(one.results.path(), "mozilla-firefox_0.9_i386.changes", {});
    one.offer();
    one.farm.pass("collect");
    CHECK(one.farm.state(8) == "FULLYBUILT");
    const std::string leaf = "accepted/" + one.in("accepted")[0] + "/ubuntu/";
    CHECK(test::read(one.farm.file(leaf + "a.txt")) == "same");
    CHECK(test::read(one.farm.file(leaf + "b.txt")) == "same");
}

TEST_CASE("L26 a source superseded while it was built is not uploaded") {
    DoneJob one;
    one.farm.sql(
        "UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED' "
        "WHERE sourcepackagerelease = 14 AND distroseries = 3 AND archive = 1");
    one.farm.pass("collect");
    CHECK(one.farm.state(8) == "SUPERSEDED");
    CHECK(one.build("buildlog IS NOT NULL AND builder = 1") == "true");
    CHECK(one.fleet.state("bob") == "IDLE");
    CHECK(one.in("accepted").empty());
    CHECK(one.mails() == 0);
}

TEST_CASE("L29 a build that is FULLYBUILT already is not uploaded again") {
    DoneJob one;
    one.farm.sql(
        "UPDATE build SET buildstate = 'FULLYBUILT' WHERE id = 8;"
        "INSERT INTO binarypackagerelease (build, binarypackagename, version, architecture, "
        "component) VALUES (8, 1, '9', 'i386', 1)");
    CHECK(one.farm.pass("collect") == ExitStatus::done);
    CHECK(one.farm.state(8) == "FULLYBUILT");
    CHECK(one.build("buildlog IS NOT NULL AND builder = 1") == "true");
    CHECK(one.fleet.state("bob") == "IDLE");
    CHECK(one.in("accepted").empty());
    CHECK(one.mails() == 0);
}

TEST_CASE("a denied pocket stops that build for a person and nothing else") {
    DoneJob one;
    one.farm.sql("UPDATE distroseries SET status = 'CURRENT' WHERE id = 3");
    CHECK(one.farm.pass("collect") == ExitStatus::needs_person);
    CHECK(one.farm.logged(
        "CRITICAL i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE (8) can "
        "not be built for pocket RELEASE: illegal status"));
    CHECK(one.farm.state(8) == "BUILDING");
    CHECK(one.fleet.state("bob") == "WAITING");
    CHECK(one.farm.pass("collect") == ExitStatus::needs_person);
    CHECK_FALSE(one.farm.logged("CRITICAL"));
}

TEST_CASE("the uploader is told leaf build distribution suite and root") {
    DoneJob one;
    one.own_uploader("echo \"$@\" >$2; exit 0\n");
    one.farm.pass("collect");
    const std::string leaf = one.farm.value("SELECT leaf FROM buildattempt");
    CHECK(one.in("failed-to-move") == std::vector{leaf});
    CHECK(
        test::read(one.farm.file("failed-to-move/" + leaf + "/uploader.log")) ==
        fmt::format("--log-file {0}/incoming/{1}/uploader.log -d ubuntu -s hoary -b 8 -J {1} {0}\n",
                    one.farm.root(), leaf));
    CHECK(one.farm.state(8) == "FAILEDTOUPLOAD");
}

TEST_CASE("an uploader that fails hangs or dies is told by its end") {
    struct Case {
        const char* script;
        const char* end;
    };
    for (const auto& [script, end] :
         std::vector<Case>{{"exit 7\n", "The uploader ended with exit status 7"},
                           {"kill -9 $$\n", "The uploader ended with killed by signal 9"},
                           {"sleep 60\n", "The uploader ended with killed after 1 s"}}) {
        DoneJob one;
        one.own_uploader(script);
        one.farm.options["uploader_timeout"] = "1 s";
        one.farm.pass("collect");
        INFO(script);
        CHECK(one.farm.state(8) == "FAILEDTOUPLOAD");
        CHECK(one.farm.value("SELECT detail FROM buildattempt") == end);
        CHECK(
            one.farm.value("SELECT message LIKE '%Could not find upload log file%' FROM mailqueue "
                           "LIMIT 1") == "true");
        CHECK(one.in("failed-to-move").size() == 1);
    }
}

TEST_CASE("an uploader that publishes and then fails is an error without mail") {
    DoneJob one;
    one.own_uploader(fmt::format(
        "psql -q '{}' -c \"insert into binarypackagerelease (build, binarypackagename, version, "
        "architecture, component) values (8, 1, '9', 'i386', 1); update build set buildstate = "
        "'FULLYBUILT' where id = 8\"\nexit 3\n",
        one.farm.db().conninfo()));
    CHECK(one.farm.pass("collect") == ExitStatus::needs_person);
    CHECK(one.farm.state(8) == "FULLYBUILT");
    CHECK(one.farm.logged("is FULLYBUILT, but its uploader ended with exit status 3"));
    CHECK(one.mails() == 0);
}

TEST_CASE("L21 the builder is free before the upload ends") {
    DoneJob one;
    one.own_uploader(
        fmt::format("curl -s '{}state' >{}/state\n", one.fleet.control_url(), one.farm.root()));
    one.farm.pass("collect");
    CHECK(test::read(one.farm.file("state")).find("\tIDLE\t") != std::string::npos);
}

TEST_CASE("a leaf that an orphaned uploader works on is left alone") {
    DoneJob one;
    one.own_uploader("exit 1\n");
    one.farm.sql(
        "UPDATE build SET buildstate = 'UPLOADING', upload_leaf = "
        "'20050401-085438-8-1' WHERE id = 8; DELETE FROM buildqueue WHERE build = 8");
    one.fleet.say("bob reset");
    fs::create_directories(one.farm.file("incoming/20050401-085438-8-1"));
    fs::create_directories(one.farm.file("locks"));
    auto orphan = LockFile::try_acquire(one.farm.file("locks/20050401-085438-8-1"), "orphan");
    one.farm.pass("collect");
    CHECK(one.farm.state(8) == "UPLOADING");
    CHECK(one.farm.logged("is still being uploaded by another process"));
    orphan->reset();
    one.farm.pass("collect");
    CHECK(one.farm.state(8) == "FAILEDTOUPLOAD");
    CHECK_FALSE(exists(one.farm.file("locks/20050401-085438-8-1")));
}

TEST_CASE("a leaf found nowhere is FAILEDTOUPLOAD") {
    DoneJob one;
    one.farm.sql(
        "UPDATE build SET buildstate = 'UPLOADING', upload_leaf = "
        "'20050401-085438-8-1' WHERE id = 8; DELETE FROM buildqueue WHERE build = 8");
    one.fleet.say("bob reset");
    one.farm.pass("collect");
    CHECK(one.farm.state(8) == "FAILEDTOUPLOAD");
    CHECK(one.mails() == 3);
}

TEST_CASE("leaves of killed passes are gathered again or set aside") {
    DoneJob one;
    one.fleet.say("bob state BUILDING " + one.cookie);
    fs::create_directories(one.farm.file("incoming/20050401-085438-" + one.cookie));
    fs::create_directories(one.farm.file("incoming/20050401-085438-8-999"));
    fs::create_directories(one.farm.file("incoming/rubbish"));
    fs::create_directories(one.farm.file("grabbing/" + one.cookie));
    fs::create_directories(one.farm.file("grabbing/8-999"));
    fs::create_directories(one.farm.file("locks/x"));
    CHECK(one.farm.pass("collect") == ExitStatus::needs_person);
    CHECK(one.in("incoming").empty());
    CHECK(one.in("failed-to-move") == std::vector<std::string>{"20050401-085438-8-999", "rubbish"});
    CHECK(one.in("grabbing") == std::vector{one.cookie});
    CHECK(one.farm.logged("ERROR   No build names the leaf rubbish"));
    CHECK(one.farm.pass("collect") == ExitStatus::done);
}

TEST_CASE("what a killed move between file systems left in incoming is removed without a word") {
    DoneJob one;
    one.fleet.say("bob state BUILDING " + one.cookie);
    const std::string leaf = one.farm.file("incoming/20050401-085438-8-");
    fs::create_directories(leaf + "999" + moved_suffix + "/ubuntu");
    fs::create_directories(leaf + "998" + moving_suffix);
    CHECK(one.farm.pass("collect") == ExitStatus::done);
    CHECK(one.in("incoming").empty());
    CHECK(one.in("failed-to-move").empty());
}

TEST_CASE("what a person has put into incoming is set aside whatever its name") {
    DoneJob one;
    one.fleet.say("bob state BUILDING " + one.cookie);
    fs::create_directories(one.farm.file("incoming/20050401-085438-8-999.moved/ubuntu"));
    fs::create_directories(one.farm.file(std::string("incoming/mine") + moved_suffix));
    CHECK(one.farm.pass("collect") == ExitStatus::needs_person);
    CHECK(one.in("failed-to-move").size() == 2);
}

TEST_CASE("a rejected leaf goes to another file system where rejected lies there") {
    std::string disk = "/dev/shm/buildd-test-XXXXXX";  // Linux has one of its own there
    REQUIRE(::mkdtemp(disk.data()) != nullptr);
    DoneJob one("current", false);
    one.results.write("mozilla-firefox_0.9_i386.changes", "Format: 1.8\n");
    one.offer();
    fs::create_directory_symlink(disk, one.farm.file("rejected"));
    one.farm.pass("collect");
    one.farm.pass("collect");
    CHECK(one.farm.state(8) == "FAILEDTOUPLOAD");
    CHECK(one.in("incoming").empty());
    CHECK(list_folder(disk)->size() == 1);
    fs::remove_all(disk);
}

TEST_CASE("old leaves are removed when they have been kept long enough") {
    DoneJob one;
    one.farm.pass("collect");
    CHECK(one.in("accepted").size() == 1);
    one.farm.pass("collect");
    CHECK(one.in("accepted").size() == 1);
    fs::create_directories(one.farm.file("rejected/x"));
    one.farm.options["keep_accepted"] = "0";
    one.farm.pass("collect");
    CHECK(one.in("accepted").empty());
    CHECK(one.in("rejected").size() == 1);
    one.farm.options["keep_failed"] = "0";
    one.farm.pass("collect");
    CHECK(one.in("rejected").empty());
}

TEST_CASE("publish_command gets its words without a shell and its refusal fails the upload") {
    DoneJob one;
    one.farm.options["publish_command"] =
        "/bin/sh -c 'printf \"%s\\n\" \"$@\" >" + one.farm.file("words") +
        "' x %(archive)s %(suite)s %(distro)s '$(reboot)' %(changes)s %(leaf)s";
    one.farm.pass("collect");
    CHECK(one.farm.state(8) == "FULLYBUILT");
    const std::string leaf = one.farm.file("incoming/" + one.in("accepted")[0]);
    CHECK(test::read(one.farm.file("words")) == "primary\nhoary\nubuntu\n$(reboot)\n" + leaf +
                                                    "/ubuntu/mozilla-firefox_0.9_i386.changes\n" +
                                                    leaf + "\n");
    DoneJob bad;
    bad.farm.options["publish_command"] = "/bin/sh -c 'exit 65'";
    bad.farm.pass("collect");
    CHECK(bad.farm.state(8) == "FAILEDTOUPLOAD");
    CHECK(bad.in("failed").size() == 1);
    CHECK(bad.upload_log().find("publish_command: exit status 65") != std::string::npos);
    CHECK(bad.farm.value("SELECT count(*) FROM binarypackagerelease WHERE build = 8") == "0");
}

TEST_CASE("a publish_command ends with its uploader when that hangs") {
    DoneJob one;
    one.farm.options["publish_command"] = "flock -F " + one.farm.file("publishing") + " sleep 60";
    one.farm.options["uploader"] = std::string(PROGRAM) + " --uploader-timeout 50s process-upload";
    one.farm.options["uploader_timeout"] = "1 s";
    one.farm.pass("collect");
    CHECK(one.farm.state(8) == "FAILEDTOUPLOAD");
    const Fd lock(::open(one.farm.file("publishing").c_str(), O_RDONLY | O_CLOEXEC));
    bool ended = false;
    for (int tenths = 0; tenths < 200 && !ended; ++tenths) {
        ended = ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0;
        if (!ended) ::usleep(100'000);
    }
    CHECK(ended);
}

TEST_CASE("a PPA's result lies below its owner") {
    DoneJob one;
    one.farm.sql("UPDATE build SET archive = 9 WHERE id = 8");
    one.own_uploader("exit 1\n");
    one.farm.pass("collect");
    const std::string leaf = one.in("failed-to-move")[0];
    CHECK(exists(
        one.farm.file("failed-to-move/" + leaf + "/~cprov/ubuntu/mozilla-firefox_0.9_i386.deb")));
    CHECK(one.farm.value("SELECT string_agg(recipient, ' ' ORDER BY recipient) FROM mailqueue") ==
          "celso.providelo@canonical.com mark@hbd.com");
    CHECK(one.farm.value("SELECT subject FROM mailqueue LIMIT 1").find("(cprov PPA)") !=
          std::string::npos);
}
