// Which builder may have which job, besides architecture and trust (behaviour §8).
#include "policy/fit.hpp"

#include "policy/glob.hpp"
#include "test.hpp"

using namespace buildd;
using policy::glob_matches;
using policy::misfit;
using policy::Misfit;

namespace {

BuilderFacts builder(BuilderPurpose purpose) {
    BuilderFacts facts;
    facts.purpose = std::move(purpose);
    return facts;
}

PendingJob job(const std::string& source, std::vector<std::string> tags = {}) {
    PendingJob one;
    one.build.source.name = source;
    one.demands.tags = std::move(tags);
    return one;
}

}  // namespace

TEST_CASE("a job that needs tags is for builders that have them all") {
    const auto none = builder({}), big = builder({{"big-memory"}, false, {}}),
               both = builder({{"big-memory", "fast-disk", "kvm"}, false, {}});
    CHECK_FALSE(misfit(none, job("hello")));
    CHECK_FALSE(misfit(big, job("hello")));
    CHECK(misfit(none, job("chromium", {"big-memory"})) == Misfit::tag);
    CHECK_FALSE(misfit(big, job("chromium", {"big-memory"})));
    CHECK(misfit(big, job("chromium", {"big-memory", "kvm"})) == Misfit::tag);
    CHECK_FALSE(misfit(both, job("chromium", {"big-memory", "kvm"})));
}

TEST_CASE("a reserved builder has no job that needs none of its tags") {
    const auto big = builder({{"big-memory", "kvm"}, true, {}});
    CHECK(misfit(big, job("hello")) == Misfit::reserved);
    CHECK_FALSE(misfit(big, job("chromium", {"big-memory"})));
    CHECK(misfit(big, job("chromium", {"tpm"})) == Misfit::tag);
}

TEST_CASE("a builder has no job of a source that it refuses") {
    const auto one = builder({{"kvm"}, false, {"gcc-*", "libreoffice"}});
    CHECK(misfit(one, job("gcc-12")) == Misfit::refused);
    CHECK(misfit(one, job("libreoffice", {"kvm"})) == Misfit::refused);
    CHECK_FALSE(misfit(one, job("gcc")));
    CHECK_FALSE(misfit(one, job("libreoffice-dictionaries")));
}

TEST_CASE("a build that is asked again goes to a builder against which little speaks") {
    PendingJob again = job("hello");
    again.demands.asked_again = true;
    again.demands.failed_on = {{7}};
    again.demands.unable_in_use = 1;
    auto doubted = builder({});
    doubted.peers = 3;
    doubted.suspicion = 2.1;
    doubted.witnesses = 2;
    CHECK(misfit(doubted, again) == Misfit::doubted);
    CHECK_FALSE(misfit(doubted, job("hello")));
    doubted.witnesses = 1;  // that may be the one that failed it
    CHECK_FALSE(misfit(doubted, again));
    doubted.witnesses = 2;
    doubted.suspicion = 1.4;
    CHECK_FALSE(misfit(doubted, again));
}

TEST_CASE("a glob's star is any text and its question mark any character") {
    for (const auto& [glob, text] :
         std::vector<std::pair<const char*, const char*>>{{"*", ""},
                                                          {"*", "hello"},
                                                          {"hello", "hello"},
                                                          {"h*o", "ho"},
                                                          {"h?llo", "hallo"},
                                                          {"*a*b*c", "xaybazc"},
                                                          {"gcc-1?", "gcc-12"},
                                                          {"*/sid", "debian/sid"},
                                                          {"", ""},
                                                          {"a[b]", "a[b]"},
                                                          {"100%", "100%"},
                                                          {"**", "x"},
                                                          {"*ab", "aab"}})
        CHECK(glob_matches(glob, text));
    for (const auto& [glob, text] :
         std::vector<std::pair<const char*, const char*>>{{"", "a"},
                                                          {"hello", "hell"},
                                                          {"hell", "hello"},
                                                          {"h?llo", "hllo"},
                                                          {"h*o", "hop"},
                                                          {"*a*b*c", "xaybaz"},
                                                          {"a[b]", "ab"},
                                                          {"100%", "1000"},
                                                          {"?", ""}})
        CHECK_FALSE(glob_matches(glob, text));
}

TEST_CASE("a job does not go to a builder that failed it while another of its kind lives") {
    BuilderFacts frog = builder({});
    frog.id = {4};
    frog.peers = 1;
    PendingJob failed = job("hello");
    CHECK_FALSE(misfit(frog, failed));
    failed.demands.failed_on = {{4}};
    failed.demands.unable_in_use = 1;
    CHECK(misfit(frog, failed) == Misfit::failed);
    failed.demands.failed_on = {{4}, {5}};
    failed.demands.unable_in_use = 2;
    CHECK_FALSE(misfit(frog, failed));
    failed.demands.unable_in_use = 1;  // the other is not in use
    CHECK(misfit(frog, failed) == Misfit::failed);
    failed.demands.failed_on = {{5}};
    CHECK_FALSE(misfit(frog, failed));
    failed.demands.failed_on = {{4}};
    frog.peers = 0;
    CHECK_FALSE(misfit(frog, failed));
    failed.demands.unable_in_use = 0;
    frog.peers = 1;
    frog.quarantined.emplace();
    CHECK(misfit(frog, failed) == Misfit::failed);
}
