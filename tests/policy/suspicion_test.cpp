// What the ends of attempts say against a builder, value by value.
#include "policy/suspicion.hpp"

#include <cmath>

#include "test.hpp"

using namespace buildd;
using namespace buildd::policy;

namespace {

bool is_about(double value, double expected) {
    return std::abs(value - expected) < 0.05;
}

SaidOfBuilder package_failure(PeerEnds peers, int living = 2) {
    return {Outcome::PACKAGEFAIL, false, false, living, peers};
}

// A stretch of ends on a builder whose peers' packages fail at `rate` of a hundred.
double after(double suspicion, int good, int failed, int rate) {
    for (int i = 0; i < failed; ++i)
        suspicion = add_weight(suspicion, weight(package_failure({rate, 100})));
    for (int i = 0; i < good; ++i) suspicion = add_weight(suspicion, weight({Outcome::OK}));
    return suspicion;
}

}  // namespace

TEST_CASE(
    "a failure that counts against its builder weighs two or three and good ends wear it off") {
    CHECK(is_about(weight({Outcome::BUILDERFAIL, true}), 3.0));
    CHECK(is_about(weight({Outcome::CHROOTFAIL, true}), 2.1));
    CHECK(is_about(weight({Outcome::OK}), -0.6));
    CHECK(is_about(weight({Outcome::DEPFAIL}), 0));
    CHECK(is_about(weight({Outcome::GIVENBACK}), 0));
    CHECK(is_about(add_weight(3.0, -1.1), 1.9));
    CHECK(is_about(add_weight(0.5, -1.1), 0));
    CHECK_FALSE(is_suspect(2.9));
    CHECK(is_suspect(3.0));
}

TEST_CASE("PACKAGEFAIL weighs by how usual it is on the builder's peers") {
    CHECK(is_about(weight(package_failure({})), 2.08));
    CHECK(is_about(weight(package_failure({5, 100})), 2.1));
    CHECK(is_about(weight(package_failure({30, 100})), 1.0));
    CHECK(is_about(weight(package_failure({80, 100})), 0));
    CHECK(is_about(weight(package_failure({100, 100})), 0));
    CHECK(weight(package_failure({3, 10})) < weight(package_failure({0, 10})));
}

TEST_CASE("PACKAGEFAIL says nothing of the only builder of its kind") {
    CHECK(is_about(weight(package_failure({}, 0)), 0));
    CHECK(is_about(weight({Outcome::BUILDERFAIL, true, false, 0}), 3.0));
}

TEST_CASE("PACKAGEFAIL says nothing of a builder that repeats what another one said") {
    SaidOfBuilder second = package_failure({});
    second.repeats = true;
    CHECK(is_about(weight(second), 0));
}

TEST_CASE("a source speaks against a builder once") {
    SaidOfBuilder again = package_failure({});
    again.source_counted = true;
    CHECK(is_about(weight(again), 0));
    again = {Outcome::BUILDERFAIL, true, true, 2};
    CHECK(is_about(weight(again), 0));
}

TEST_CASE("a builder that fails every package is to rest after four and one of a rebuild is not") {
    CHECK_FALSE(is_suspect(after(0, 0, 1, 5)));
    CHECK(is_suspect(after(0, 0, 2, 5)));
    CHECK(after(0, 0, 3, 5) < quarantine_at);
    CHECK(after(0, 0, 4, 5) >= quarantine_at);
    double suspicion = 0;  // three of ten fail, and one bad stretch
    for (int i = 0; i < 20; ++i) suspicion = after(suspicion, 7, 3, 30);
    CHECK(suspicion < suspect_above);
    CHECK(after(suspicion, 0, 5, 30) < quarantine_at);
}
