// The table of behaviour §4 against builders of both generations.
#include <fmt/format.h>

#include "base/files.hpp"
#include "support/farm.hpp"
#include "support/result.hpp"
#include "test.hpp"

using namespace buildd;
using fleet::Fleet;
using test::TestFarm;

namespace {

// Build 8 (mozilla-firefox 0.9 in hoary) in bob's hands.
struct OneJob {
    Fleet fleet;
    TestFarm farm;
    std::string cookie;

    explicit OneJob(const std::string& generation = "current")
        : fleet({"builder bob arch=i386 generation=" + generation}) {
        farm.connect(fleet, {"bob"});
        cookie = farm.give(8, "bob");
    }

    ExitStatus collect(const std::string& state) {
        if (!state.empty()) fleet.say("bob state " + state + " " + cookie);
        return farm.pass("collect");
    }
    std::string job(const std::string& expression) {
        return farm.value("SELECT " + expression + " FROM buildqueue WHERE build = 8");
    }
    std::string build(const std::string& expression) {
        return farm.value("SELECT " + expression + " FROM build WHERE id = 8");
    }
    bool has_info() {
        return build(
                   "builder = 1 AND datebuilt > now() - interval '1 min' AND buildduration > "
                   "interval '50 s' AND buildlog IS NOT NULL") == "true";
    }
    bool is_reset() {
        return farm.state(8) == "NEEDSBUILD" &&
               job("builder IS NULL AND buildstart IS NULL AND dispatched IS NULL AND logtail IS "
                   "NULL AND attempts = 1") == "true";
    }
    std::string counts() {
        return build("failure_count") + " " +
               farm.value("SELECT failure_count FROM builder WHERE name = 'bob'");
    }
    std::string attempt() {
        return farm.value("SELECT outcome FROM buildattempt WHERE cookie = '" + cookie + "'");
    }
    std::string log_name() {
        return farm.value(
            "SELECT filename FROM libraryfilealias JOIN build ON buildlog = libraryfilealias.id "
            "WHERE build.id = 8");
    }
    int mails() { return std::stoi(farm.value("SELECT count(*) FROM mailqueue")); }
};

}  // namespace

TEST_CASE("PACKAGEFAIL is stored with its log and three mails and the builder is free") {
    for (const char* generation : {"current", "v118", "classic", "seed"}) {
        OneJob one(generation);
        INFO(generation);
        CHECK(one.collect("WAITING PACKAGEFAIL") == ExitStatus::done);
        CHECK(one.farm.state(8) == "FAILEDTOBUILD");
        CHECK(one.has_info());
        CHECK(one.log_name() ==
              "buildlog_ubuntu-hoary-i386.mozilla-firefox_0.9_FAILEDTOBUILD.txt.gz");
        CHECK(one.farm.db().rows("SELECT recipient FROM mailqueue ORDER BY 1") ==
              std::vector<std::string>{"celso.providelo@canonical.com", "foo.bar@canonical.com",
                                       "mark@hbd.com"});
        CHECK(one.job("count(*)") == "0");
        CHECK(one.attempt() == "PACKAGEFAIL");
        CHECK(one.fleet.state("bob") == "IDLE");
    }
}

TEST_CASE("a stored log decompresses to the builder's bytes exactly") {
    OneJob one;
    std::string bytes = "line\n\xFF\x01 http://u:p@h/\n";
    for (int i = 0; i < 90000; ++i) bytes += fmt::format("{} {}\n", i, i % 977);
    bytes[5000] = '\0';
    const std::string log = one.farm.file("the.log");
    one.farm.sql("UPDATE builder SET failure_count = 3");
    test::TempFolder folder;
    const std::string path = folder.write("log", bytes);
    one.fleet.say("bob state WAITING PACKAGEFAIL " + one.cookie + " log=" + path);
    CHECK(one.collect("") == ExitStatus::done);
    const auto run = test::run_program({"build", "log", "8"},
                                       {{"BUILDD_MASTER_DATABASE", one.farm.db().conninfo()},
                                        {"BUILDD_MASTER_ROOT", one.farm.root()}});
    CHECK(run.status == 0);
    CHECK(run.out == bytes);
    CHECK(one.counts() == "0 3");
}

TEST_CASE("DEPFAIL is MANUALDEPWAIT with its dependencies and no mail") {
    for (const char* generation : {"current", "classic"}) {
        OneJob one(generation);
        one.fleet.say("bob state WAITING DEPFAIL " + one.cookie +
                      " dependencies='baz (>= 1.0.1), foo (<< 2)'");
        CHECK(one.collect("") == ExitStatus::done);
        CHECK(one.farm.state(8) == "MANUALDEPWAIT");
        CHECK(one.build("dependencies") == "baz (>= 1.0.1), foo (<< 2)");
        CHECK(one.has_info());
        CHECK(one.mails() == 0);
        CHECK(one.farm.logged("CRITICAL ***** bob is MANUALDEPWAIT *****"));
        CHECK(one.fleet.state("bob") == "IDLE");
    }
}

TEST_CASE("CHROOTFAIL is CHROOTWAIT with mail and counts the builder") {
    for (const char* generation : {"current", "classic"}) {
        OneJob one(generation);
        one.collect("WAITING CHROOTFAIL");
        CHECK(one.farm.state(8) == "CHROOTWAIT");
        CHECK(one.has_info());
        CHECK(one.mails() == 3);
        CHECK(one.counts() == "0 1");
        CHECK(one.farm.logged("CRITICAL ***** bob is CHROOTWAIT *****"));
        CHECK(one.fleet.state("bob") == "IDLE");
    }
}

TEST_CASE("BUILDERFAIL resets the job fails the builder and does not clean it") {
    for (const char* generation : {"current", "classic"}) {
        OneJob one(generation);
        one.collect("WAITING BUILDERFAIL");
        CHECK(one.is_reset());
        CHECK(one.has_info());
        CHECK(one.farm.notes("bob") == "Builder returned BUILDERFAIL when asked for its status");
        CHECK(one.counts() == "1 1");
        CHECK(one.mails() == 0);
        CHECK(one.farm.logged("WARNING ***** bob has failed *****"));
        CHECK(one.fleet.state("bob") == "WAITING");
        CHECK(one.log_name() == "buildlog_ubuntu-hoary-i386.mozilla-firefox_0.9_NEEDSBUILD.txt.gz");
    }
}

TEST_CASE("GIVENBACK resets the job to the end of the queue for a while") {
    for (const char* generation : {"current", "classic"}) {
        OneJob one(generation);
        one.collect("WAITING GIVENBACK");
        CHECK(one.is_reset());
        CHECK(one.has_info());
        CHECK(one.job("lastscore") == "0");
        CHECK(one.job("round(extract(epoch FROM not_before - now()) / 60)") == "5");
        CHECK(one.mails() == 0);
        CHECK(one.counts() == "0 0");
        CHECK(one.farm.logged("WARNING ***** " + one.cookie + " is GIVENBACK by bob *****"));
        CHECK(one.fleet.state("bob") == "IDLE");
    }
}

TEST_CASE("L01 ABORTED of either generation resets the job and cleans the builder") {
    for (const auto& [generation, state] :
         {std::pair("current", "WAITING ABORTED"), std::pair("v118", "WAITING ABORTED"),
          std::pair("classic", "ABORTED")}) {
        OneJob one(generation);
        one.collect(state);
        INFO(generation);
        CHECK(one.is_reset());
        CHECK(one.counts() == "1 1");
        CHECK(one.attempt() == "ABORTED");
        CHECK(one.fleet.state("bob") == "IDLE");
    }
}

TEST_CASE("BUILDING stores the log tail and leaves the rest") {
    for (const char* generation : {"current", "classic"}) {
        OneJob one(generation);
        one.fleet.say("bob logtail 'This is a build log'");
        one.collect("BUILDING");
        CHECK(one.job("logtail") == "This is a build log");
        CHECK(one.job("logtail_changed IS NOT NULL AND builder = 1") == "true");
        CHECK(one.farm.state(8) == "BUILDING");
        CHECK(one.mails() == 0);
        const std::string changed = one.job("logtail_changed");
        one.collect("");
        CHECK(one.job("logtail_changed") == changed);
    }
}

TEST_CASE("L33 a log tail of junk bytes is stored as text") {
    OneJob one;
    test::TempFolder folder;
    one.fleet.say("bob logtail @" +
                  folder.write("tail", std::string("a\0\x1B[31m\xFF http://u:p@h/", 22)));
    one.collect("BUILDING");
    CHECK(one.job("logtail").find("http://u:***@h/") != std::string::npos);
    CHECK(one.farm.state(8) == "BUILDING");
}

TEST_CASE("ABORTING says so in the log tail") {
    for (const char* generation : {"current", "classic"}) {
        OneJob one(generation);
        one.collect("ABORTING");
        CHECK(one.job("logtail") == "Waiting for slave process to be terminated");
        CHECK(one.farm.value("SELECT aborting_since IS NOT NULL FROM builder") == "true");
        CHECK(one.farm.state(8) == "BUILDING");
    }
}

TEST_CASE("a builder that aborts our job beyond the deadline is failed and the job freed") {
    OneJob one;
    one.collect("ABORTING");
    one.farm.sql("UPDATE builder SET aborting_since = now() - interval '181 s'");
    one.collect("");
    CHECK(one.is_reset());
    CHECK(one.counts() == "0 1");
    CHECK(one.farm.notes("bob") == "Builder did not abort its job within 3 min 0 s");
}

TEST_CASE("IDLE after build was sent means that the builder forgot") {
    OneJob one;
    one.collect("");
    CHECK(one.is_reset());
    CHECK(one.counts() == "1 1");
    CHECK(one.attempt() == "FORGOTTEN");
    CHECK(
        one.farm.logged("forgot about build i386 build of mozilla-firefox 0.9 in ubuntu hoary "
                        "RELEASE -- resetting buildqueue record"));
}

TEST_CASE("a start is left to dispatch until its time is over and then counted") {
    OneJob one;
    one.farm.sql(
        "UPDATE buildqueue SET dispatched = NULL, attempts = 0, start_file = 'http://lib/1/x.dsc' "
        "WHERE build = 8");
    one.collect("");
    CHECK(one.job("builder = 1 AND attempts = 0") == "true");
    CHECK(one.fleet.count("status") == 0);
    one.farm.sql("UPDATE buildqueue SET buildstart = now() - interval '601 s' WHERE build = 8");
    one.farm.pass("collect");
    CHECK(one.fleet.count("status") == 0);
    CHECK(one.farm.state(8) == "NEEDSBUILD");
    CHECK(one.job("builder IS NULL AND attempts = 0 AND failed_starts = 1 AND start_file IS NULL "
                  "AND not_before > now() + interval '4 min'") == "true");
    CHECK(one.counts() == "1 1");
    CHECK(one.attempt().empty());
    CHECK(one.farm.logged("was unable to fetch file. http://lib/1/x.dsc: not there within"));
}

TEST_CASE("a start that no pass went on with for long ends uncounted and without a trace") {
    OneJob one;
    one.farm.sql(
        "UPDATE buildqueue SET dispatched = NULL, attempts = 0, buildstart = now() - interval "
        "'1 h', watched = now() - interval '1 h' WHERE build = 8");
    one.collect("");
    CHECK(one.farm.state(8) == "NEEDSBUILD");
    CHECK(one.job("builder IS NULL AND attempts = 0 AND not_before IS NULL") == "true");
    CHECK(one.counts() == "0 0");
    CHECK(one.attempt().empty());
}

TEST_CASE("an hour in which no pass ran ends no job at the first failed contact after it") {
    OneJob one;
    one.fleet.say("bob down");
    one.farm.sql(
        "UPDATE buildqueue SET silent_since = now() - interval '69 min', watched = now() - "
        "interval '1 h' WHERE build = 8");
    one.farm.pass("collect");
    CHECK(one.job("builder = 1 AND silent_since > now() - interval '1 min' AND watched > now() - "
                  "interval '1 min'") == "true");
    CHECK(one.counts() == "0 0");
    // Five minutes between two passes count as three.
    one.farm.sql(
        "UPDATE buildqueue SET silent_since = now() - interval '11 min', watched = now() - "
        "interval '5 min' WHERE build = 8");
    one.farm.pass("collect");
    CHECK(one.job("builder = 1 AND silent_since BETWEEN now() - interval '10 min' AND now() - "
                  "interval '8 min'") == "true");
}

TEST_CASE("neither a stall nor an abort lasts over an hour in which no pass ran") {
    OneJob one;
    const std::string outage =
        "UPDATE buildqueue SET watched = now() - interval '1 h', logtail_changed = now() - "
        "interval '13 h', abort_requested = now() - interval '1 h'; UPDATE builder SET "
        "aborting_since = now() - interval '1 h', aborting_seen = now() - interval '1 h'";
    one.collect("BUILDING");
    one.farm.sql(outage);
    one.farm.pass("collect");
    CHECK(one.job("builder = 1 AND logtail_changed > now() - interval '1 min'") == "true");
    one.farm.sql(outage + "; UPDATE build SET buildstate = 'CANCELLING' WHERE id = 8");
    one.collect("ABORTING");
    CHECK(one.farm.state(8) == "CANCELLING");
    CHECK(one.counts() == "0 0");
    CHECK(one.farm.value("SELECT aborting_since > now() - interval '1 min' FROM builder") ==
          "true");
}

TEST_CASE("L28 L41 a builder that cannot be contacted keeps its job until the timeout") {
    OneJob one;
    one.fleet.say("bob state BUILDING " + one.cookie + "\nbob down");
    one.farm.pass("collect");
    CHECK(one.farm.logged("DEBUG   Could not contact the builder http://127.0.0.1:"));
    CHECK(one.job("silent_since IS NOT NULL AND builder = 1") == "true");
    const std::string since = one.job("silent_since");
    one.farm.pass("collect");
    CHECK(one.job("silent_since") == since);
    one.fleet.say("bob up");
    one.farm.pass("collect");
    CHECK(one.job("silent_since IS NULL") == "true");
    one.fleet.say("bob down");
    one.farm.pass("collect");
    one.farm.sql("UPDATE buildqueue SET silent_since = now() - interval '601 s'");
    one.farm.pass("collect");
    CHECK(one.is_reset());
    CHECK(one.counts() == "1 1");
    CHECK(one.attempt() == "SILENT");
}

TEST_CASE("L04 an answer that is not the protocol is silence and not a crash") {
    OneJob one;
    one.fleet.say("bob state BUILDING " + one.cookie);
    for (const char* fault : {"http=500", "html", "empty", "fault", "close", "body='<a/>'"}) {
        one.fleet.say(fmt::format("bob heal\nbob fault status {}", fault));
        CHECK(one.farm.pass("collect") == ExitStatus::done);
        CHECK(one.farm.state(8) == "BUILDING");
        CHECK(one.job("silent_since IS NOT NULL") == "true");
    }
}

TEST_CASE("a builder with another job loses ours and is rescued and counted") {
    OneJob one;
    one.fleet.say("bob state WAITING OK 7-1");
    one.farm.pass("collect");
    CHECK(one.is_reset());
    CHECK(one.counts() == "0 1");
    CHECK(one.attempt() == "LOST");
    CHECK(one.farm.logged("WARNING Builder 'bob' rescued from '7-1: Job build entry mismatch'"));
    CHECK(one.fleet.state("bob") == "IDLE");
}

TEST_CASE("an unknown builder status fails the builder and resets the job") {
    OneJob one;
    one.fleet.say("bob state BuilderStatus.RESTING " + one.cookie);
    one.farm.pass("collect");
    CHECK(one.is_reset());
    CHECK(one.counts() == "0 1");
    CHECK(one.farm.notes("bob") ==
          "Unknown status code (BuilderStatus.RESTING) returned from status() probe.");
}

TEST_CASE("an unknown build status leaves everything and is loud once an hour") {
    OneJob one;
    CHECK(one.collect("WAITING BuildStatus.SHINY") == ExitStatus::needs_person);
    CHECK(one.farm.logged("CRITICAL Unknown BuildStatus 'BuildStatus.SHINY' for builder "));
    CHECK(one.farm.state(8) == "BUILDING");
    CHECK(one.collect("") == ExitStatus::needs_person);
    CHECK_FALSE(one.farm.logged("CRITICAL"));
    CHECK(one.farm.logged("INFO    Unknown BuildStatus"));
    one.farm.sql("UPDATE notice SET logged = now() - interval '61 min'");
    CHECK(one.collect("") == ExitStatus::needs_person);
    CHECK(one.farm.logged("CRITICAL Unknown BuildStatus"));
    CHECK(one.fleet.state("bob") == "WAITING");
}

TEST_CASE("a disabled builder's running job is reset and aborted and its finished one collected") {
    OneJob one;
    one.farm.sql("UPDATE builder SET builderok = false");
    one.collect("BUILDING");
    CHECK(one.is_reset());
    CHECK(one.counts() == "0 0");
    CHECK(one.fleet.count("abort") == 1);
    OneJob done;
    done.farm.sql("UPDATE builder SET builderok = false");
    done.collect("WAITING PACKAGEFAIL");
    CHECK(done.farm.state(8) == "FAILEDTOBUILD");
}

TEST_CASE("L11 a log that cannot be fetched leaves job and builder as they are") {
    OneJob one;
    for (const char* fault : {"close", "close-body", "http=404", "close-header", "short"}) {
        one.fleet.say(
            fmt::format("bob state WAITING PACKAGEFAIL {}\nbob heal\nbob fault GET:buildlog {}",
                        one.cookie, fault));
        CHECK(one.farm.pass("collect") == ExitStatus::done);
        INFO(fault);
        CHECK(one.farm.state(8) == "BUILDING");
        CHECK(one.fleet.state("bob") == "WAITING");
        CHECK(one.job("silent_since IS NOT NULL") == "true");
    }
    one.fleet.say("bob heal");
    CHECK(one.farm.pass("collect") == ExitStatus::done);
    CHECK(one.farm.state(8) == "FAILEDTOBUILD");
    CHECK(list_folder(one.farm.file("librarian/pending"))->empty());
}

TEST_CASE("a log beyond the limit is cut and says so") {
    for (const std::size_t limit : {10'000U, 100'000U, 900'000U}) {
        OneJob one;
        one.farm.options["max_log_size"] = std::to_string(limit);
        one.fleet.say("bob state WAITING PACKAGEFAIL " + one.cookie + " logsize=5000000");
        CHECK(one.collect("") == ExitStatus::done);
        const auto run = test::run_program({"build", "log", "8"},
                                           {{"BUILDD_MASTER_DATABASE", one.farm.db().conninfo()},
                                            {"BUILDD_MASTER_ROOT", one.farm.root()}});
        const auto note = fmt::format("\n[buildd-master: log cut at {} bytes]\n", limit);
        CHECK(run.out.size() == limit + note.size());
        CHECK(run.out.ends_with(note));
    }
}

TEST_CASE("L18 the log of a private archive's build is restricted") {
    OneJob one;
    one.farm.sql("UPDATE archive SET private = true");
    one.collect("WAITING PACKAGEFAIL");
    CHECK(one.farm.value("SELECT restricted FROM libraryfilealias JOIN build ON buildlog = "
                         "libraryfilealias.id WHERE build.id = 8") == "true");
    CHECK(list_folder(one.farm.file("librarian/restricted"))->size() == 1);
}

TEST_CASE("a cancelled job is aborted though a pass died between noting that and asking") {
    OneJob one;
    one.fleet.say("bob state BUILDING " + one.cookie + "\nbob abort-time never");
    one.farm.sql("UPDATE build SET buildstate = 'CANCELLING' WHERE id = 8");
    one.farm.sql("UPDATE buildqueue SET abort_requested = now() - interval '1 minute'");
    one.farm.pass("collect");
    CHECK(one.fleet.state("bob") == "ABORTING");
    CHECK(one.job("abort_requested < now() - interval '50 s'") == "true");
}

TEST_CASE("cancelling a running job aborts it once and ends CANCELLED with its log") {
    OneJob one;
    one.fleet.say("bob state BUILDING " + one.cookie + "\nbob abort-time never");
    one.farm.sql("UPDATE build SET buildstate = 'CANCELLING' WHERE id = 8");
    one.farm.pass("collect");
    one.farm.pass("collect");
    CHECK(one.fleet.count("abort") == 1);
    CHECK(one.farm.state(8) == "CANCELLING");
    one.fleet.say("bob state WAITING ABORTED " + one.cookie);
    one.farm.pass("collect");
    CHECK(one.farm.state(8) == "CANCELLED");
    CHECK(one.build("buildlog IS NOT NULL") == "true");
    CHECK(one.job("count(*)") == "0");
    CHECK(one.fleet.state("bob") == "IDLE");
    CHECK(one.mails() == 0);
}

TEST_CASE("a job whose build says NEEDSBUILD is repaired and goes on") {
    OneJob one;
    one.farm.sql("UPDATE build SET buildstate = 'NEEDSBUILD' WHERE id = 8");
    one.collect("BUILDING");
    CHECK(one.farm.state(8) == "BUILDING");
    CHECK(one.farm.logged("has a builder but was NEEDSBUILD; it is BUILDING again"));
}

TEST_CASE("any other contradiction of job and build is left alone for a person") {
    OneJob one;
    one.farm.sql("UPDATE build SET buildstate = 'FAILEDTOBUILD' WHERE id = 8");
    CHECK(one.collect("BUILDING") == ExitStatus::needs_person);
    CHECK(one.farm.logged("is FAILEDTOBUILD but its job"));
    CHECK(one.fleet.count("status") == 0);
}

TEST_CASE("a build that fails three times on healthy builders is given up with mail") {
    OneJob one;
    one.farm.sql("UPDATE build SET failure_count = 2 WHERE id = 8");
    one.collect("");
    CHECK(one.farm.state(8) == "FAILEDTOBUILD");
    CHECK(one.mails() == 3);
    CHECK(one.farm.value("SELECT message LIKE '%Given up after 3 counted failures%' FROM mailqueue "
                         "LIMIT 1") == "true");
    CHECK(one.counts() == "3 0");
}

TEST_CASE("L43 a builder that fails five times in a row is put in quarantine") {
    OneJob one;
    one.farm.sql("UPDATE builder SET failure_count = 4");
    CHECK(one.collect("WAITING BUILDERFAIL") == ExitStatus::done);
    CHECK(one.farm.logged(
        "WARNING Builder 'bob' is in quarantine for 15 min 0 s: too much speaks against it; the "
        "last: Builder returned BUILDERFAIL"));
    CHECK(one.farm.value("SELECT next_probe > now() AND disabled_by IS NULL AND quarantined_until "
                         "> now() FROM builder WHERE name = 'bob'") == "true");
}

TEST_CASE("a builder whose canaries have failed for a day is out of use until it is enabled") {
    OneJob one;
    one.farm.sql(
        "UPDATE builder SET suspicion = 9, quarantines = 9, quarantined_until = now(), "
        "quarantined_since = now() - interval '25 hours';"
        "INSERT INTO evidence (at, build, builder, outcome, counted_builder) SELECT now() - "
        "make_interval(hours => h), 8, id, 'BUILDERFAIL', true FROM builder, unnest('{3,9,24}'::"
        "int[]) h");
    CHECK(one.collect("WAITING BUILDERFAIL") == ExitStatus::needs_person);
    CHECK(
        one.farm.logged("ERROR   Builder 'bob' is out of use until a person enables it: In "
                        "quarantine for a day"));
    CHECK(one.farm.value("SELECT next_probe IS NULL AND NOT builderok FROM builder") == "true");
    CHECK(one.farm.pass("scan") == ExitStatus::needs_person);
    CHECK(one.farm.logged("INFO    Builder 'bob' is out of use"));
}

TEST_CASE("nobody is told of a build when mail is switched off") {
    OneJob one;
    one.farm.options["send_build_notification"] = "false";
    one.collect("WAITING PACKAGEFAIL");
    CHECK(one.mails() == 0);
    CHECK(one.farm.state(8) == "FAILEDTOBUILD");
}

TEST_CASE("the creator is not told when owners are not notified") {
    OneJob one;
    one.farm.options["notify_owner"] = "false";
    one.collect("WAITING PACKAGEFAIL");
    CHECK(one.farm.value("SELECT string_agg(recipient, ' ' ORDER BY recipient) FROM mailqueue") ==
          "celso.providelo@canonical.com foo.bar@canonical.com");
}
