// Pockets that are not where they usually are: lines, suites and what builds reach.
#include "policy/archive_lines.hpp"
#include "policy/dispatch.hpp"
#include "policy/pockets.hpp"
#include "test.hpp"

using namespace buildd;
using namespace buildd::policy;

namespace {

using P = Pocket;
using L = std::vector<std::string>;

constexpr const char* security_url = "http://security/debian-security";

// As Debian has them.
PocketPlaces debian() {
    return {{P::SECURITY, {security_url, "%(series)s-security", {"main"}, false, false}},
            {P::PROPOSED, {"", "%(series)s-proposed-updates", {}, false, false}}};
}

ArchiveLineFacts facts(ArchivePurpose purpose, Pocket pocket, const PocketPlaces& primary,
                       const PocketPlaces& own = {}) {
    return {purpose,
            "http://ppa/debian",
            "http://deb/debian",
            {"main", "contrib"},
            "bookworm",
            pocket,
            "contrib",
            "",
            {purpose == ArchivePurpose::PRIMARY ? primary : own, primary}};
}

}  // namespace

TEST_CASE("a pocket at another URL with its own suite and components makes Debian's lines") {
    const std::string d = "deb http://deb/debian bookworm";
    const std::string s = std::string("deb ") + security_url + " bookworm-security main";
    const auto lines = [&](ArchivePurpose purpose, Pocket pocket) {
        return archive_lines(facts(purpose, pocket, debian()));
    };
    const std::string both = " main contrib";
    CHECK(lines(ArchivePurpose::PRIMARY, P::RELEASE) == L{d + both});
    CHECK(lines(ArchivePurpose::PRIMARY, P::PROPOSED) ==
          L{d + both, s, d + "-updates" + both, d + "-proposed-updates" + both});
    CHECK(lines(ArchivePurpose::PRIMARY, P::BACKPORTS) ==
          L{d + both, s, d + "-updates" + both, d + "-backports" + both});
    CHECK(lines(ArchivePurpose::PPA, P::RELEASE) ==
          L{"deb http://ppa/debian bookworm main contrib", d + both, s, d + "-updates" + both});
}

TEST_CASE("an absent pocket makes no line and a suite that two pockets share makes one") {
    const PocketPlaces places{{P::SECURITY, {"", "", {}, true, false}},
                              {P::UPDATES, {"", "%(series)s", {}, false, false}}};
    CHECK(archive_lines(facts(ArchivePurpose::PRIMARY, P::UPDATES, places)) ==
          L{"deb http://deb/debian bookworm main contrib"});
    const PocketPlaces none{{P::RELEASE, {"", "", {}, true, false}}};
    CHECK(archive_lines(facts(ArchivePurpose::PRIMARY, P::RELEASE, none)).empty());
}

TEST_CASE("an archive's own line that was found missing is left out but never the last line") {
    const PocketPlaces missing{{P::RELEASE, {"", "", {}, false, true}}};
    const auto ppa = facts(ArchivePurpose::PPA, P::RELEASE, debian(), missing);
    CHECK(archive_lines(ppa).front() == "deb http://deb/debian bookworm main contrib");
    CHECK(all_archive_lines(ppa).front().left_out);
    CHECK(all_archive_lines(ppa).front().text == "deb http://ppa/debian bookworm main contrib");
    PocketPlaces none = missing;
    for (const Pocket pocket : {P::RELEASE, P::SECURITY, P::UPDATES}) none[pocket].absent = true;
    auto alone = facts(ArchivePurpose::PPA, P::RELEASE, none, missing);
    CHECK(archive_lines(alone) == L{"deb http://ppa/debian bookworm main contrib"});
    alone.external_lines = "deb http://other stable main";
    CHECK(archive_lines(alone) == L{"deb http://other stable main"});
    alone.external_lines = "deb http://ppa/debian bookworm main contrib";
    CHECK(archive_lines(alone) == L{alone.external_lines});
}

TEST_CASE("the RELEASE pocket of a primary archive is never left out and its other pockets are") {
    PocketPlaces missing;
    for (const Pocket pocket : all_pockets) missing[pocket].left_out = true;
    const std::string release = "deb http://deb/debian bookworm main contrib";
    CHECK(archive_lines(facts(ArchivePurpose::PRIMARY, P::UPDATES, missing)) == L{release});
    for (const auto purpose : {ArchivePurpose::PPA, ArchivePurpose::PARTNER})
        CHECK(archive_lines(facts(purpose, P::RELEASE, missing)) ==
              L{"deb http://ppa/debian bookworm main contrib", release});
}

TEST_CASE("a build reaches the components that its pockets have and nothing in absent ones") {
    PocketPlaces places{{P::SECURITY, {"", "", {"main", "extra"}, false, false}},
                        {P::UPDATES, {"", "", {}, true, false}}};
    const auto reached = [&](ArchivePurpose purpose, Pocket pocket, const char* component) {
        BuildFacts build;
        build.archive.id = {purpose == ArchivePurpose::PRIMARY ? 1 : 9};
        build.archive.purpose = purpose;
        build.target.pocket = P::BACKPORTS;
        const auto own = purpose == ArchivePurpose::PRIMARY ? places : PocketPlaces();
        return reaches(build, "contrib", {{1}, true, pocket, component}, {own, places});
    };
    for (const auto purpose : {ArchivePurpose::PRIMARY, ArchivePurpose::PPA}) {
        CHECK(reached(purpose, P::SECURITY, "extra"));
        CHECK_FALSE(reached(purpose, P::SECURITY, "contrib"));
        CHECK(reached(purpose, P::RELEASE, "contrib"));
        CHECK_FALSE(reached(purpose, P::UPDATES, "main"));
    }
    places[P::RELEASE].absent = true;  // external lines are there all the same
    CHECK(reached(ArchivePurpose::PRIMARY, P::RELEASE, ""));
    CHECK_FALSE(reached(ArchivePurpose::PRIMARY, P::RELEASE, "main"));
}

TEST_CASE("a builder is told the suite that its archive calls the pocket") {
    PendingJob job;
    job.build.target = {"debian", "bookworm", "amd64", SeriesStatus::FROZEN, P::PROPOSED};
    CHECK(build_arguments(job, "", false).suite == "bookworm-proposed");
    job.build.target.suite = "%(series)s-proposed-updates";
    CHECK(build_arguments(job, "", false).suite == "bookworm-proposed-updates");
    CHECK(build_arguments(job, "", false).series == "bookworm");
    job.build.target.suite = "stable-pu";
    CHECK(suite_name(job.build.target) == "stable-pu");
}
