// What keeps jobs and builders apart, and the words for it (behaviour §8, lesson L42).
#include "policy/why.hpp"

#include "policy/why_words.hpp"
#include "test.hpp"

using namespace buildd;
using namespace buildd::policy;
using std::chrono::seconds;

namespace {

using J = JobObstacle;
using B = BuilderObstacle;

ExplainedBuild pending() {
    ExplainedBuild build;
    BuildFacts& facts = build.job.build;
    facts.id = BuildId{8};
    facts.target = {"ubuntu", "hoary", "i386", SeriesStatus::DEVELOPMENT, Pocket::RELEASE};
    facts.archive.name = "primary";
    return build;
}

WatchedBuilder builder(const std::string& name) {
    WatchedBuilder one;
    one.facts.name = name;
    one.facts.processor = one.facts.architecture_tag = "i386";
    one.facts.family_tags = {"i386"};
    one.facts.family_has_chroot = true;
    return one;
}

WatchedBuilder busy_builder() {
    WatchedBuilder one = builder("bob");
    one.facts.job = std::make_unique<RunningJob>();
    return one;
}

template <class... Builders>
std::vector<WatchedBuilder> all(Builders... builders) {
    std::vector<WatchedBuilder> list;
    (list.push_back(std::move(builders)), ...);
    return list;
}

JobClass jobs(std::int64_t count) {
    return {pending().job, count};
}

using Sentences = std::vector<std::string>;

}  // namespace

TEST_CASE("L42 each thing that keeps a job from being started has its sentence") {
    struct Row {
        J obstacle;
        const char* sentence;
        void (*change)(ExplainedBuild&);
    };
    const std::vector<Row> rows{
        {J::no_job, "It has no job: 'buildd-master queue build' makes one.",
         [](ExplainedBuild& b) { b.job.has_job = false; }},
        {J::no_job, "It has no job, and gets none as long as its source has no files.",
         [](ExplainedBuild& b) { b.job.has_job = b.source_has_files = false; }},
        {J::claimed, "bob has its job though it is NEEDSBUILD: the next collect repairs that.",
         [](ExplainedBuild& b) {
             b.job.claimed = true;
             b.builder = "bob";
         }},
        {J::parked,
         "It is held by joe: libc first. 'buildd-master build release 8' lets it be dispatched "
         "again.",
         [](ExplainedBuild& b) {
             b.job.parked_by = "joe";
             b.job.park_reason = "libc first";
             b.job.waits = seconds{240};
         }},
        {J::common_cause,
         "Nobody is to blame: the chroot c.tar.gz: builders ended CHROOTFAIL. It waits until a job "
         "that is tried now and then comes through.",
         [](ExplainedBuild& b) { b.job.cause = "the chroot c.tar.gz: builders ended CHROOTFAIL"; }},
        {J::not_before, "It was given back by a builder and waits for another 4 min 0 s.",
         [](ExplainedBuild& b) { b.job.waits = seconds{240}; }},
        {J::archive_disabled, "Its archive ubuntu/primary is disabled.",
         [](ExplainedBuild& b) { b.job.archive_enabled = false; }},
        {J::architecture_disabled, "The architecture ubuntu/hoary/i386 is disabled.",
         [](ExplainedBuild& b) { b.job.architecture_enabled = false; }},
        {J::superseded,
         "Its source is no longer published in ubuntu/hoary, archive primary: the next dispatch "
         "makes it SUPERSEDED.",
         [](ExplainedBuild& b) { b.job.build.source_published = false; }},
        {J::made,
         "It is not needed: its archive has its binaries already, from build 2. The next dispatch "
         "makes it SUPERSEDED.",
         [](ExplainedBuild& b) { b.job.made_by = BuildId{2}; }},
        {J::for_person,
         "It was given back by builders 5 times, so that a person has to look: see 'buildd-master "
         "build show 8'. 'buildd-master build retry 8' lets it be dispatched again.",
         [](ExplainedBuild& b) {
             b.job.build.for_person = true;
             b.job.waits = seconds{240};
             b.givenback = 5;
         }},
        {J::security, "It is for the pocket SECURITY, and build_security is off.",
         [](ExplainedBuild& b) { b.job.build.target.pocket = Pocket::SECURITY; }},
        {J::no_chroot,
         "There is no chroot of ubuntu/hoary/i386 for RELEASE: 'buildd-master chroot set' gives "
         "it one.",
         [](ExplainedBuild& b) { b.job.has_chroot = false; }},
        {J::denied, "The series ubuntu/hoary is CURRENT: nothing is built for its pocket RELEASE.",
         [](ExplainedBuild& b) { b.job.build.target.series_status = SeriesStatus::CURRENT; }},
        {J::limited,
         "As many jobs of its archive run as may: 'buildd-master archive set ubuntu/primary "
         "--max-running' lets more run.",
         [](ExplainedBuild& b) {
             b.job.limits = {0, 0};
         }},
        {J::limited,
         "As many jobs of joe, who owns its archive, run as may: 'buildd-master person set joe "
         "--max-running' lets more run.",
         [](ExplainedBuild& b) {
             b.job.limits = {5, -1};
             b.job.build.archive.owner = "joe";
         }},
        {J::unmet,
         "It needs the tags big and kvm, and no builder of i386 trusted in use that takes hello "
         "has "
         "them: 'buildd-master builder set NAME --tag big --tag kvm'.",
         [](ExplainedBuild& b) {
             b.job.demands.tags = {"big", "kvm"};
             b.job.build.source.name = "hello";
         }},
        {J::not_read, "dispatch does not read its job: see 'buildd-master db check'.",
         [](ExplainedBuild& b) { b.job.candidate = false; }}};
    for (const auto& row : rows) {
        ExplainedBuild build = pending();
        row.change(build);
        CHECK(job_obstacle(build.job, false) ==
              (row.obstacle == J::unmet ? J::none : row.obstacle));
        CHECK(why_build(build, all(builder("bob")), {}) == Sentences{row.sentence});
        CHECK_FALSE(job_words(row.obstacle).empty());
    }
    CHECK(job_obstacle(pending().job, false) == J::none);
}

TEST_CASE("build_security lets SECURITY builds through") {
    ExplainedBuild build = pending();
    build.job.build.target.pocket = Pocket::SECURITY;
    build.job.build.target.series_status = SeriesStatus::CURRENT;
    CHECK(job_obstacle(build.job, false) == J::security);
    CHECK(job_obstacle(build.job, true) == J::none);
}

TEST_CASE("each state that is not NEEDSBUILD has its sentence") {
    using S = BuildState;
    const auto says = [](S state) {
        ExplainedBuild build = pending();
        build.job.build.state = state;
        build.builder = "bob";
        build.building = seconds{300};
        build.dependencies = "libx (>= 2)";
        CHECK(job_obstacle(build.job, false) == J::not_needed);
        const auto sentences = why_build(build, {}, {});
        REQUIRE(sentences.size() == 1);
        return sentences[0];
    };
    CHECK(says(S::FULLYBUILT) == "It is built; nothing is left to do.");
    CHECK(says(S::FAILEDTOBUILD) ==
          "It failed to build: see 'buildd-master build log 8'. 'buildd-master build retry 8' "
          "builds it again.");
    CHECK(says(S::MANUALDEPWAIT) ==
          "It waits for packages that it lacked: libx (>= 2). 'buildd-master queue build' tries "
          "it again when they are there.");
    CHECK(says(S::CHROOTWAIT) ==
          "Its chroot could not be used: see 'buildd-master build log 8'. 'buildd-master build "
          "retry 8' builds it again at once.");
    CHECK(says(S::SUPERSEDED) ==
          "Its source was superseded, but is published again: 'buildd-master build retry 8' "
          "builds it.");
    CHECK(says(S::BUILDING) == "bob has been building it for 5 min 0 s.");
    CHECK(says(S::FAILEDTOUPLOAD) ==
          "Its results could not be taken in: see 'buildd-master build show 8'. 'buildd-master "
          "build reupload 8' tries the same files again, 'buildd-master build retry 8' builds "
          "them anew.");
    CHECK(says(S::UPLOADING) ==
          "It is built; its results wait for the next collect to upload them.");
    CHECK(says(S::CANCELLING) == "It is being cancelled: collect aborts it on bob.");
    CHECK(says(S::CANCELLED) == "It was cancelled. 'buildd-master build retry 8' builds it again.");
    ExplainedBuild build = pending();
    build.job.build.state = S::BUILDING;
    CHECK(state_sentence(build).find("no builder has its job") != std::string::npos);
    build.builder = "bob";
    build.building = seconds{300};
    build.silent = seconds{60};
    CHECK(state_sentence(build) ==
          "bob has its job for 5 min 0 s, but has not answered for 1 min 0 s.");
    build.job.build.state = S::SUPERSEDED;
    build.job.build.source_published = false;
    CHECK(state_sentence(build) == "Its source is no longer published here.");
    build.clashes.made_by = BuildId{2};
    CHECK(state_sentence(build) ==
          "It is not needed: its archive has its binaries already, from build 2.");
}

TEST_CASE("a wait that never ends by itself is told as what it is") {
    const auto says = [](const std::string& dependencies) {
        ExplainedBuild build = pending();
        build.job.build.state = BuildState::MANUALDEPWAIT;
        build.dependencies = dependencies;
        return state_sentence(build);
    };
    for (const char* nothing : {"", " ", ", ,"})
        CHECK(says(nothing) ==
              "It lacks packages, but its builder did not say which packages it lacks: it is not "
              "tried again by itself. 'buildd-master build retry 8' builds it again.");
    CHECK(says("Not A Package!") ==
          "It lacks packages, but what its builder said that it lacks is not understood ('Not A "
          "Package!' is no dependency): it is not tried again by itself. 'buildd-master build "
          "retry 8' builds it again.");
    ExplainedBuild disabled = pending();
    disabled.job.build.state = BuildState::MANUALDEPWAIT;
    disabled.dependencies = "libx";
    disabled.job.archive_enabled = false;
    CHECK(state_sentence(disabled) ==
          "It waits for packages that it lacked: libx. It is not tried again while its archive is "
          "disabled.");
}

TEST_CASE("no retry is offered that would be refused") {
    ExplainedBuild build = pending();
    build.job.build.state = BuildState::FAILEDTOBUILD;
    build.clashes.active = BuildId{9};
    CHECK(state_sentence(build) ==
          "It failed to build: see 'buildd-master build log 8'. It is not the only one of its "
          "source and place: build 9 is active.");
    build.clashes.active.reset();
    build.clashes.made_by = BuildId{2};
    CHECK(state_sentence(build) ==
          "It failed to build: see 'buildd-master build log 8'. It cannot be tried again: its "
          "archive has its binaries already, from build 2.");
    build.clashes.made_by.reset();
    build.job.build.source_published = false;
    build.job.build.state = BuildState::CANCELLED;
    CHECK(state_sentence(build) ==
          "It was cancelled. It cannot be tried again: its source is no longer published there, so "
          "it would become SUPERSEDED.");
    build.job.build.state = BuildState::FAILEDTOUPLOAD;
    CHECK(state_sentence(build).find(
              "reupload 8' tries the same files again. It cannot be tried") != std::string::npos);
}

TEST_CASE("each thing that keeps a builder from a job has its sentence") {
    struct Row {
        B obstacle;
        const char* sentence;
        void (*change)(WatchedBuilder&);
    };
    const std::vector<Row> rows{
        {B::none, "bob is free.", [](WatchedBuilder&) {}},
        {B::disabled, "bob is disabled by joe: on fire",
         [](WatchedBuilder& b) {
             b.facts.ok = false;
             b.facts.failed_for_person = true;
             b.disabled_by = "joe";
             b.notes = "on\nfire";
         }},
        {B::failed, "bob has failed and is probed again in 2 min 0 s.",
         [](WatchedBuilder& b) {
             b.facts.ok = false;
             b.next_probe = seconds{120};
         }},
        {B::failed, "bob has failed and is probed again by the next scan: no route",
         [](WatchedBuilder& b) {
             b.facts.ok = false;
             b.next_probe = seconds{-3};
             b.notes = "no route";
         }},
        {B::manual, "bob is manual: dispatch never gives it a job.",
         [](WatchedBuilder& b) { b.facts.manual = true; }},
        {B::busy, "bob is busy with another job.",
         [](WatchedBuilder& b) { b.facts.job = std::make_unique<RunningJob>(); }},
        {B::cut_off,
         "bob is cut off: builders in its network fail alike, and one of them is given a job now "
         "and then to try it.",
         [](WatchedBuilder& b) { b.facts.cut_off = true; }},
        {B::quarantined,
         "bob is in quarantine, for much speaks against it: in 5 min 0 s it is given one job to "
         "try it.",
         [](WatchedBuilder& b) { b.facts.rests = seconds{300}; }},
        {B::unknown_architecture, "bob has not said its architecture yet: no scan has reached it.",
         [](WatchedBuilder& b) { b.facts.architecture_tag = ""; }},
        {B::unknown_architecture,
         "bob has not said its architecture yet: no scan has reached it, for its processor family "
         "has no chroot.",
         [](WatchedBuilder& b) {
             b.facts.architecture_tag = "";
             b.facts.family_has_chroot = false;
         }},
        {B::no_reset,
         "bob is DIRTY: it takes untrusted jobs only after a reset, and there is no "
         "vm_resume_command.",
         [](WatchedBuilder& b) { b.facts.trusted = false; }}};
    for (const auto& row : rows) {
        WatchedBuilder one = builder("bob");
        row.change(one);
        const auto found = builder_obstacle(one.facts, {});
        CHECK(found == row.obstacle);
        CHECK(builder_sentence(one, found) == row.sentence);
        CHECK_FALSE(builder_words(row.obstacle).empty());
    }
}

TEST_CASE("an untrusted builder is reset where the settings say how") {
    BuilderFacts jail = builder("jail").facts;
    jail.trusted = false;
    CHECK(needs_reset(jail, {true, false}));
    CHECK(needs_reset(jail, {true, true}));
    CHECK_FALSE(needs_reset(jail, {false, true}));
    CHECK(builder_obstacle(jail, {true, false}) == B::unclean);
    CHECK(builder_obstacle(jail, {false, true}) == B::none);
    CHECK(builder_obstacle(jail, {false, false}) == B::no_reset);
    CHECK(builder_sentence(builder("jail"), B::unclean) ==
          "jail waits to be reset: it takes untrusted jobs only after that.");
    WatchedBuilder cleaning = builder("jail");
    cleaning.facts.clean_status = CleanStatus::CLEANING;
    CHECK(builder_sentence(cleaning, B::unclean) ==
          "jail is being reset: it takes untrusted jobs only after that.");
    jail.clean_status = CleanStatus::CLEAN;
    CHECK_FALSE(needs_reset(jail, {true, false}));
    CHECK(builder_obstacle(jail, {false, false}) == B::none);
    jail.clean_status = CleanStatus::DIRTY;
    jail.trusted = true;
    CHECK_FALSE(needs_reset(jail, {true, false}));
}

TEST_CASE("a build that may start is told whose turn it is") {
    ExplainedBuild build = pending();
    CHECK(why_build(build, all(builder("bob")), {}) ==
          Sentences{"It will be dispatched by the next pass: it is number 1 in the queue of i386 "
                    "trusted, and 1 of its builders is free."});
    build.ahead = {jobs(1), jobs(2)};
    build.ahead[0].job.archive_enabled = false;  // not before it in truth
    CHECK(why_build(build, all(builder("bob"), builder("frog")), {}) ==
          Sentences{"It waits for its turn: it is number 3 in the queue of i386 trusted, and 2 of "
                    "its builders are free."});
    WatchedBuilder other = builder("frog");
    other.facts.manual = true;
    CHECK(why_build(build, all(busy_builder(), std::move(other)), {}) ==
          Sentences{"No builder can take it now; it is number 3 in the queue of i386 trusted.",
                    "bob is busy with another job.",
                    "frog is manual: dispatch never gives it a job."});
    std::vector<WatchedBuilder> many(14);
    for (auto& one : many) one = busy_builder();
    const auto sentences = why_build(build, many, {});
    CHECK(sentences.size() == 12);
    CHECK(sentences.back() == "… and 4 more builders.");
}

TEST_CASE("a build without any builder for it is told so") {
    ExplainedBuild build = pending();
    WatchedBuilder hppa = builder("bob"), untrusted = builder("jail"), unscanned = builder("new");
    hppa.facts.architecture_tag = "hppa";
    untrusted.facts.trusted = false;
    unscanned.facts.architecture_tag = "";
    CHECK(why_build(build, all(std::move(hppa)), {}) ==
          Sentences{"There is no builder of the architecture i386: 'buildd-master builder add' "
                    "makes one known."});
    CHECK(why_build(build, all(std::move(untrusted)), {}) ==
          Sentences{"All builders of i386 are untrusted: they build PPAs only."});
    build.job.build.archive.purpose = ArchivePurpose::PPA;
    CHECK(why_build(build, all(builder("bob")), {}) ==
          Sentences{"It is a PPA's build, and all builders of i386 are trusted: they build "
                    "everything but PPAs."});
    build.job.build.archive.purpose = ArchivePurpose::PRIMARY;
    auto one = all(std::move(unscanned));
    CHECK(why_build(build, one, {}).size() == 2);
    one[0].facts.processor = "amd64";
    CHECK(why_build(build, one, {}).size() == 1);
}

TEST_CASE("queue why counts jobs and builders by what holds them up") {
    QueuedGroup group{"i386", true, 2, {jobs(9), jobs(3), jobs(1)}};
    group.pending[1].job.archive_enabled = false;
    group.pending[2].job.waits = seconds{0};
    WatchedBuilder jail = builder("jail");
    jail.facts.trusted = false;
    auto report = why_group(
        group, all(busy_builder(), builder("frog"), builder("toad"), std::move(jail)), {});
    CHECK(report.title == "i386 trusted: 13 pending, 2 running");
    CHECK(report.jobs == "9 may start, 1 given back, waiting, 3 archive disabled");
    CHECK(report.builders == "2 free, 1 busy");
    CHECK(report.verdict == "the next pass starts 2 of them");
    report = why_group(group, all(busy_builder()), {});
    CHECK(report.verdict == "no builder can take a job");
    group.pending.erase(group.pending.begin());
    report = why_group(group, all(builder("bob")), {});
    CHECK(report.verdict == "none of its jobs may start");
    group.pending.clear();
    report = why_group(group, {}, {});
    CHECK(report.verdict == "nothing is pending");
    CHECK(report.jobs.empty());
    CHECK(report.builders == "none");
    CHECK(group_words("i386", false) == "i386 untrusted");
}

TEST_CASE("a pass that has not run for long is complained of") {
    CHECK(why_no_pass(std::nullopt).overdue);
    LastPass last{"cycle", "master", 0, "3 builders", seconds{40}};
    CHECK(why_no_pass(last).sentence ==
          "The last pass that dispatches (cycle on master) ended 40 s ago with exit status 0: 3 "
          "builders");
    CHECK_FALSE(why_no_pass(last).overdue);
    last.age = seconds{7200};
    last.exit_status.reset();
    CHECK(why_no_pass(last).sentence ==
          "The last pass that dispatches (cycle on master) began 2 h 0 min ago and has not ended. "
          "Does "
          "cron run it?");
    CHECK(why_no_pass(last).overdue);
}

TEST_CASE("L42 what is not known is not said and what is free is counted in words") {
    ExplainedBuild build = pending();
    build.job.build.state = BuildState::BUILDING;
    build.builder = "bob";
    CHECK(state_sentence(build) == "bob has been building it.");
    build.silent = seconds{60};
    CHECK(state_sentence(build) == "bob has its job, but has not answered for 1 min 0 s.");
    build.job.build.state = BuildState::CANCELLING;
    CHECK(state_sentence(build) == "It is being cancelled: collect aborts it on bob.");
    build.builder.clear();
    CHECK(state_sentence(build) == "It is being cancelled: collect aborts it on no builder.");
    build.job.build.state = BuildState::NEEDSBUILD;
    CHECK(state_sentence(build).empty());
    build.job.build.state = BuildState::MANUALDEPWAIT;
    CHECK(state_sentence(build).find("its builder did not say which packages") !=
          std::string::npos);
    WatchedBuilder frog = builder("frog");
    CHECK(builder_sentence(frog, B::failed) ==
          "frog has failed and is probed again by the next scan.");
    frog.next_probe = seconds{-5};
    frog.notes = "no echo";
    CHECK(builder_sentence(frog, B::failed) ==
          "frog has failed and is probed again by the next scan: no echo");
    frog.next_probe = seconds{90};
    CHECK(builder_sentence(frog, B::failed).find("again in 1 min 30 s") != std::string::npos);
    const WhyRules rules{};
    ExplainedBuild next = pending();
    const auto one = why_build(next, all(builder("bob")), rules);
    CHECK(one.front().find("1 of its builders is free") != std::string::npos);
    const auto two = why_build(next, all(builder("bob"), builder("frog")), rules);
    CHECK(two.front().find("2 of its builders are free") != std::string::npos);
    next.ahead = {jobs(2)};
    CHECK(why_build(next, all(builder("bob"), builder("frog")), rules)
              .front()
              .starts_with("It waits"));
    CHECK(why_build(next, all(builder("bob")), rules).front().find("is free") != std::string::npos);
}

TEST_CASE("a build that no builder in use may have says why") {
    ExplainedBuild build = pending();
    build.job.build.source.name = "hello";
    WatchedBuilder reserved = builder("bob"), refusing = builder("frog"),
                   disabled = builder("jack");
    reserved.facts.purpose = {{"big"}, true, {}};
    refusing.facts.purpose.refuses = {"h*"};
    disabled.facts.failed_for_person = true;
    CHECK(
        why_build(build, all(std::move(reserved), std::move(refusing), std::move(disabled)), {}) ==
        Sentences{"Each builder of i386 trusted in use is reserved for other jobs or refuses "
                  "hello: see 'buildd-master builder show NAME'."});
}

TEST_CASE("a build waits for the builders that may have it and not for others that are free") {
    ExplainedBuild build = pending();
    build.job.demands.tags = {"big"};
    WatchedBuilder big = busy_builder();
    big.facts.purpose.tags = {"big"};
    CHECK(why_build(build, all(std::move(big), builder("frog")), {}) ==
          Sentences{"No builder can take it now; it is number 1 in the queue of i386 trusted.",
                    "bob is busy with another job.",
                    "1 more builder may not have it: it failed there before, or 'buildd-master "
                    "builder show' tells tags, whether it is reserved and what it refuses."});
}

TEST_CASE("jobs ahead that are for other builders do not keep a build from the next pass") {
    ExplainedBuild build = pending();
    build.job.demands.tags = {"big"};
    build.ahead = {jobs(40)};
    WatchedBuilder big = builder("bob");
    big.facts.purpose = {{"big"}, true, {}};
    CHECK(why_build(build, all(std::move(big), builder("frog")), {})[0].find(
              "It will be dispatched by the next pass: it is number 41 in the queue") == 0);
}

TEST_CASE("queue why counts what the free builders can have of the jobs") {
    QueuedGroup group{"i386", true, 0, {jobs(3), jobs(2)}};
    group.pending[1].job.demands.tags = {"big"};
    WatchedBuilder big = builder("bob");
    big.facts.purpose = {{"big"}, true, {}};
    const auto report = why_group(group, all(std::move(big), builder("frog")), {});
    CHECK(report.jobs == "5 may start");
    CHECK(report.verdict == "the next pass starts 2 of them");
    const auto without = why_group(group, all(builder("frog")), {});
    CHECK(without.jobs == "3 may start, 2 not for any builder in use");
    CHECK(without.verdict == "the next pass starts 1 of them");
    WatchedBuilder reserved = builder("bob"), busy = busy_builder();
    reserved.facts.purpose = {{"kvm"}, true, {}};
    CHECK(why_group({"i386", true, 0, {jobs(3)}}, all(std::move(reserved), std::move(busy)), {})
              .verdict == "no free builder may have any of them");
}

TEST_CASE("jobs ahead go to the builders that dispatch asks first") {
    ExplainedBuild build = pending();
    build.job.demands.tags = {"big"};
    build.ahead = {jobs(1)};
    WatchedBuilder big = builder("bob");
    big.facts.purpose.tags = {"big"};
    CHECK(why_build(build, all(std::move(big), builder("frog")), {})[0].find(
              "It will be dispatched by the next pass: it is number 2 in the queue") == 0);
}

TEST_CASE("a build past jobs that take the last room of its archive is told the limit") {
    ExplainedBuild build = pending();
    build.job.limits.archive = 1;
    build.ahead = {jobs(1)};
    build.ahead[0].job.limits.archive = 1;
    CHECK(why_build(build, all(builder("bob"), builder("frog")), {}) ==
          Sentences{"It waits for its turn: it is number 2 in the queue of i386 trusted, and 2 of "
                    "its builders are free.",
                    "With those before it: As many jobs of its archive run as may: "
                    "'buildd-master archive set ubuntu/primary --max-running' lets more run."});
    build.job.limits.archive = build.ahead[0].job.limits.archive = 2;
    CHECK(why_build(build, all(builder("bob"), builder("frog")), {})[0].find(
              "It will be dispatched by the next pass") == 0);
}

TEST_CASE("a held job that is needed no more is told as that and who ends it") {
    ExplainedBuild build = pending();
    build.job.parked_by = "joe";
    build.job.made_by = BuildId{2};
    CHECK(
        why_build(build, all(builder("bob")), {}) ==
        Sentences{"It is not needed: its archive has its binaries already, from build 2. The next "
                  "'buildd-master queue build' makes it SUPERSEDED."});
    build.job.build.source_published = false;
    CHECK(job_obstacle(build.job, false) == J::superseded);
}

TEST_CASE("a build that no builder in use may have is kept from being started") {
    ExplainedBuild build = pending();
    CHECK_FALSE(is_kept(build, all(busy_builder()), {}));
    build.job.demands.tags = {"big"};
    CHECK(is_kept(build, all(busy_builder()), {}));
}
