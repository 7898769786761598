// Which builds a published source needs and what of it nobody will build (behaviour §9).
#include "policy/wanted_builds.hpp"

#include "base/text.hpp"
#include "test.hpp"

using namespace buildd;
using namespace buildd::policy;

namespace {

using Architectures = std::vector<SeriesArchitecture>;
using Sentences = std::vector<std::string>;

const Architectures three{
    {{1}, "amd64", true, true}, {{2}, "arm64", true, false}, {{3}, "i386", true, false}};

Architectures with(Architectures architectures, std::size_t one, bool enabled, bool nominated) {
    architectures[one].enabled = enabled;
    architectures[one].nominated = nominated;
    return architectures;
}

PublishedSource source(const std::string& hints, const std::string& indep_hints = "") {
    PublishedSource one;
    one.hints = hints;
    one.indep_hints = indep_hints;
    return one;
}

PublishedSource built(PublishedSource one, const std::string& taken, bool indep_taken) {
    one.taken = split_words(taken);
    one.indep_taken = indep_taken;
    return one;
}

// "amd64+all arm64": the builds that are missing.
std::string missing(const PublishedSource& one, const Architectures& architectures = three) {
    std::vector<std::string> words;
    for (const auto& build : plan_builds(one, architectures).missing)
        words.push_back(build.tag + (build.arch_indep ? "+all" : ""));
    return join(words, " ");
}

Sentences never(const PublishedSource& one, const Architectures& architectures = three) {
    return plan_builds(one, architectures).never;
}

}  // namespace

TEST_CASE("arch all packages are made by one build on the nominated architecture") {
    CHECK(missing(source("all")) == "amd64+all");
    CHECK(missing(source(" all ")) == "amd64+all");
    CHECK(missing(source("any all")) == "amd64+all arm64 i386");
    CHECK(missing(source("any")) == "amd64+all arm64 i386");
    CHECK(missing(source("arm64 all")) == "amd64+all arm64");
    CHECK(missing(source("arm64")) == "arm64");
    CHECK(never(source("any all")).empty());
}

TEST_CASE("arch all packages that a build makes are made by no other when the nomination moves") {
    const auto moved = with(with(three, 0, true, false), 1, true, true);
    CHECK(missing(built(source("all"), "amd64", true), moved) == "");
    CHECK(missing(built(source("any all"), "amd64", true), moved) == "arm64 i386");
    CHECK(never(built(source("any all"), "amd64", true), moved).empty());
}

TEST_CASE("Build-Indep-Architecture says where arch all packages are made") {
    CHECK(missing(source("all", "arm64")) == "arm64+all");
    CHECK(missing(source("any all", "arm64")) == "amd64 arm64+all i386");
    CHECK(missing(source("any all", "any")) == "amd64+all arm64 i386");
    CHECK(missing(source("any all", "arm64 i386")) == "amd64 arm64+all i386");
    CHECK(missing(source("i386 all", "arm64 i386")) == "i386+all");
    CHECK(missing(source("all", "arm64"), with(three, 0, true, false)) == "arm64+all");
    CHECK(missing(source("any all", "s390x")) == "amd64 arm64 i386");
    CHECK(
        never(source("any all", "s390x")) ==
        Sentences{"its arch:all packages are for s390x (Build-Indep-Architecture), and its series "
                  "has only amd64, arm64, i386"});
    CHECK(missing(source("all", "arm64"), with(three, 1, false, false)) == "");
    CHECK(never(source("all", "arm64"), with(three, 1, false, false)).size() == 1);
}

TEST_CASE("what nobody will build is told with its reason") {
    const auto none_nominated = with(three, 0, true, false);
    const auto disabled = with(three, 0, false, true);
    CHECK(missing(source("all"), none_nominated) == "");
    CHECK(
        never(source("all"), none_nominated) ==
        Sentences{"its arch:all packages need a nominated architecture, and its series has none"});
    CHECK(missing(source("any all"), none_nominated) == "amd64 arm64 i386");
    CHECK(never(source("any all"), none_nominated).size() == 1);
    CHECK(never(source("any"), none_nominated).empty());
    CHECK(never(source("all"), disabled) ==
          Sentences{"its arch:all packages are for amd64, the nominated architecture, which is "
                    "disabled"});
    CHECK(never(source("hppa kfreebsd-any")) ==
          Sentences{"it is for hppa kfreebsd-any, and its series has only amd64, arm64, i386"});
    CHECK(never(source("hppa all")).size() == 1);
    CHECK(missing(source("hppa all")) == "amd64+all");
    CHECK(never(source("amd64"), disabled) == Sentences{"it is for amd64, and amd64 is disabled"});
    CHECK(never(source("any"), {}) ==
          Sentences{"it is for any, and its series has no enabled architecture"});
    CHECK(never(source("")) == Sentences{"its .dsc names no architecture"});
    CHECK(never(built(source("hppa"), "hppa", false)).empty());
    auto closed = source("any");
    closed.archive_enabled = false;
    CHECK(never(closed) == Sentences{"its archive is disabled"});
    CHECK(missing(closed) == "");
}

TEST_CASE("a build that nobody has begun comes to make the arch all packages that none makes") {
    auto waiting = built(source("any all"), "amd64 arm64 i386", false);
    CHECK_FALSE(plan_builds(waiting, three).adopts_indep);
    CHECK(never(waiting) ==
          Sentences{"its build for amd64 was made without its arch:all packages"});
    waiting.waiting = {"amd64"};
    CHECK(plan_builds(waiting, three).adopts_indep == DistroArchSeriesId{1});
    CHECK(never(waiting).empty());
}
