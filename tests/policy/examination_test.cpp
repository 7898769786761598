// Three outcomes of an upload, and when it is tried again.
#include "policy/examination.hpp"

#include "policy/backoff.hpp"
#include "test.hpp"

using namespace buildd::policy;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const UploadTries::Time noon{hours(24 * 365 * 30)};

Examination own(int exit_code, bool killed = false) {
    return examination({true, true, exit_code, killed});
}
Examination custom(int exit_code, bool killed = false) {
    return examination({false, true, exit_code, killed});
}

}  // namespace

TEST_CASE("only 0 and 65 of the program's own uploader are a verdict") {
    for (int code = 0; code < 256; ++code) {
        INFO(code);
        const auto expected = code == 0 || code == 65 ? Examination::settled
                              : code == 1             ? Examination::given_up
                                                      : Examination::not_examined;
        CHECK(own(code) == expected);
    }
    CHECK(own(0, true) == Examination::not_examined);
    CHECK(examination({true, false, 0, false}) == Examination::not_examined);
}

TEST_CASE("a farm's own uploader judges by every end but 75 and a start that fails") {
    for (int code = 0; code < 256; ++code)
        CHECK((custom(code) == Examination::settled) == (code != 75));
    CHECK(custom(0, true) == Examination::settled);
    CHECK(examination({false, false, 0, false}) == Examination::not_examined);
}

TEST_CASE("an upload is tried again after 1 2 4 8 and then every 15 minutes") {
    std::vector<long> waits;
    for (int n = 1; n <= 7; ++n) waits.push_back(upload_backoff(n).count());
    CHECK(waits == std::vector<long>{1, 2, 4, 8, 15, 15, 15});
    CHECK(upload_backoff(100000) == minutes(15));
    const auto tries = one_more(one_more({}, noon, false, "a"), noon + minutes(2), false, "b");
    CHECK(tries.tries == 2);
    CHECK(tries.first == noon);
    CHECK(tries.reason == "b");
    CHECK_FALSE(upload_is_due(tries, noon + minutes(2) + seconds(119)));
    CHECK(upload_is_due(tries, noon + minutes(4)));
    CHECK(upload_is_due(tries, noon - hours(1)));  // a clock that was wrong keeps nothing waiting
    CHECK(upload_is_due({}, noon));
}

TEST_CASE("uploads that come to nothing for more than ten minutes need a person") {
    const auto tries = one_more({}, noon, false, "a");
    CHECK_FALSE(needs_person(tries, noon + minutes(10)));
    CHECK(needs_person(tries, noon + minutes(10) + seconds(1)));
    CHECK_FALSE(needs_person({}, noon));
}

TEST_CASE("a leaf is to blame when its reader is killed a third time while others pass") {
    auto tries = one_more({}, noon, true, "");
    tries = one_more(tries, noon + minutes(1), false, "");
    tries = one_more(tries, noon + minutes(2), true, "");
    CHECK_FALSE(kills_readers(tries, noon + minutes(1)));
    tries = one_more(tries, noon + minutes(3), true, "");
    CHECK(kills_readers(tries, noon + minutes(1)));
    CHECK_FALSE(kills_readers(tries, noon - minutes(1)));  // nobody else went well since
    CHECK_FALSE(kills_readers(tries, std::nullopt));
}
