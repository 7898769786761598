// What becomes of a start under way (behaviour §8), value by value.
#include "policy/starts.hpp"

#include "policy/ending.hpp"
#include "test.hpp"

using namespace buildd;
using namespace buildd::policy;
using namespace std::chrono_literals;

namespace {

using S = BuildState;

const StartRules rules;

BuildFacts facts() {
    BuildFacts build;
    build.id = {7};
    build.state = S::BUILDING;
    build.target = {"ubuntu", "hoary", "i386", SeriesStatus::DEVELOPMENT, Pocket::RELEASE};
    build.source = {{1}, "mozilla-firefox", "0.9"};
    return build;
}

// frog has had the job for `age`.
BuilderFacts frog(std::optional<std::chrono::seconds> age = 30s, S state = S::BUILDING) {
    BuilderFacts builder;
    builder.id = {4};
    builder.name = "frog";
    builder.url = "http://frog:8221/";
    builder.architecture_tag = "i386";
    builder.job = std::make_unique<RunningJob>();
    builder.job->id = {42};
    builder.job->build = facts();
    builder.job->build.state = state;
    builder.job->claimed = age;
    return builder;
}

ClaimedJob claim() {
    ClaimedJob claim;
    claim.job.id = {42};
    claim.job.build = facts();
    claim.job.chroot.emplace();
    return claim;
}

template <class Decision>
bool is(const StartDecision& decision) {
    return std::holds_alternative<Decision>(decision);
}

EndAttempt end_of(const StartDecision& decision) {
    REQUIRE(is<EndAttempt>(decision));
    return std::get<EndAttempt>(decision);
}

std::string why(const BuilderFacts& builder, const ClaimedJob& claim) {
    const auto end = check_claim(builder, claim, rules);
    if (!end) return "";
    CHECK(end->state == S::NEEDSBUILD);
    CHECK_FALSE(end->counted.any());
    CHECK(end->freeing == Freeing::none);
    CHECK(end->again == Again::soon);
    return end->detail;
}

}  // namespace

TEST_CASE(
    "a start goes on in a pass that dispatches and is left by others until its time is over") {
    for (const auto age : {0s, 30s, 599s}) {
        CHECK(is<GoOnWithStart>(decide_start(frog(age), rules, true)));
        CHECK(is<LeaveAlone>(decide_start(frog(age), rules, false)));
        CHECK_FALSE(may_probe(frog(age), rules));
    }
    CHECK(may_probe(frog(600s), rules));
}

TEST_CASE("a start whose time is over is counted against job and builder and tried again later") {
    for (const bool dispatches : {true, false}) {
        BuilderFacts builder = frog(600s);
        builder.job->start_file = "http://librarian/1/chroot.tar.gz";
        const auto end = end_of(decide_start(builder, rules, dispatches));
        CHECK(end.state == S::NEEDSBUILD);
        CHECK(end.outcome == Outcome::UNSTARTED);
        CHECK(end.counted.job);
        CHECK(end.counted.builder);
        CHECK(end.late);
        CHECK(end.detail ==
              "Slave 'frog' (http://frog:8221/) was unable to fetch file. "
              "http://librarian/1/chroot.tar.gz: not there within 10 min 0 s");
        CHECK(end.line->level == Level::WARNING);
    }
    CHECK(start_timed_out(frog(), "", 600s).detail.find(" file. chroot or source: not there") !=
          std::string::npos);
}

TEST_CASE("a start that failed again waits twice as long each time") {
    const auto wait = [](int times) {
        BuilderFacts builder = frog(600s);
        builder.job->failed_starts = times;
        const auto end = end_of(decide_start(builder, rules, false));
        return plan_ending(*builder.job, builder, end, {}, "").edit.start_again_in;
    };
    CHECK(wait(0) == 5min);
    CHECK(wait(1) == 10min);
    CHECK(wait(4) == 60min);
    CHECK(wait(40) == 60min);
}

TEST_CASE("a start that no pass went on with for long goes on anew or ends uncounted") {
    const auto long_ago = frog(std::nullopt);
    CHECK(is<GoOnWithStart>(decide_start(long_ago, rules, true)));
    CHECK_FALSE(may_probe(long_ago, rules));
    const auto end = end_of(decide_start(long_ago, rules, false));
    CHECK(end.state == S::NEEDSBUILD);
    CHECK_FALSE(end.counted.any());
    CHECK(end.again == Again::soon);
}

TEST_CASE("a start of a build that is to be cancelled or is built already ends at once") {
    for (const auto age : {0s, 900s}) {
        const auto cancelled = end_of(decide_start(frog(age, S::CANCELLING), rules, true));
        CHECK(cancelled.state == S::CANCELLED);
        CHECK_FALSE(cancelled.counted.any());
        const auto built = end_of(decide_start(frog(age, S::FULLYBUILT), rules, true));
        CHECK(built.state == S::FULLYBUILT);
        CHECK_FALSE(built.store_info);
    }
}

TEST_CASE("scan asks builders in use and failed ones whose time has come and whose family builds") {
    BuilderFacts builder = frog(600s);
    CHECK_FALSE(is_probed(builder, rules));  // its family has no chroot
    builder.family_has_chroot = true;
    CHECK(is_probed(builder, rules));
    builder.ok = false;
    CHECK_FALSE(is_probed(builder, rules));
    builder.probe_due = true;
    CHECK(is_probed(builder, rules));
    builder.job->claimed = 599s;
    CHECK_FALSE(is_probed(builder, rules));
}

TEST_CASE("a dispatched job is no start under way") {
    BuilderFacts builder = frog();
    CHECK(start_under_way(builder));
    builder.job->dispatched = true;
    CHECK_FALSE(start_under_way(builder));
    CHECK(may_probe(builder, rules));
    builder.job.reset();
    CHECK_FALSE(start_under_way(builder));
}

TEST_CASE("a start goes on only while all holds that its claim was made upon") {
    CHECK(why(frog(), claim()) == "");
    auto changed = claim();
    changed.archive_enabled = false;
    CHECK(why(frog(), changed) == "archive disabled");
    changed = claim();
    changed.architecture_enabled = false;
    CHECK(why(frog(), changed) == "architecture disabled");
    changed = claim();
    changed.job.chroot.reset();
    CHECK(why(frog(), changed) == "without chroot");
    changed = claim();
    changed.job.build.target.pocket = Pocket::UPDATES;
    CHECK(why(frog(), changed) == "pocket denied");
    changed.job.build.target.pocket = Pocket::SECURITY;
    CHECK(why(frog(), changed) == "SECURITY (build_security is off)");
    changed = claim();
    changed.job.build.target.architecture_tag = "amd64";
    CHECK(why(frog(), changed) == "the builder is i386 now");
    changed = claim();
    changed.job.build.archive.purpose = ArchivePurpose::PPA;
    CHECK(why(frog(), changed) == "the builder is trusted now");
}

TEST_CASE("a start does not go on on a builder that may take no job any more") {
    BuilderFacts builder = frog();
    builder.manual = true;
    CHECK(why(builder, claim()) == "the builder is manual");
    builder.ok = false;
    CHECK(why(builder, claim()) == "the builder is failed");
    builder.failed_for_person = true;
    CHECK(why(builder, claim()) == "the builder is disabled");
}

TEST_CASE("a start goes on on an untrusted builder that is dirty by its claim alone") {
    BuilderFacts builder = frog();
    builder.trusted = false;
    builder.clean_status = CleanStatus::DIRTY;
    ClaimedJob untrusted = claim();
    untrusted.job.build.archive.purpose = ArchivePurpose::PPA;
    CHECK(why(builder, untrusted) == "");
    builder.clean_status = CleanStatus::CLEANING;
    CHECK(why(builder, untrusted) == "the builder is CLEANING");
    CHECK(why(builder, claim()) == "the builder is untrusted now");
}

TEST_CASE("a start whose source is no longer published makes its build SUPERSEDED") {
    auto changed = claim();
    changed.job.build.source_published = false;
    const auto end = check_claim(frog(), changed, rules);
    REQUIRE(end);
    CHECK(end->state == S::SUPERSEDED);
    CHECK(end->outcome == Outcome::SUPERSEDED);
    CHECK_FALSE(end->counted.any());
}

TEST_CASE("a start that comes to nothing is told whom it counts against and why") {
    const auto undone = start_undone({true, false}, "its source has no .dsc");
    CHECK(undone.state == S::NEEDSBUILD);
    CHECK(undone.outcome == Outcome::UNSTARTED);
    CHECK(undone.counted.job);
    CHECK_FALSE(undone.counted.builder);
    CHECK(undone.detail == "its source has no .dsc");
    CHECK_FALSE(undone.fail_builder);
    const auto silent = setup_failed("frog:8221 refused");
    CHECK(silent.outcome == Outcome::UNSTARTED);
    CHECK(silent.counted.builder);
    CHECK_FALSE(silent.counted.job);
    CHECK(silent.fail_builder == "Exception (frog:8221 refused) when setting up to new job");
    CHECK(silent.detail == silent.fail_builder);
}
