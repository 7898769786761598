// build why and queue why tell what dispatch then does (lesson L42).
#include <regex>

#include "admin.hpp"

using namespace buildd;
using fleet::Fleet;
using test::Admin;

namespace {

// Bob listens and has been scanned; build 8 is the only job.
struct Waiting {
    Fleet fleet{{"builder bob arch=i386"}};
    Admin admin;

    Waiting() {
        admin.farm.connect(fleet, {"bob"});
        admin.farm.sql("DELETE FROM buildqueue WHERE build = 7");
        admin.farm.pass("scan");
        admin.farm.sql(
            "INSERT INTO pass (command, host, pid, finished, exit_status, summary) "
            "VALUES ('cycle', 'master', 1, now(), 0, '1 builder')");
    }
    std::string why() {
        const auto done = admin.run({"build", "why", "8"});
        INFO(done.err);
        CHECK(done.status == 0);
        CHECK(done.out.find("build 8, i386 build of mozilla-firefox 0.9 in ubuntu hoary ") == 0);
        return done.out.substr(done.out.find('\n') + 1);
    }
    bool dispatch_would_start_it() {
        admin.farm.pass("dispatch", true);
        for (const auto& line : admin.farm.printed())
            if (line.find("would start") == 0) return true;
        return false;
    }
};

}  // namespace

TEST_CASE("L42 build why says that the next pass dispatches exactly when it does") {
    struct Row {
        const char* change;
        const char* answer;
    };
    for (const auto& [change, answer] : std::vector<Row>{
             {"SELECT 1",
              "It will be dispatched by the next pass: it is number 1 in the queue of i386 "
              "trusted, and 1 of its builders is free.\n"},
             {"DELETE FROM buildqueue", "It has no job: 'buildd-master queue build' makes one.\n"},
             {"UPDATE buildqueue SET not_before = now() + interval '1 h'",
              "It was given back by a builder and waits for another 1 h 0 min.\n"},
             {"UPDATE archive SET enabled = false", "Its archive ubuntu/primary is disabled.\n"},
             {"UPDATE distroarchseries SET enabled = false",
              "The architecture ubuntu/hoary/i386 is disabled.\n"},
             {"DELETE FROM pocketchroot",
              "There is no chroot of ubuntu/hoary/i386 for RELEASE: 'buildd-master chroot set' "
              "gives it one.\n"},
             {"UPDATE distroseries SET status = 'CURRENT'",
              "The series ubuntu/hoary is CURRENT: nothing is built for its pocket RELEASE.\n"},
             {"UPDATE build SET pocket = 'SECURITY' WHERE id = 8",
              "It is for the pocket SECURITY, and build_security is off.\n"},
             {"UPDATE sourcepackagepublishinghistory SET status = 'DELETED'",
              "Its source is no longer published in ubuntu/hoary, archive primary: the next "
              "dispatch makes it SUPERSEDED.\n"},
             {"DELETE FROM builder",
              "There is no builder of the architecture i386: 'buildd-master builder add' makes "
              "one known.\n"},
             {"UPDATE builder SET trusted = false",
              "All builders of i386 are untrusted: they build PPAs only.\n"},
             {"UPDATE build SET archive = 9 WHERE id = 8; UPDATE buildqueue SET build = build",
              "It is a PPA's build, and all builders of i386 are trusted: they build everything "
              "but PPAs.\n"},
             {"UPDATE builder SET manual = true",
              "No builder can take it now; it is number 1 in the queue of i386 trusted.\n"
              "bob is manual: dispatch never gives it a job.\n"},
             {"UPDATE builder SET builderok = false, disabled_by = 'joe', failnotes = 'on fire'",
              "No builder can take it now; it is number 1 in the queue of i386 trusted.\n"
              "bob is disabled by joe: on fire\n"},
             {"UPDATE builder SET architecturetag = NULL",
              "No builder can take it now; it is number 1 in the queue of i386 trusted.\n"
              "bob has not said its architecture yet: no scan has reached it.\n"},
             {"UPDATE builder SET trusted = false; UPDATE build SET archive = 9 WHERE id = 8; "
              "UPDATE buildqueue SET build = build",
              "No builder can take it now; it is number 1 in the queue of i386 untrusted.\n"
              "bob is DIRTY: it takes untrusted jobs only after a reset, and there is no "
              "vm_resume_command.\n"}}) {
        Waiting waiting;
        waiting.admin.farm.sql(change);
        INFO(change);
        const std::string why = waiting.why();
        CHECK(why == answer);
        const bool next_pass = why.find("will be dispatched by the next pass") != why.npos;
        CHECK(waiting.dispatch_would_start_it() == next_pass);
        const auto queue = waiting.admin.run({"queue", "why"}).out;
        CHECK((queue.find("the next pass starts 1 of them") != queue.npos) == next_pass);
    }
}

TEST_CASE("build why tells its place in the queue behind a busy builder") {
    Waiting waiting;
    waiting.admin.farm.sql("INSERT INTO buildqueue (build, lastscore) VALUES (7, 20)");
    CHECK(waiting.why() ==
          "It waits for its turn: it is number 2 in the queue of i386 trusted, and 1 of its "
          "builders is free.\n");
    waiting.admin.farm.give(7, "bob");
    CHECK(waiting.why() ==
          "No builder can take it now; it is number 1 in the queue of i386 trusted.\n"
          "bob is busy with another job.\n");
}

TEST_CASE("build why explains every state of a build") {
    for (const auto state : test::all_states()) {
        Admin admin;
        admin.put(state);
        const auto done = admin.run({"build", "why", "8"});
        INFO(label(state) << done.err);
        CHECK(done.status == 0);
        CHECK(std::count(done.out.begin(), done.out.end(), '\n') >= 2);
    }
    Admin admin;
    admin.fails({"build", "why", "4711"}, 64, "there is no build 4711");
}

TEST_CASE("queue why tells what each group waits for and whether passes run") {
    Waiting waiting;
    waiting.admin.farm.sql(
        "INSERT INTO buildqueue (build, lastscore) VALUES (7, 20), (2, 30);"
        "UPDATE buildqueue SET not_before = now() + interval '1 min' WHERE build = 7");
    const auto now = waiting.admin.run({"queue", "why"});
    CHECK(now.status == 0);
    CHECK(std::regex_replace(now.out, std::regex("[0-9]+ s ago"), "just now") ==
          "i386 trusted: 3 pending, 0 running\n"
          "- jobs: 1 may start, 1 given back, waiting, 1 without chroot\n"
          "- builders: 1 free\n"
          "- so: the next pass starts 1 of them\n"
          "The last pass that dispatches (cycle on master) ended just now with exit status 0: "
          "1 builder\n");
    waiting.admin.farm.sql("UPDATE pass SET finished = now() - interval '2 h 5 min'");
    const auto late = waiting.admin.run({"queue", "why"}).out;
    CHECK(late.find("ended 2 h 5 min ago with exit status 0: 1 builder. Does cron run it?") !=
          std::string::npos);
    CHECK(waiting.why().find("Does cron run it?") != std::string::npos);
    waiting.admin.farm.sql("DELETE FROM buildqueue; DELETE FROM pass");
    waiting.admin.says({"queue", "why"},
                       "The queue is empty.\n"
                       "No pass has dispatched jobs yet: does cron run it?\n");
}

TEST_CASE(
    "build why of a chroot problem names the lines that the last check had something against") {
    Admin admin;
    admin.put(BuildState::CHROOTWAIT);
    const auto why = [&] { return admin.run({"build", "why", "8"}).out; };
    admin.farm.sql(
        "UPDATE buildattempt SET archive_lines = E'deb http://a:***@x hoary main\\ndeb "
        "http://a:***@x "
        "hoary-updates main'; INSERT INTO archivefault (archive, line, why, found) VALUES "
        "(1, 'deb http://a:***@x hoary-updates main', 'it is not signed', now() - interval '2 h'), "
        "(1, 'deb http://a:***@x hoary-security main', 'not given', now()), "
        "(9, 'deb http://a:***@x hoary main', 'of another archive', now())");
    CHECK(why().find("\n'buildd-master archive check' found 2 h 0 min ago that apt cannot use a "
                     "line that it "
                     "was given, deb http://a:***@x hoary-updates main: it is not signed.\n") !=
          std::string::npos);
    CHECK(why().find("not given") == std::string::npos);
    CHECK(why().find("of another archive") == std::string::npos);
    admin.farm.sql("DELETE FROM archivefault");
    CHECK(why().find("archive check") == std::string::npos);
}

TEST_CASE("L42 build why gives jobs to builders in the order in which dispatch asks them") {
    const Fleet fleet({"builder bob arch=i386", "builder frog arch=i386"});
    Admin admin;
    admin.farm.connect(fleet, {"bob", "frog"});
    admin.farm.pass("scan");
    admin.farm.sql(
        "UPDATE builder SET tags = '{big}' WHERE name = 'bob';"
        "INSERT INTO need (source, tag) VALUES ('mozilla-*', 'big')");
    CHECK(admin.run({"build", "why", "8"}).out.find("It will be dispatched by the next pass") !=
          std::string::npos);
    admin.farm.pass("dispatch");
    CHECK(admin.farm.state(8) == "BUILDING");
}

TEST_CASE("L42 build why promises nothing that a limit of running jobs forbids") {
    const Fleet fleet({"builder bob arch=i386", "builder frog arch=i386"});
    Admin admin;
    admin.farm.connect(fleet, {"bob", "frog"});
    admin.farm.pass("scan");
    admin.farm.sql("UPDATE archive SET max_running = 1");
    const std::string why = admin.run({"build", "why", "8"}).out;
    CHECK(why.find("next pass") == std::string::npos);
    CHECK(why.find("As many jobs of its archive run as may") != std::string::npos);
    admin.farm.pass("dispatch");
    CHECK(admin.farm.state(8) == "NEEDSBUILD");
}

TEST_CASE("a start is told only of what nothing keeps from being started") {
    for (const char* change :
         {"INSERT INTO need (source, tag) VALUES ('*', 'big')",
          "UPDATE builder SET refuses = '{*}'", "DELETE FROM pocketchroot",
          "UPDATE archive SET enabled = false",
          "UPDATE buildqueue SET not_before = now() + interval '1 h'", "SELECT 1"}) {
        Waiting waiting;
        waiting.admin.farm.sql("UPDATE buildqueue SET expected_time = 600");
        waiting.admin.farm.sql(change);
        INFO(change);
        const bool free = std::string_view(change) == "SELECT 1";
        CHECK((waiting.why().find("It is expected to start") != std::string::npos) == free);
        const auto list = waiting.admin.run({"queue", "list", "--json"}).out;
        CHECK((list.find("\"start\": \"2") != std::string::npos) == free);
    }
}
