// build list, show, retry, cancel, rescore, reupload in every state (behaviour §1, §4, §5).
#include <filesystem>
#include <thread>

#include "admin.hpp"
#include "base/files.hpp"
#include "base/lock_file.hpp"
#include "base/text.hpp"
#include "policy/transitions.hpp"
#include "support/result.hpp"

using namespace buildd;
using test::Admin;
namespace fs = std::filesystem;
using S = BuildState;

namespace {

const std::string about_8 = std::string("build 8, ") + Admin::title + ": ";
const std::string refused_8 = std::string("build 8 (") + Admin::title + ") ";

std::string text(BuildState state) {
    return std::string(label(state));
}

}  // namespace

TEST_CASE("build retry makes every failed state NEEDSBUILD with a scored job and nothing else") {
    for (const S state : test::all_states()) {
        Admin admin;
        admin.put(state);
        INFO(label(state));
        if (policy::may_retry(state)) {
            admin.says({"build", "retry", "8"},
                       about_8 + text(state) + " -> NEEDSBUILD, score 2505\n");
            CHECK(admin.farm.state(8) == "NEEDSBUILD");
            CHECK(admin.farm.value("SELECT lastscore FROM buildqueue WHERE build = 8 AND NOT "
                                   "manual AND builder IS NULL") == "2505");
            CHECK(admin.farm.value(
                      "SELECT datebuilt IS NULL AND buildduration IS NULL AND builder IS NULL AND "
                      "buildlog IS NULL AND upload_log IS NULL AND dependencies IS NULL AND "
                      "upload_leaf IS NULL AND failure_count = 0 FROM build WHERE id = 8") ==
                  "true");
        } else {
            admin.fails({"build", "retry", "8"}, 65,
                        refused_8 + "is " + text(state) +
                            ": only a failed build can be tried again; nothing was changed");
            CHECK(admin.farm.state(8) == label(state));
        }
    }
}

TEST_CASE("build retry keeps the history of earlier attempts") {
    Admin admin;
    admin.put(S::FAILEDTOBUILD);
    admin.run({"build", "retry", "8"});
    CHECK(admin.farm.value("SELECT count(*) FROM buildattempt WHERE build = 8") == "1");
}

TEST_CASE("build retry of several builds changes all or none") {
    Admin admin;
    admin.put(S::FAILEDTOBUILD);
    admin.fails({"build", "retry", "8", "6"}, 65,
                "build 6 (i386 build of foobar 1.0 in ubuntu warty RELEASE) is FULLYBUILT: only a "
                "failed build can be tried again; nothing was changed");
    CHECK(admin.farm.state(8) == "FAILEDTOBUILD");
    admin.fails({"build", "retry", "8", "4711"}, 64, "there is no build 4711");
    CHECK(admin.farm.state(8) == "FAILEDTOBUILD");
    admin.farm.sql(
        "DELETE FROM buildqueue WHERE build = 7; UPDATE build SET buildstate = 'CANCELLED' "
        "WHERE id = 7");
    CHECK(admin.run({"build", "retry", "8", "7", "8"}).status == 0);
    CHECK(admin.farm.state(8) == "NEEDSBUILD");
    CHECK(admin.farm.state(7) == "NEEDSBUILD");
}

TEST_CASE("build retry is refused beside another active build and for an unpublished source") {
    Admin admin;
    admin.put(S::FAILEDTOBUILD);
    admin.farm.sql(
        "INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, archive) "
        "VALUES (20, 1, 6, 14, 1)");
    admin.fails({"build", "retry", "8"}, 65,
                refused_8 +
                    "is not the only one of its source and place: build 20 is active; "
                    "nothing was changed");
    admin.farm.sql("DELETE FROM build WHERE id = 20");
    admin.farm.sql(
        "UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED' "
        "WHERE sourcepackagerelease = 14 AND archive = 1");
    admin.fails({"build", "retry", "8"}, 65,
                refused_8 +
                    "cannot be tried again: its source is no longer published there, so it would "
                    "become SUPERSEDED; nothing was changed");
    CHECK(admin.farm.state(8) == "FAILEDTOBUILD");
}

TEST_CASE("build retry by filters takes what is worth it") {
    Admin admin;
    admin.put(S::CHROOTWAIT);
    admin.farm.sql(
        "DELETE FROM buildqueue; UPDATE build SET buildstate = 'CANCELLED' WHERE id IN (2, 7)");
    admin.says({"build", "retry", "--state", "CHROOTWAIT", "--series", "ubuntu/hoary"},
               about_8 + "CHROOTWAIT -> NEEDSBUILD, score 2505\n");
    CHECK(admin.farm.state(7) == "CANCELLED");
    admin.says({"build", "retry", "--state", "chrootwait"},
               "no failed build of a published source matches\n");
    // 2 has been built anew, 7's source is gone
    admin.farm.sql(
        "INSERT INTO build (id, processor, distroarchseries, buildstate, sourcepackagerelease, "
        "archive) VALUES (20, 1, 1, 'FULLYBUILT', 14, 1);"
        "UPDATE sourcepackagepublishinghistory SET status = 'DELETED' "
        "WHERE sourcepackagerelease = 17");
    admin.says({"build", "retry", "--arch", "i386"},
               "no failed build of a published source matches\n");
}

TEST_CASE("build retry is asked for builds or for filters") {
    Admin admin;
    admin.fails({"build", "retry"}, 64, "give builds, or a filter like --state CHROOTWAIT");
    admin.fails({"build", "retry", "8", "--arch", "i386"}, 64,
                "give builds or filters like --state, not both");
    admin.fails({"build", "retry", "--state", "BUILDING"}, 64,
                "--state: BUILDING builds have not failed: they cannot be tried again");
    admin.fails({"build", "retry", "--series", "ubuntu/sarge"}, 64,
                "there is no series 'ubuntu/sarge'");
}

TEST_CASE("L37 build cancel does what each state allows") {
    for (const S state : test::all_states()) {
        Admin admin;
        admin.put(state);
        const std::string jobs = "SELECT count(*) FROM buildqueue WHERE build = 8";
        const std::string before = admin.farm.value(jobs);
        INFO(label(state));
        if (state == S::NEEDSBUILD) {
            admin.says({"build", "cancel", "8"}, about_8 + "NEEDSBUILD -> CANCELLED\n");
            CHECK(admin.farm.state(8) == "CANCELLED");
            CHECK(admin.farm.value(jobs) == "0");
        } else if (state == S::BUILDING) {
            admin.says({"build", "cancel", "8"}, about_8 + "BUILDING -> CANCELLING\n");
            CHECK(admin.farm.state(8) == "CANCELLING");
            CHECK(admin.farm.value(jobs) == "1");
        } else if (state == S::CANCELLING) {
            admin.says({"build", "cancel", "8"}, about_8 + "is as it was\n");
        } else {
            const std::string why = state == S::UPLOADING
                                        ? "it is built, and its results cannot be stopped any more"
                                        : "there is nothing to cancel";
            admin.fails({"build", "cancel", "8"}, 65,
                        refused_8 + "is " + text(state) + ": " + why + "; nothing was changed");
            CHECK(admin.farm.state(8) == label(state));
            CHECK(admin.farm.value(jobs) == before);
        }
    }
}

TEST_CASE("the next collect aborts a cancelled build") {
    fleet::Fleet fleet({"builder bob arch=i386"});
    Admin admin;
    admin.farm.connect(fleet, {"bob"});
    fleet.say("bob state BUILDING " + admin.farm.give(8, "bob"));
    admin.run({"build", "cancel", "8"});
    admin.farm.pass("collect");
    CHECK(fleet.count("abort") == 1);
    fleet.say("bob state WAITING ABORTED " +
              admin.farm.value("SELECT build || '-' || id FROM buildqueue WHERE build = 8"));
    admin.farm.pass("collect");
    CHECK(admin.farm.state(8) == "CANCELLED");
    CHECK(fleet.state("bob") == "IDLE");
}

TEST_CASE("L14 a cancel that finds the job claimed meanwhile changes nothing") {
    Admin admin;
    admin.farm.give(8, "bob");  // but the build still reads NEEDSBUILD
    admin.farm.sql("UPDATE build SET buildstate = 'NEEDSBUILD' WHERE id = 8");
    const auto done = admin.run({"build", "cancel", "7", "8"});
    CHECK(done.status == 75);
    CHECK(done.err.find("is no longer what it was a moment ago") != std::string::npos);
    CHECK(admin.farm.state(8) == "NEEDSBUILD");
    CHECK(admin.farm.state(7) == "NEEDSBUILD");
    CHECK(admin.farm.value("SELECT count(*) FROM buildqueue") == "2");
}

TEST_CASE("L14 an edit waits for another that is being made and then changes nothing") {
    struct Row {
        S state;
        const char* other;
        std::vector<std::string> command;
    };
    const char* retry = "UPDATE build SET buildstate = 'NEEDSBUILD' WHERE id = 8";
    for (const auto& [state, change, command] :
         std::vector<Row>{{S::NEEDSBUILD,
                           "UPDATE buildqueue SET builder = 1, buildstart = now() WHERE build = 8; "
                           "UPDATE build SET buildstate = 'BUILDING' WHERE id = 8",
                           {"build", "cancel", "8"}},
                          {S::NEEDSBUILD,
                           "UPDATE buildqueue SET lastscore = 77 WHERE build = 8",
                           {"build", "rescore", "8", "5"}},
                          {S::FAILEDTOBUILD, retry, {"build", "retry", "8"}},
                          {S::FAILEDTOUPLOAD, retry, {"build", "reupload", "8"}},
                          {S::BUILDING,
                           "DELETE FROM buildqueue WHERE build = 8; "
                           "UPDATE build SET buildstate = 'FAILEDTOBUILD' WHERE id = 8",
                           {"build", "cancel", "8"}}}) {
        Admin admin;
        admin.put(state);
        fs::create_directories(admin.farm.file(std::string("rejected/") + Admin::leaf));
        db::Database other(admin.farm.db().conninfo());
        db::Transaction first(other);
        other.script(change);
        const auto seen = [&](db::Database& session) {
            return session
                .script(
                    "SELECT buildstate || ' ' || coalesce((SELECT row(builder, lastscore)::text "
                    "FROM buildqueue WHERE build = 8), '') FROM build WHERE id = 8")[0]
                .get<std::string>();
        };
        const std::string wanted = seen(other);
        test::ProgramRun done;
        std::thread caller([&, &words = command] { done = admin.run(words); });
        while (admin.farm.value("SELECT count(*) FROM pg_stat_activity WHERE datname = "
                                "current_database() AND wait_event_type = 'Lock'") == "0")
            ;
        first.commit();
        caller.join();
        INFO(command[1] << done.err);
        CHECK(done.status == 75);
        CHECK(done.out.empty());
        CHECK(seen(other) == wanted);
        CHECK(exists(admin.farm.file(std::string("rejected/") + Admin::leaf)));
    }
}

TEST_CASE("build rescore sets a score that queue build keeps until it is given back") {
    Admin admin;
    admin.says({"build", "rescore", "8", "5000"}, about_8 + "score 5000, kept by queue build\n");
    admin.says({"build", "rescore", "8", "5000"}, about_8 + "is as it was\n");
    admin.run({"queue", "build"});
    CHECK(admin.farm.value("SELECT lastscore FROM buildqueue WHERE build = 8") == "5000");
    admin.says({"build", "rescore", "8", "--auto"}, about_8 + "score 2505, by the rules\n");
    admin.says({"build", "rescore", "8", "--auto"}, about_8 + "is as it was\n");
    admin.says({"build", "rescore", "8", "--", "-3"}, about_8 + "score -3, kept by queue build\n");
}

TEST_CASE("build rescore is refused for what is not pending and for what is no score") {
    for (const S state : test::all_states()) {
        if (state == S::NEEDSBUILD) continue;
        Admin admin;
        admin.put(state);
        const bool has_builder = state == S::BUILDING || state == S::CANCELLING;
        admin.fails({"build", "rescore", "8", "1"}, 65,
                    refused_8 + "is " + text(state) + " and has " +
                        (has_builder ? "a builder" : "no job") +
                        ": only pending jobs are scored; nothing was changed");
    }
    Admin admin;
    admin.fails({"build", "rescore", "8", "high"}, 64, "'high' is no score: a whole number is");
    admin.fails({"build", "rescore", "8"}, 64, "give a score, or --auto");
    admin.fails({"build", "rescore", "8", "1", "--auto"}, 64, "give a score or --auto, not both");
}

TEST_CASE("build reupload hands the results over again from wherever they lie") {
    for (const char* folder : {"failed", "failed-to-move", "rejected"}) {
        Admin admin;
        admin.farm.sql("DELETE FROM builder");
        admin.farm.sql(
            "INSERT INTO builder (id, processor, name, title, url) VALUES (1, 1, 'bob', "
            "'b', 'http://127.0.0.1:1/')");
        admin.put(S::FAILEDTOUPLOAD);
        const std::string leaf = std::string(folder) + "/" + Admin::leaf;
        test::make_result(admin.farm.file(leaf + "/ubuntu"));
        admin.says({"build", "reupload", "8"}, about_8 + "FAILEDTOUPLOAD -> UPLOADING, " +
                                                   Admin::leaf + " from " +
                                                   admin.farm.file(folder) + "\n");
        CHECK(admin.farm.state(8) == "UPLOADING");
        CHECK(exists(admin.farm.file(std::string("incoming/") + Admin::leaf)));
        CHECK_FALSE(exists(admin.farm.file(leaf)));
        admin.farm.pass("collect");
        CHECK(admin.farm.state(8) == "FULLYBUILT");
        CHECK(admin.farm.value("SELECT upload_leaf IS NULL FROM build WHERE id = 8") == "true");
        CHECK(list_folder(admin.farm.file("locks"))->empty());
    }
}

TEST_CASE("build reupload is refused in every other state and without results") {
    for (const S state : test::all_states()) {
        if (state == S::FAILEDTOUPLOAD) continue;
        Admin admin;
        admin.put(state);
        fs::create_directories(admin.farm.file(std::string("rejected/") + Admin::leaf));
        admin.fails({"build", "reupload", "8"}, 65,
                    refused_8 + "is " + text(state) +
                        ": only a FAILEDTOUPLOAD build can be uploaded again; nothing was changed");
        CHECK(admin.farm.state(8) == label(state));
    }
    Admin admin;
    admin.put(S::FAILEDTOUPLOAD);
    admin.fails({"build", "reupload", "8"}, 65,
                refused_8 + "has no results any more: " + Admin::leaf +
                    " is in none of failed, failed-to-move and rejected; 'build retry' rebuilds "
                    "it; nothing was changed");
    admin.farm.sql(
        "INSERT INTO buildattempt (build, cookie, outcome) VALUES (8, '8-2', 'UNTAKEABLE')");
    admin.fails({"build", "reupload", "8"}, 65,
                refused_8 + "left no results: 'build retry' rebuilds it; nothing was changed");
    CHECK(admin.farm.state(8) == "FAILEDTOUPLOAD");
}

TEST_CASE("build reupload leaves a leaf alone that somebody works on") {
    Admin admin;
    admin.put(S::FAILEDTOUPLOAD);
    fs::create_directories(admin.farm.file(std::string("rejected/") + Admin::leaf));
    fs::create_directories(admin.farm.file("locks"));
    const auto held =
        LockFile::try_acquire(admin.farm.file(std::string("locks/") + Admin::leaf), "x");
    admin.fails({"build", "reupload", "8"}, 75,
                std::string("build 8 (") + Admin::title + "): somebody works on " + Admin::leaf +
                    "; nothing was changed: try again");
    CHECK(admin.farm.state(8) == "FAILEDTOUPLOAD");
}

TEST_CASE("a reupload killed before its folder moved is FAILEDTOUPLOAD again with nothing lost") {
    Admin admin;
    admin.farm.sql(
        "UPDATE builder SET url = 'http://127.0.0.1:1/' WHERE id = 1; "
        "DELETE FROM builder WHERE id = 2");
    admin.put(S::FAILEDTOUPLOAD);
    const std::string leaf = std::string("rejected/") + Admin::leaf;
    test::make_result(admin.farm.file(leaf + "/ubuntu"));
    admin.farm.sql(fmt::format(
        "UPDATE build SET buildstate = 'UPLOADING', upload_leaf = '{}' WHERE id = 8", Admin::leaf));
    admin.farm.pass("collect");
    CHECK(admin.farm.state(8) == "FAILEDTOUPLOAD");
    CHECK(exists(admin.farm.file(leaf)));
    CHECK(admin.run({"build", "reupload", "8"}).status == 0);
    admin.farm.pass("collect");
    CHECK(admin.farm.state(8) == "FULLYBUILT");
}

TEST_CASE("a reupload whose folder cannot move leaves the build as it was") {
    Admin admin;
    admin.put(S::FAILEDTOUPLOAD);
    fs::create_directories(admin.farm.file(std::string("rejected/") + Admin::leaf));
    fs::create_directories(admin.farm.file(std::string("incoming/") + Admin::leaf));
    const auto done = admin.run({"build", "reupload", "8"});
    CHECK(done.status == 69);
    CHECK(done.err.find("stays FAILEDTOUPLOAD: cannot move ") != std::string::npos);
    CHECK(admin.farm.state(8) == "FAILEDTOUPLOAD");
    CHECK(admin.farm.value("SELECT upload_leaf IS NULL FROM build WHERE id = 8") == "true");
}

TEST_CASE("build list shows the builds that are all that is asked for") {
    Admin admin;
    admin.put(S::FAILEDTOBUILD);
    const auto ids = [&](std::vector<std::string> filters) {
        filters.insert(filters.begin(), {"build", "list"});
        std::string found;
        const auto done = admin.run(filters);
        INFO(done.err);
        CHECK(done.status == 0);
        for (const auto& line : split(done.out, '\n'))
            if (!line.empty() && line.rfind("BUILD ", 0) != 0) found += split_words(line)[0] + " ";
        return found;
    };
    CHECK(ids({}) == "8 7 6 2 ");
    CHECK(ids({"--state", "failedtobuild"}) == "8 ");
    CHECK(ids({"--series", "ubuntu/warty"}) == "6 2 ");
    CHECK(ids({"--arch", "i386", "--limit", "2"}) == "8 7 ");
    CHECK(ids({"--arch", "hppa"}) == "");
    CHECK(ids({"--archive", "ubuntu/partner"}) == "");
    CHECK(ids({"--archive", "ubuntu/primary", "--source", "mozilla-firefox"}) == "8 2 ");
    CHECK(ids({"--builder", "bob"}) == "8 ");
    admin.farm.sql("UPDATE build SET datebuilt = now() - interval '3 h' WHERE id = 6");
    CHECK(ids({"--since", "1 h"}) == "8 ");
    CHECK(ids({"--since", "4h"}) == "8 6 ");
    admin.fails({"build", "list", "--series", "hoary"}, 64,
                "'hoary' is not of the form DISTRO/SERIES");
    admin.fails({"build", "list", "--archive", "ubuntu/x"}, 64, "there is no archive 'ubuntu/x'");
    admin.fails({"build", "list", "--arch", "x"}, 64, "there is no architecture 'x'");
    admin.fails({"build", "list", "--builder", "x"}, 64, "there is no builder 'x'");
    admin.fails({"build", "list", "--source", "x"}, 64, "there is no source package 'x'");
    admin.fails({"build", "list", "--since", "yesterday"}, 64,
                "--since: 'yesterday' is not a duration like 600 s, 10 min, 12 h or 30 d");
    admin.fails({"build", "list", "--limit", "0"}, 64, "--limit: '0' is no number of builds");
}

TEST_CASE("build show puts everything about a build on one screen") {
    Admin admin;
    admin.put(S::FAILEDTOUPLOAD);
    admin.farm.sql("UPDATE buildattempt SET detail = 'http://joe:secret@x/ is down'");
    admin.farm.sql("UPDATE build SET buildlog = 1 WHERE id = 8");
    const auto done = admin.run({"build", "show", "8"});
    CHECK(done.status == 0);
    const auto has = [&](const std::string& name, const std::string& value) {
        const auto at = done.out.find("\n" + name + " ");
        INFO(done.out << name);
        REQUIRE(at != std::string::npos);
        const auto line = done.out.substr(at + 1, done.out.find('\n', at + 1) - at - 1);
        CHECK(line.substr(line.find_first_not_of(' ', name.size())) == value);
    };
    has("title", Admin::title);
    has("state", "FAILEDTOUPLOAD (Failed to upload)");
    has("archive", "ubuntu/primary (PRIMARY)");
    has("pocket", "RELEASE");
    has("component", "main");
    has("score", "no job");
    has("builder", "bob");
    has("duration", "5 min 0 s");
    has("dependencies", "libx");
    has("failures", "2");
    has("log", admin.farm.file("librarian/1/chroot-hoary-i386.tar.gz"));
    CHECK(done.out.find("ATTEMPT  OUTCOME  BUILDER") != std::string::npos);
    CHECK(done.out.find("http://joe:***@x/ is down") != std::string::npos);
    CHECK(admin.run({"build", "show", "7"}).out.find("score         20\n") != std::string::npos);
    admin.fails({"build", "show", "4711"}, 64, "there is no build 4711");
}

TEST_CASE("a build may be named by its source when that has one build only") {
    Admin admin;
    CHECK(admin.run({"build", "show", "pmount"}).out.find("BUILD         7\n") == 0);
    const auto done = admin.run({"build", "show", "mozilla-firefox"});
    CHECK(done.status == 64);
    CHECK(done.err.find("mozilla-firefox has several builds, give the id: 8 (") !=
          std::string::npos);
    admin.fails({"build", "show", "evolutoin"}, 64,
                "there is no build 'evolutoin': give an id or the name of a source; "
                "'buildd-master build list' shows them");
    admin.farm.sql("INSERT INTO sourcepackagename (name) VALUES ('unbuilt')");
    admin.fails({"build", "show", "unbuilt"}, 64,
                "unbuilt has no builds yet: 'buildd-master queue build' makes them");
}
