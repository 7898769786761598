// What a failing start comes to, value by value.
#include "policy/start_failure.hpp"

#include "policy/collect_facts.hpp"

using namespace buildd;
using namespace buildd::policy;

namespace {

using namespace std::chrono_literals;

EndAttempt end_of(const StartFailure& failure) {
    REQUIRE(std::holds_alternative<EndAttempt>(failure));
    return std::get<EndAttempt>(failure);
}

void check_undone(const EndAttempt& end, Counted counted, const std::string& why) {
    check_reset(end, Outcome::UNSTARTED, counted, Freeing::none);
    CHECK(end.detail == why);
    CHECK_FALSE(end.fail_builder);
}

}  // namespace

TEST_CASE("a builder that was asked for files is waited for when it answers nothing else") {
    const auto still = call_failure(CallFailure::late_while_it_fetches, "frog:8221 was late");
    REQUIRE(std::holds_alternative<FetchesStill>(still));
    CHECK(std::get<FetchesStill>(still).why == "frog:8221 was late");
    CHECK(std::holds_alternative<FetchesStill>(status_failure("frog:8221 was late", true)));
}

TEST_CASE("a builder that gives a start no answer is failed and one that answers wrongly counted") {
    for (const auto& failure :
         {call_failure(CallFailure::no_answer, "refused"), status_failure("refused", false)}) {
        const auto silent = end_of(failure);
        check_reset(silent, Outcome::UNSTARTED, {false, true}, Freeing::none);
        CHECK(silent.fail_builder == "Exception (refused) when setting up to new job");
    }
    check_undone(end_of(call_failure(CallFailure::bad_answer, "HTML")), {true, true}, "HTML");
}

TEST_CASE("a builder that is not idle right before build loses the job and nobody is counted") {
    WorkerStatus busy = says(BuilderStatus::BUILDING, "8-1");
    busy.raw_builder_status = "BuilderStatus.BUILDING";
    check_undone(end_of(not_idle(busy)), {}, "the builder is BuilderStatus.BUILDING");
}

TEST_CASE("a build whose answer was lost was started if its builder has the cookie") {
    check_undone(end_of(build_refused("no chroot")), {true, true}, "no chroot");
    const Cookie cookie{{7}, {42}};
    CHECK(what_became_of_build(Error{"silent"}, cookie) == BuildSent::unknown);
    CHECK(what_became_of_build(building("x"), cookie) == BuildSent::started);
    CHECK(what_became_of_build(waiting(BuildStatus::OK), cookie) == BuildSent::started);
    CHECK(what_became_of_build(says(BuilderStatus::IDLE), cookie) == BuildSent::not_started);
    CHECK(what_became_of_build(says(BuilderStatus::BUILDING, "8-1"), cookie) ==
          BuildSent::not_started);
}

TEST_CASE("a start that waits for a file ends when its time is over") {
    CHECK_FALSE(start_over(frog(), "http://librarian/1/x.dsc", 599999ms, 600s));
    const auto end = start_over(frog(), "http://librarian/1/x.dsc", 600s, 600s);
    REQUIRE(end);
    CHECK(end->late);
    CHECK(end->again == Again::start_late);
    CHECK(end->detail.find("http://librarian/1/x.dsc: not there within 10 min 0 s") !=
          std::string::npos);
}
