// What follows when log or results were fetched, or were not, value by value.
#include "policy/collect_fetch.hpp"

#include "policy/collect_facts.hpp"

using namespace buildd;
using namespace buildd::policy;

namespace {

using S = BuildState;
using namespace std::chrono_literals;

using Who = FetchFailure::Who;

AfterFetch after(Who who, std::chrono::seconds spent, const RunningJob& running = job()) {
    return decide_not_fetched(running, {who, spent, "1 MiB of 3 GiB are there"}, {});
}

}  // namespace

TEST_CASE("a log or result that cannot be fetched leaves the job until the contact timeout") {
    const auto first = after(Who::builder, 3s);
    REQUIRE(is<NoContact>(first.decision));
    CHECK(first.noted == 3s);
    CHECK(logged(std::get<NoContact>(first.decision).line) ==
          "DEBUG i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE: 1 MiB of 3 GiB are "
          "there; tried again in the next pass");
    RunningJob quiet = job();
    quiet.silent = 600s;
    const auto last = after(Who::builder, 3s, quiet);
    check_reset(end_of(last.decision), Outcome::SILENT, {true, true}, Freeing::clean);
    CHECK_FALSE(last.noted);
}

TEST_CASE("fetching that the end of a pass cuts is gone on with until transfer_timeout") {
    const auto cut = after(Who::cut, 1799s);
    REQUIRE(is<LeaveAlone>(cut.decision));
    CHECK(std::get<LeaveAlone>(cut.decision).cut);
    CHECK(cut.noted == 1799s);
    CHECK(is<NoContact>(after(Who::builder, 1799s).decision));
    RunningJob begun = job();
    begun.fetching = 1700s;
    for (const auto who : {Who::cut, Who::builder}) {
        for (const auto& over : {after(who, 1800s), after(who, 100s, begun)}) {
            const auto v = end_of(over.decision);
            check_reset(v, Outcome::SILENT, {true, true}, Freeing::clean);
            CHECK(v.line->level == Level::WARNING);
            CHECK(v.line->text.ends_with(
                "were not fetched within transfer_timeout (30 min 0 s): 1 MiB of 3 GiB are there"));
        }
    }
    RunningJob quiet = job();
    quiet.silent = 600s;
    CHECK(is<LeaveAlone>(after(Who::cut, 0s, quiet).decision));
    CHECK(is<EndAttempt>(after(Who::builder, 0s, quiet).decision));
    quiet.build.state = S::FULLYBUILT;
    for (const auto& over : {after(Who::builder, 0s, quiet), after(Who::cut, 1800s, quiet)}) {
        const auto v = end_of(over.decision);
        CHECK(v.state == S::FULLYBUILT);
        CHECK_FALSE(v.counted.job);
    }
}

TEST_CASE("what fails us while a job's results are fetched costs it neither time nor its builder") {
    RunningJob quiet = job();
    quiet.silent = 600s;
    quiet.fetching = 1799s;
    const auto v = after(Who::ours, 3600s, quiet);
    REQUIRE(is<LeaveAlone>(v.decision));
    CHECK(std::get<LeaveAlone>(v.decision).our_fault ==
          "i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE: 1 MiB of 3 GiB are there");
    CHECK_FALSE(std::get<LeaveAlone>(v.decision).attention);
    CHECK(v.noted == 0s);
}

TEST_CASE("PACKAGEFAIL by a fault that passes is given back twice and then stands") {
    const auto failed = ended(waiting(BuildStatus::PACKAGEFAIL));
    RunningJob running = job();
    CHECK(may_be_retried(running, failed));
    running.retries = 1;
    CHECK(may_be_retried(running, failed));
    running.retries = 2;
    CHECK_FALSE(may_be_retried(running, failed));
    CHECK_FALSE(may_be_retried(job(), ended(waiting(BuildStatus::DEPFAIL))));
    const auto v = retried("mirror gone");
    check_reset(v, Outcome::GIVENBACK, {}, Freeing::clean);
    CHECK(v.again == Again::fault_passes);
    CHECK(v.log == LogNeed::required);
    CHECK(v.store_info);
    CHECK(v.detail == "PACKAGEFAIL, given back for a fault that passes: its log has 'mirror gone'");
}

TEST_CASE("results that were taken in are uploaded and count against nobody") {
    const auto v = results_taken("20261128-7-42");
    check_finish(v, S::UPLOADING, Outcome::OK, false);
    CHECK(v.leaf == "20261128-7-42");
    CHECK_FALSE(v.counted.any());
}

TEST_CASE("results that can never be taken end the build with mail and count the builder") {
    const auto v = results_refused(job(), "a file's name is /etc/passwd");
    check_finish(v, S::FAILEDTOUPLOAD, Outcome::UNTAKEABLE, true);
    CHECK(v.counted.builder);
    CHECK_FALSE(v.counted.job);
    CHECK(v.detail == "The results cannot be taken: a file's name is /etc/passwd");
    CHECK(
        logged(v) ==
        "WARNING i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE: The results cannot be "
        "taken: a file's name is /etc/passwd");
}
