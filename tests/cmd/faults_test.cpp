// Faults of a whole farm, each for ten passes: nothing is lost, nobody's hand is needed, and all
// work within three passes of its end.
#include <map>

#include "busy_farm.hpp"

using namespace buildd;
using test::BusyFarm;

TEST_CASE("while the librarian is down for ten passes no build is lost and then all work") {
    BusyFarm it;
    it.fleet.say("web down");
    it.ten_passes({0, 69});
    CHECK(it.breakers() == "host fetch");
    CHECK(it.blamed() == "");
    CHECK(it.mails_to_admins("") == "1");
    it.fleet.say("web up");
    it.is_at_work_within_three_passes();
    it.all_is_built();
}

TEST_CASE("while an archive is down for ten passes no build is lost and then all work") {
    BusyFarm it;
    it.fleet.say("* outcome CHROOTFAIL log=" + it.log_of("E: Failed to fetch http://ftpmaster."
                                                         "internal/ubuntu/dists/hoary/InRelease"));
    it.ten_passes({0});
    CHECK(it.breakers() == "line chroot");
    CHECK(it.value("SELECT bool_and(detail LIKE '%the archive line deb %') FROM buildattempt WHERE "
                   "outcome = 'CHROOTFAIL'") == "true");
    CHECK(it.blamed() == "");
    CHECK(it.mails_to_admins("") == "1");
    it.build_well("*");
    it.is_at_work_within_three_passes();
    it.all_is_built();
}

TEST_CASE("while builders fail as they fetch for ten passes no build is lost and then all work") {
    BusyFarm it;
    it.fleet.say("* outcome BUILDERFAIL log=" +
                 it.log_of("Err:1 http://ftpmaster.internal/ubuntu hoary InRelease\n  Could not "
                           "connect to ftpmaster.internal:80\nE: Failed to fetch it"));
    it.ten_passes({0});
    CHECK(it.breakers() == "line builder_fetch");
    CHECK(it.blamed() == "");
    CHECK(it.mails_to_admins("") == "1");
    it.build_well("*");
    it.is_at_work_within_three_passes();
    it.all_is_built();
}

TEST_CASE("under a bad chroot for ten passes no build is lost and with a good one all work") {
    BusyFarm it;
    it.arrivals = 2;
    it.step = std::chrono::minutes(1);
    it.pass();
    it.pass();
    it.put_chroot("bad");
    it.fleet.say(
        "* outcome CHROOTFAIL after=never\nant outcome CHROOTFAIL\nbee outcome CHROOTFAIL");
    it.publish(10);
    it.pass();  // the last good ends, the first builds in it
    it.may_be_lost = "buildstate = 'CHROOTWAIT'";
    it.pass();  // two say so, and their builds' authors are told before the third one does
    CHECK(it.value("SELECT count(*) FROM build WHERE buildstate = 'CHROOTWAIT'") == "2");
    CHECK(it.uncorrected_mails() != "");
    it.may_be_lost = "false";
    it.fleet.say("* finish\n* outcome CHROOTFAIL");
    it.pass();
    it.step = std::chrono::minutes(15);
    it.ten_passes({0});
    CHECK(it.breakers() == "chroot chroot");
    CHECK(it.blamed() == "");
    CHECK(it.mails_to_admins("") == "1");
    it.put_chroot("good");
    it.build_well("*");
    it.is_at_work_within_three_passes();
    it.all_is_built();
}

TEST_CASE("while the chroot's file cannot be fetched no build is lost and then all work") {
    const std::string how = GENERATE("missing", "not served", "of other bytes");
    CAPTURE(how);
    BusyFarm it;
    it.pass();
    const std::string file = it.put_chroot("new"), kept = file + ".kept";
    std::filesystem::rename(file, kept);
    if (how == "not served") std::filesystem::create_directory(file);
    if (how == "of other bytes") std::ofstream(file) << "not what it was";
    it.ten_passes({0, 69});
    CHECK(it.blamed() == "");
    CHECK(it.mails_to_admins("") <= "1");
    std::filesystem::remove(file);
    std::filesystem::rename(kept, file);
    it.is_at_work_within_three_passes();
    it.all_is_built();
}

TEST_CASE("a builder that fails everything for ten passes is the only one out of use") {
    BusyFarm it;
    it.arrivals = 5;
    it.fleet.say("cow outcome PACKAGEFAIL");
    it.may_be_lost =
        "id IN (SELECT build FROM buildattempt a WHERE builder = (SELECT id FROM "
        "builder WHERE name = 'cow') AND outcome = 'PACKAGEFAIL')";
    it.ten_passes({0});
    CHECK(it.breakers() == "");
    CHECK(it.blamed() == "cow");
    CHECK(it.mails_to_admins("is in quarantine") == "1");
    it.may_be_lost = "false";
    it.build_well("cow");
    it.resting = "cow";
    it.is_at_work_within_three_passes();
    it.all_is_built();
    for (int i = 0; i < 8; ++i) it.pass();
    it.publish(7);
    it.pass();
    it.pass();
    CHECK(it.value("SELECT quarantined_until IS NULL AND builderok FROM builder WHERE name = "
                   "'cow'") == "true");
}

TEST_CASE("a job that kills its builder takes two of six and is given up") {
    const int passes_down = GENERATE(0, 2);  // until the machine has started again
    CAPTURE(passes_down);
    BusyFarm it;
    it.arrivals = 3;
    it.may_be_lost = "sourcepackagerelease = 1001";
    const std::string builds = "* outcome OK after=never sources=" + it.results();
    it.fleet.say(builds);
    std::map<std::string, int> victims;
    const auto end_jobs = [&] {
        for (auto& [name, passes] : victims)
            if (passes-- == 0) it.fleet.say(name + " up");
        const auto victim = it.value(
            "SELECT builder.name FROM builder JOIN buildqueue q ON q.builder = builder.id JOIN "
            "build ON build.id = q.build WHERE sourcepackagerelease = 1001");
        if (!victim.empty() && !victims.contains(victim)) {
            it.fleet.say(victim + " forget\n" + victim + (passes_down == 0 ? " up" : " down"));
            victims[victim] = passes_down - 1;
        }
        it.fleet.say("* finish");
    };
    it.ten_passes({0}, end_jobs);
    // Who is back at once has forgotten it and was never out of use: that may be an upgrade.
    CHECK(victims.size() == (passes_down == 0 ? 3 : 2));
    CHECK(it.value("SELECT buildstate FROM build WHERE sourcepackagerelease = 1001") ==
          "FAILEDTOBUILD");
    CHECK(it.breakers() == "");
    CHECK(it.value("SELECT string_agg(name, ' ') FROM builder WHERE quarantines > 0 OR "
                   "failure_count > 0 OR NOT builderok") == "");
    CHECK(it.mails_to_admins("") == "0");
    it.is_at_work_within_three_passes();
}

TEST_CASE("while half of the builders are cut off no build is lost and then all work") {
    BusyFarm it;
    it.arrivals = 3;
    it.pass();
    const std::vector<std::string> cut_off{"ant", "cow", "eel"};
    for (const auto& name : cut_off) it.fleet.say(name + " down");
    it.ten_passes({0});
    CHECK(it.breakers() == "network silent");
    CHECK(it.mails_to_admins("") <= "1");
    for (const auto& name : cut_off) it.fleet.say(name + " up");
    it.is_at_work_within_three_passes();
    it.all_is_built();
}
