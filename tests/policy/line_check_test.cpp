// Whether apt could use a line: the rules that apt 2.6 was seen to go by.
#include "policy/line_check.hpp"

#include "test.hpp"

using namespace buildd;
using namespace buildd::policy;

namespace {

using How = LineVerdict::How;
using Release = SuiteFound::Release;

SuiteFound signed_suite() {
    SuiteFound found;
    found.release = Release::there;
    found.has_signature = true;
    for (const char* tag : {"i386", "hppa"}) found.indexes[{"main", tag}].listed = true;
    return found;
}

LineVerdict judge(const std::string& line, const SuiteFound& found) {
    return judge_line(*parse_source_line(line), {"i386", "hppa"}, found);
}

}  // namespace

TEST_CASE("apt takes a suite that is there signed in time and has what the line names") {
    const std::string line = "deb http://h/d sid main";
    CHECK(judge(line, signed_suite()).how == How::good);
    CHECK(judge(line, signed_suite()).why.empty());

    SuiteFound found;
    CHECK(judge(line, found).how == How::missing);
    CHECK(judge(line, found).why == "http://h/d/dists/sid has no Release");
    found.release = Release::failed;
    found.why = "h:80 does not answer";
    CHECK(judge(line, found).how == How::unusable);
    CHECK(judge(line, found).why == found.why);
    found.release = Release::untold;
    CHECK(judge(line, found).how == How::partly);

    found = signed_suite();
    found.has_signature = false;
    found.expired = true;
    CHECK(judge(line, found).how == How::unusable);
    CHECK(judge(line, found).why ==
          "its Release is not signed, and apt takes no such suite; the Valid-Until of its Release "
          "is over");
}

TEST_CASE("a Release of another name is a remark as apt warns and takes it") {
    SuiteFound found = signed_suite();
    const auto named = [&](const char* suite, const char* codename) {
        found.suite = suite;
        found.codename = codename;
        return judge("deb http://h/d hoary main", found);
    };
    CHECK(named("hoary", "x").how == How::good);
    CHECK(named("x", "hoary").how == How::good);
    CHECK(named("stable", "warty").how == How::partly);
    CHECK(named("stable", "warty").why ==
          "its Release is of the suite 'stable' (warty), of which apt warns");
    CHECK(judge("deb http://h/d warty/updates main", found).how == How::good);
    CHECK(judge("deb http://h/d ./", found).how == How::good);
}

TEST_CASE("a line that says trusted=yes needs no signature and no Release") {
    const std::string line = "deb [ trusted=yes ] http://h/d sid main";
    SuiteFound found = signed_suite();
    found.has_signature = false;
    CHECK(judge(line, found).how == How::good);
    CHECK(judge(line, SuiteFound()).how == How::partly);
    CHECK(judge("deb [trusted=yes] http://h/d ./", found).how == How::good);
    CHECK(judge("deb http://h/d ./", found).how == How::unusable);
}

TEST_CASE("components and architectures that a suite lacks are named and all of them are a fault") {
    SuiteFound found = signed_suite();
    auto verdict = judge("deb http://h/d sid main universe", found);
    CHECK(verdict.how == How::partly);
    CHECK(verdict.why ==
          "Release has no packages of universe for i386; Release has no packages of universe for "
          "hppa");
    CHECK(judge("deb http://h/d sid universe", found).how == How::unusable);
    found.indexes[{"main", "hppa"}].listed = false;
    verdict = judge("deb http://h/d sid main", found);
    CHECK(verdict.how == How::unusable);
    CHECK(verdict.why == "Release has no packages of main for hppa");
    CHECK(judge("deb [arch=i386,arm64] http://h/d sid main", found).how == How::good);
    found.indexes[{"main", "hppa"}] = {true, "it has another digest", false};
    CHECK(judge("deb http://h/d sid main", found).how == How::unusable);
    found.indexes[{"main", "hppa"}].untold = true;
    CHECK(judge("deb http://h/d sid main", found).how == How::partly);
    CHECK(judge("deb http://h/d sid main", found).why == "it has another digest");
}
