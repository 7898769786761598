// Giving idle builders work (behaviour §8).
#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "support/farm.hpp"
#include "test.hpp"

using namespace buildd;
using fleet::Fleet;
using test::TestFarm;

namespace {

// Two idle builders of two generations; scan has gone before. The queue holds builds 7 (score 20)
// and 8 (score 10).
struct Idle {
    Fleet fleet;
    TestFarm farm;

    explicit Idle(const std::vector<std::string>& statements = {"builder bob arch=i386",
                                                                "builder frog arch=i386 "
                                                                "generation=seed"})
        : fleet(statements) {
        std::vector<std::string> names;
        for (const auto& statement : statements) names.push_back(split_words(statement)[1]);
        farm.connect(fleet, names);
        farm.pass("scan");
        fleet.clear_calls();
    }
    std::string value(const std::string& sql) { return farm.value(sql); }
    std::string builder_of(int build) {
        return value(
            fmt::format("SELECT coalesce((SELECT name FROM builder WHERE id = q.builder), "
                        "'-') FROM buildqueue q WHERE build = {}",
                        build));
    }
    std::vector<std::string> methods(const std::string& name) {
        std::vector<std::string> out;
        for (const auto& call : fleet.calls(name)) out.push_back(call.method);
        return out;
    }
    void only_bob() { farm.sql("DELETE FROM builder WHERE name = 'frog'"); }
    void only_build_8() { farm.sql("DELETE FROM buildqueue WHERE build = 7"); }
};

}  // namespace

TEST_CASE("idle builders of both generations get the queue's jobs") {
    Idle idle;
    CHECK(idle.farm.pass("dispatch") == ExitStatus::done);
    CHECK(idle.value("SELECT string_agg(buildstate::text, ' ') FROM build WHERE id IN (7, 8)") ==
          "BUILDING BUILDING");
    CHECK(idle.fleet.state("bob") == "BUILDING");
    CHECK(idle.fleet.state("frog") == "BUILDING");
    CHECK(
        idle.value("SELECT count(*) FROM buildqueue WHERE dispatched IS NOT NULL AND attempts = 1 "
                   "AND buildstart IS NOT NULL") == "2");
    const auto cookie = idle.value(
        "SELECT build || '-' || id FROM buildqueue WHERE builder = "
        "(SELECT id FROM builder WHERE name = 'bob')");
    CHECK(idle.fleet.full_state("bob").cookie == cookie);
}

TEST_CASE("a start asks for the files then for the status and then builds once") {
    Idle idle;
    idle.only_bob();
    idle.farm.pass("dispatch");
    CHECK(idle.methods("bob") == std::vector<std::string>{"status", "info", "ensurepresent",
                                                          "ensurepresent", "status", "build"});
    CHECK(idle.fleet.calls("bob")[2].detail == "ef62d7a2101be9daa8ccab567df0cfc949a50a81");
}

TEST_CASE("L17 the best-scored job goes first then the oldest") {
    Idle idle;
    idle.only_bob();
    idle.farm.pass("dispatch");
    CHECK(idle.builder_of(7) == "bob");
    CHECK(idle.builder_of(8) == "-");
    Idle equal;
    equal.only_bob();
    equal.farm.sql(
        "UPDATE buildqueue SET lastscore = 5, created = now() - "
        "CASE WHEN build = 8 THEN interval '2 h' ELSE interval '1 h' END");
    equal.farm.pass("dispatch");
    CHECK(equal.builder_of(8) == "bob");
}

TEST_CASE("what build is told is what the seed's builders were told") {
    Idle idle;
    idle.only_bob();
    idle.only_build_8();
    idle.farm.pass("dispatch");
    const std::string args = idle.fleet.arguments("bob");
    INFO(args);
    for (const char* line :
         {"archives deb http://ftpmaster.internal/ubuntu hoary main\n", "suite hoary\n",
          "archive_purpose PRIMARY\n", "series hoary\n", "distribution ubuntu\n",
          "ogrecomponent main\n", "arch_tag i386\n", "mozilla-firefox_0.9.dsc "})
        CHECK(args.find(line) != std::string::npos);
    CHECK(args.find("build_url") == std::string::npos);
    CHECK(args.find("trusted_keys") == std::string::npos);
}

TEST_CASE("the build type sent is the one that the builder knows") {
    Idle idle;
    idle.farm.pass("dispatch");
    CHECK(idle.fleet.arguments("bob").find("binarypackage") != std::string::npos);
    CHECK(idle.fleet.arguments("frog").find("debian") != std::string::npos);
}

TEST_CASE("manual busy failed and foreign builders get no job") {
    for (const char* change :
         {"UPDATE builder SET manual = true", "UPDATE builder SET builderok = false",
          "UPDATE builder SET architecturetag = 'hppa'",
          "UPDATE builder SET architecturetag = NULL", "UPDATE builder SET trusted = false",
          "UPDATE distroarchseries SET enabled = false", "UPDATE archive SET enabled = false",
          "UPDATE buildqueue SET not_before = now() + interval '1 min'"}) {
        Idle idle;
        idle.farm.sql(change);
        INFO(change);
        CHECK(idle.farm.pass("dispatch") == ExitStatus::done);
        CHECK(idle.fleet.count("build") == 0);
        CHECK(idle.value("SELECT count(*) FROM buildqueue WHERE builder IS NOT NULL") == "0");
    }
}

TEST_CASE("a builder that is not idle faults or is dead is passed over") {
    for (const char* statement : {"bob state BUILDING 1-1", "bob fault status fault", "bob down"}) {
        Idle idle;
        idle.fleet.say(statement);
        idle.farm.pass("dispatch");
        INFO(statement);
        CHECK(idle.builder_of(7) == "frog");
        CHECK(idle.builder_of(8) == "-");
    }
}

TEST_CASE("L16 a source no longer published here is superseded and the next job taken") {
    Idle idle;
    idle.only_bob();
    idle.farm.sql(
        "UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED' "
        "WHERE sourcepackagerelease = 17");
    idle.farm.pass("dispatch");
    CHECK(idle.farm.state(7) == "SUPERSEDED");
    CHECK(idle.value("SELECT count(*) FROM buildqueue WHERE build = 7") == "0");
    CHECK(idle.builder_of(8) == "bob");
}

TEST_CASE("L15 a security build is left pending and the next job taken") {
    Idle idle;
    idle.only_bob();
    idle.farm.sql(
        "UPDATE build SET pocket = 'SECURITY' WHERE id = 7; "
        "UPDATE distroseries SET status = 'FROZEN'");
    idle.farm.pass("dispatch");
    CHECK(idle.builder_of(7) == "-");
    CHECK(idle.builder_of(8) == "bob");
    Idle allowed;
    allowed.only_bob();
    allowed.farm.options["build_security"] = "true";
    allowed.farm.sql(
        "UPDATE build SET pocket = 'SECURITY' WHERE id = 7; "
        "UPDATE distroseries SET status = 'FROZEN'");
    allowed.farm.pass("dispatch");
    CHECK(allowed.builder_of(7) == "bob");
}

TEST_CASE("a denied pocket is left for a person and the next job taken") {
    Idle idle;
    idle.only_bob();
    idle.farm.sql("UPDATE build SET pocket = 'UPDATES' WHERE id = 7");
    CHECK(idle.farm.pass("dispatch") == ExitStatus::needs_person);
    CHECK(
        idle.farm.logged("CRITICAL i386 build of pmount 0.1-1 in ubuntu hoary UPDATES (7) can not "
                         "be built for pocket UPDATES: invalid pocket due to the series status of "
                         "hoary."));
    CHECK(idle.builder_of(7) == "-");
    CHECK(idle.builder_of(8) == "bob");
}

TEST_CASE("thousands of denied builds are two lines and a handful of statements") {
    Idle idle;
    idle.only_bob();
    idle.farm.sql(
        "INSERT INTO sourcepackagename (id, name) SELECT 1000 + i, 's' || i FROM "
        "generate_series(1, 5000) i;"
        "INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component) "
        "SELECT 1000 + i, 1000 + i, i::text, 1 FROM generate_series(1, 5000) i;"
        "INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, distroseries, archive, "
        "component) SELECT 1000 + i, 3, 1, 1 FROM generate_series(1, 5000) i;"
        "INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, archive, "
        "pocket) SELECT 1000 + i, 1, 6, 1000 + i, 1, 'UPDATES' FROM generate_series(1, 5000) i;"
        "INSERT INTO buildqueue (build, lastscore) SELECT 1000 + i, 6000 - i "
        "FROM generate_series(1, 5000) i; UPDATE buildqueue SET lastscore = 0 WHERE build < 1000");
    CHECK(idle.farm.pass("dispatch") == ExitStatus::needs_person);
    CHECK(
        idle.farm.logged("CRITICAL i386 build of s1 1 in ubuntu hoary UPDATES (1001) can not be "
                         "built for pocket UPDATES: invalid pocket"));
    CHECK(idle.farm.logged(
        "CRITICAL 4999 more builds than that can not be built for their pockets: see "
        "'buildd-master queue why'"));
    CHECK(std::count_if(idle.farm.log().begin(), idle.farm.log().end(), [](const auto& line) {
              return line.find("can not be built for") != std::string::npos;
          }) == 2);
    CHECK(idle.farm.value("SELECT count(*) FROM notice WHERE cause LIKE 'denied%'") == "2");
    CHECK(idle.farm.value("SELECT count(*) FROM buildqueue WHERE builder IS NOT NULL") == "1");
}

TEST_CASE("a pocket without a chroot uses the one of RELEASE and without any is left") {
    Idle idle;
    idle.only_bob();
    idle.only_build_8();
    idle.farm.sql(
        "UPDATE build SET pocket = 'UPDATES' WHERE id = 8; "
        "UPDATE distroseries SET status = 'FROZEN'");
    idle.farm.pass("dispatch");
    CHECK(idle.builder_of(8) == "bob");
    Idle none;
    none.farm.sql("DELETE FROM pocketchroot");
    none.farm.pass("dispatch");
    CHECK(none.fleet.count("build") == 0);
    CHECK(none.farm.state(8) == "NEEDSBUILD");
}

TEST_CASE("hundreds of jobs that cannot start do not keep a builder idle") {
    Idle idle;
    idle.only_bob();
    idle.farm.sql(
        "UPDATE distroseries SET status = 'FROZEN'; DELETE FROM buildqueue WHERE build = 7;"
        "INSERT INTO sourcepackagename (id, name) SELECT 1000 + i, 's' || i FROM "
        "generate_series(1, 300) i;"
        "INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component) "
        "SELECT 1000 + i, 1000 + i, i::text, 1 FROM generate_series(1, 300) i;"
        "INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, distroseries, archive, "
        "component) SELECT 1000 + i, 3, 1, 1 FROM generate_series(1, 300) i;"
        "INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, archive, "
        "pocket) "
        "SELECT 1000 + i, 1, 6, 1000 + i, 1, 'SECURITY' FROM generate_series(1, 300) i;"
        "INSERT INTO buildqueue (build, lastscore) SELECT 1000 + i, 500 FROM generate_series(1, "
        "300) "
        "i");
    idle.farm.pass("dispatch");
    CHECK(idle.builder_of(8) == "bob");
}

TEST_CASE("L03 a file that cannot be fetched ends its start alone and the pass goes on") {
    Idle idle;
    idle.farm.options["librarian_url"] = "http://127.0.0.1:1";
    idle.fleet.say("bob fetch 'Error accessing Librarian: HTTP Error 404: File not found'");
    idle.farm.pass("dispatch");
    CHECK(idle.builder_of(7) == "-");
    CHECK(idle.farm.state(7) == "NEEDSBUILD");
    CHECK(idle.value("SELECT failure_count FROM build WHERE id = 7") == "0");
    CHECK(idle.value("SELECT failure_count FROM builder WHERE name = 'bob'") == "0");
    CHECK(
        idle.farm.logged("was unable to fetch file. http://127.0.0.1:1/1/"
                         "chroot-hoary-i386.tar.gz: Error accessing Librarian: HTTP Error 404"));
    CHECK(idle.builder_of(8) == "frog");
    CHECK(idle.value("SELECT count(*) FROM buildattempt") == "0");
}

TEST_CASE("a build given up before any builder heard of it keeps the reason in its history") {
    Idle idle;
    idle.farm.sql("UPDATE build SET failure_count = 2 WHERE id = 7");
    idle.fleet.say("bob fault ensurepresent fault\nfrog fault ensurepresent fault");
    idle.farm.pass("dispatch");
    CHECK(idle.farm.state(7) == "FAILEDTOBUILD");
    const auto detail = idle.value("SELECT detail FROM buildattempt WHERE build = 7");
    CHECK(detail.starts_with("Given up after 3 counted failures; the last: "));
}

TEST_CASE("L09 an answer to build that is no success undoes the claim and counts both") {
    for (const char* fault :
         {"build fault",
          "build body='<?xml version=\"1.0\"?><methodResponse><params><param><value>"
          "<array><data><value>BuilderStatus.UNKNOWNSUM</value><value>x</value>"
          "</data></array></value></param></params></methodResponse>'",
          "build html", "build http=500"}) {
        Idle idle;
        idle.only_bob();
        idle.only_build_8();
        idle.fleet.say(std::string("bob fault ") + fault);
        idle.farm.pass("dispatch");
        INFO(fault);
        CHECK(idle.builder_of(8) == "-");
        CHECK(idle.farm.state(8) == "NEEDSBUILD");
        CHECK(idle.value("SELECT failure_count FROM build WHERE id = 8") == "1");
        CHECK(idle.value("SELECT failure_count FROM builder") == "1");
        CHECK(idle.value("SELECT outcome FROM buildattempt") == "UNSTARTED");
    }
}

TEST_CASE("a lost answer to build is looked for in the status and never sent again") {
    Idle started;
    started.only_bob();
    started.only_build_8();
    started.fleet.say("bob fault build lost");
    started.farm.pass("dispatch");
    CHECK(started.builder_of(8) == "bob");
    CHECK(started.fleet.count("build") == 1);
    CHECK(started.farm.logged("though its answer was lost"));
    Idle lost;
    lost.only_bob();
    lost.only_build_8();
    lost.fleet.say("bob fault build close");
    lost.farm.pass("dispatch");
    CHECK(lost.builder_of(8) == "-");
    CHECK(lost.fleet.count("build") == 1);
    Idle dead;
    dead.only_bob();
    dead.only_build_8();
    dead.farm.options["socket_timeout"] = "1 s";
    dead.fleet.say("bob fault build lost\nbob fault status hang skip=2");
    dead.farm.pass("dispatch");
    CHECK(dead.builder_of(8) == "bob");
    dead.fleet.say("bob heal");
    dead.farm.pass("collect");
    CHECK(dead.farm.state(8) == "BUILDING");
}

TEST_CASE("a builder that breaks off while it is set up is failed with its reason") {
    Idle idle;
    idle.only_bob();
    idle.fleet.say("bob fault ensurepresent close");
    idle.farm.pass("dispatch");
    CHECK(idle.farm.notes("bob").find("Exception (127.0.0.1:") == 0);
    CHECK(idle.farm.notes("bob").find(") when setting up to new job") != std::string::npos);
    CHECK(idle.builder_of(7) == "-");
    CHECK(idle.value("SELECT failure_count FROM builder") == "1");
    CHECK(idle.value("SELECT failure_count FROM build WHERE id = 7") == "0");
}

TEST_CASE("a builder that is no longer idle right before build is not sent one") {
    Idle idle;
    idle.only_bob();
    idle.only_build_8();
    idle.fleet.say("bob fault status body=@" +
                   test::fixture_path("wire/status-building.response.xml") + " skip=1");
    idle.farm.pass("dispatch");
    CHECK(idle.fleet.count("build") == 0);
    CHECK(idle.builder_of(8) == "-");
    CHECK(idle.farm.state(8) == "NEEDSBUILD");
}

TEST_CASE("a second attempt has a fresh cookie and keeps its age and score") {
    Idle idle;
    idle.only_bob();
    idle.only_build_8();
    idle.farm.sql("UPDATE buildqueue SET attempts = 1, created = now() - interval '1 day'");
    idle.farm.pass("dispatch");
    CHECK(idle.value("SELECT id > 1 AND attempts = 2 AND lastscore = 10 AND created < now() - "
                     "interval '23 h' FROM buildqueue WHERE build = 8") == "true");
    CHECK(idle.fleet.full_state("bob").cookie ==
          idle.value("SELECT '8-' || id FROM buildqueue WHERE build = 8"));
}

TEST_CASE("partner and PPA builds see the archives that the seed shows") {
    const std::string rest = " main restricted universe multiverse\n";
    const std::string u = "deb http://ftpmaster.internal/ubuntu hoary";
    Idle partner;
    partner.only_bob();
    partner.only_build_8();
    partner.farm.sql("UPDATE build SET archive = 12 WHERE id = 8");
    partner.farm.pass("dispatch");
    const std::string args = partner.fleet.arguments("bob");
    INFO(args);
    CHECK(args.find("deb http://launchpad.dev/ubuntu-partner hoary main\n") != std::string::npos);
    for (const char* suffix : {"", "-security", "-updates"})
        CHECK(args.find(u + suffix + rest) != std::string::npos);
    CHECK(args.find("archive_purpose PARTNER\n") != std::string::npos);
}

TEST_CASE("a builder is not given the line of an archive that is still empty") {
    for (const bool published : {false, true}) {
        Idle ppa({"builder jail arch=i386"});
        ppa.farm.options["untrusted_without_reset"] = "true";
        ppa.farm.sql(
            "UPDATE builder SET trusted = false; DELETE FROM buildqueue WHERE build IN (7, 8); "
            "UPDATE build SET archive = 9 WHERE id = 8; INSERT INTO buildqueue (build) VALUES "
            "(8); INSERT INTO archivemissing (archive, distroseries, pocket) VALUES (9, 3, "
            "'RELEASE')");
        if (published)
            ppa.farm.sql(
                "INSERT INTO build (id, processor, distroarchseries, buildstate, "
                "sourcepackagerelease, "
                "archive) VALUES (900, 1, 6, 'FULLYBUILT', 16, 9); INSERT INTO "
                "binarypackagerelease "
                "(build, binarypackagename, version, architecture, component) VALUES (900, 1, "
                "'1.0', "
                "'i386', 1)");
        ppa.farm.pass("dispatch");
        const std::string args = ppa.fleet.arguments("jail");
        INFO(args);
        CHECK(args.find("deb http://ftpmaster.internal/ubuntu hoary main restricted") !=
              std::string::npos);
        CHECK((args.find("deb http://ppa.launchpad.dev") != std::string::npos) == published);
    }
}

TEST_CASE("untrusted jobs go to untrusted builders that were reset") {
    Idle idle({"builder jail arch=i386", "builder bob arch=i386"});
    idle.farm.sql(
        "UPDATE builder SET trusted = false, vm_host = 'vm7' WHERE name = 'jail';"
        "DELETE FROM buildqueue WHERE build IN (7, 8); UPDATE build SET archive = 9 "
        "WHERE id = 8; INSERT INTO buildqueue (build) VALUES (8)");
    idle.farm.pass("dispatch");
    CHECK(idle.builder_of(8) == "-");  // there is no vm_resume_command
    idle.farm.options["vm_resume_command"] =
        "/bin/sh -c 'echo \"$1\" >>" + idle.farm.file("resets") + "' x %(vm_host)s";
    idle.farm.pass("dispatch");
    CHECK(idle.builder_of(8) == "jail");
    CHECK(test::read(idle.farm.file("resets")) == "vm7\n");
    CHECK(idle.value("SELECT clean_status FROM builder WHERE name = 'jail'") == "DIRTY");
    CHECK(idle.fleet.arguments("jail").find("archive_purpose PPA\n") != std::string::npos);
    CHECK(idle.fleet.arguments("jail").find(
              "deb http://ppa.launchpad.dev/cprov/ubuntu hoary main\n") != std::string::npos);
}

TEST_CASE("an untrusted builder may go without resets where an admin says so") {
    Idle idle({"builder jail arch=i386"});
    idle.farm.options["untrusted_without_reset"] = "true";
    idle.farm.sql(
        "UPDATE builder SET trusted = false; DELETE FROM buildqueue WHERE build IN (7, 8); "
        "UPDATE build SET archive = 9 WHERE id = 8; INSERT INTO buildqueue (build) VALUES "
        "(8)");
    idle.farm.pass("dispatch");
    CHECK(idle.builder_of(8) == "jail");
}

TEST_CASE("L10 a reset command that fails fails the builder with what it said") {
    Idle idle({"builder jail arch=i386"});
    idle.farm.sql("UPDATE builder SET trusted = false, vm_host = 'vm7'");
    idle.farm.options["vm_resume_command"] = "/bin/sh -c 'echo no such host >&2; exit 3'";
    idle.farm.pass("dispatch");
    CHECK(idle.farm.notes("jail") == "vm_resume_command failed: exit status 3: no such host\n");
    CHECK(idle.value("SELECT clean_status FROM builder") == "CLEANING");
}

TEST_CASE("L24 a reset builder is waited for until it echoes or its time is up") {
    Idle idle({"builder jail arch=i386"});
    idle.farm.sql("UPDATE builder SET trusted = false");
    idle.farm.options["vm_resume_command"] = "/bin/true";
    idle.fleet.say("jail fault echo close times=1");
    idle.farm.pass("dispatch");
    CHECK(idle.value("SELECT clean_status FROM builder") == "CLEAN");
    Idle dead({"builder jail arch=i386"});
    dead.farm.sql("UPDATE builder SET trusted = false");
    dead.farm.options["vm_resume_command"] = "/bin/true";
    dead.farm.options["vm_resume_timeout"] = "1 s";
    dead.fleet.say("jail down");
    dead.farm.pass("dispatch");
    CHECK(dead.farm.notes("jail").find("Reset but not back within 1 s: cannot connect to") == 0);
}

TEST_CASE("a cycle scans collects and dispatches each builder in one go") {
    Idle idle;
    const auto cookie = idle.farm.give(8, "bob");
    idle.fleet.say("bob state WAITING PACKAGEFAIL " + cookie);
    CHECK(idle.farm.pass("cycle") == ExitStatus::done);
    CHECK(idle.farm.state(8) == "FAILEDTOBUILD");
    CHECK(idle.farm.state(7) == "BUILDING");
    CHECK(idle.value("SELECT count(*) FROM pass WHERE command = 'cycle' AND exit_status = 0") ==
          "1");
}

TEST_CASE("a hung builder keeps no other from getting its job") {
    Idle idle;
    idle.fleet.say("bob fault status hang");
    idle.farm.options["socket_timeout"] = "2 s";
    idle.farm.pass("dispatch");
    CHECK(idle.builder_of(7) == "frog");
    CHECK(
        idle.value("SELECT dispatched - (SELECT max(started) FROM pass) < interval '1500 ms' FROM "
                   "buildqueue WHERE build = 7") == "true");
}

TEST_CASE("dispatch without a librarian's address is refused as bad configuration") {
    Idle idle;
    idle.farm.options["librarian_url"] = "";
    CHECK_THROWS_AS(idle.farm.pass("dispatch"), Failure);
}
