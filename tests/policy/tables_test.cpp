// The exact tables of behaviour §7, cell by cell, and §1's legal changes.
#include <algorithm>
#include <map>

#include "policy/archive_lines.hpp"
#include "policy/pockets.hpp"
#include "policy/transitions.hpp"
#include "test.hpp"

using namespace buildd;
using namespace buildd::policy;

namespace {

using P = Pocket;

ArchiveLineFacts hoary(ArchivePurpose purpose, Pocket pocket, const std::string& component) {
    return {purpose,
            purpose == ArchivePurpose::PPA ? "http://ppa.launchpad.dev/cprov/ubuntu"
                                           : "http://launchpad.dev/ubuntu-partner",
            "http://ftpmaster.internal/ubuntu",
            {"main", "restricted", "universe", "multiverse"},
            "hoary",
            pocket,
            component,
            ""};
}

}  // namespace

TEST_CASE("uploads are allowed to the pockets that the series status says") {
    const auto allowed = [](SeriesStatus status) {
        std::vector<Pocket> pockets;
        for (const Pocket pocket : all_pockets)
            if (uploads_allowed(status, pocket)) pockets.push_back(pocket);
        return pockets;
    };
    const std::vector<Pocket> release{P::RELEASE};
    const std::vector<Pocket> others{P::SECURITY, P::UPDATES, P::PROPOSED, P::BACKPORTS};
    CHECK(allowed(SeriesStatus::FROZEN) == all_pockets);
    CHECK(allowed(SeriesStatus::SUPPORTED) == others);
    CHECK(allowed(SeriesStatus::CURRENT) == others);
    CHECK(allowed(SeriesStatus::EXPERIMENTAL) == release);
    CHECK(allowed(SeriesStatus::DEVELOPMENT) == release);
    CHECK(allowed(SeriesStatus::OBSOLETE) == release);
}

TEST_CASE("each pocket depends on the pockets of the table") {
    const auto pocket_dependencies = [](Pocket pocket) {
        const auto pockets = policy::pocket_dependencies(pocket);
        return std::vector<Pocket>(pockets.begin(), pockets.end());
    };
    CHECK(pocket_dependencies(P::RELEASE) == std::vector{P::RELEASE});
    CHECK(pocket_dependencies(P::SECURITY) == std::vector{P::RELEASE, P::SECURITY});
    CHECK(pocket_dependencies(P::UPDATES) == std::vector{P::RELEASE, P::SECURITY, P::UPDATES});
    CHECK(pocket_dependencies(P::PROPOSED) ==
          std::vector{P::RELEASE, P::SECURITY, P::UPDATES, P::PROPOSED});
    CHECK(pocket_dependencies(P::BACKPORTS) ==
          std::vector{P::RELEASE, P::SECURITY, P::UPDATES, P::BACKPORTS});
}

TEST_CASE("each pocket has the suffix of the table") {
    const std::map<Pocket, std::string> suffixes{{P::RELEASE, ""},
                                                 {P::SECURITY, "-security"},
                                                 {P::UPDATES, "-updates"},
                                                 {P::PROPOSED, "-proposed"},
                                                 {P::BACKPORTS, "-backports"}};
    for (const auto& [pocket, suffix] : suffixes) CHECK(pocket_suffix(pocket) == suffix);
    CHECK(suite_name({"ubuntu", "hoary", "i386", SeriesStatus::FROZEN, P::UPDATES}) ==
          "hoary-updates");
}

TEST_CASE("a component sees the components of the table") {
    using L = std::vector<std::string>;
    CHECK(component_dependencies("main") == L{"main"});
    CHECK(component_dependencies("restricted") == L{"main", "restricted"});
    CHECK(component_dependencies("universe") == L{"main", "restricted", "universe"});
    CHECK(component_dependencies("multiverse") ==
          L{"main", "restricted", "universe", "multiverse"});
    CHECK(component_dependencies("partner") == L{"partner"});
    CHECK(component_dependencies("contrib") == L{"main", "contrib"});
    CHECK(component_dependencies("non-free") == L{"main", "non-free"});
    CHECK(component_dependencies("non-free-firmware") == L{"main", "non-free-firmware"});
    CHECK(component_dependencies("own") == L{"main", "own"});
}

TEST_CASE("a primary build sees its archive in every pocket that its own depends on") {
    const std::string u = "deb http://ftpmaster.internal/ubuntu hoary";
    const auto lines = [](Pocket pocket) {
        return archive_lines(hoary(ArchivePurpose::PRIMARY, pocket, "main"));
    };
    using L = std::vector<std::string>;
    CHECK(lines(P::RELEASE) == L{u + " main"});
    CHECK(lines(P::SECURITY) == L{u + " main", u + "-security main"});
    CHECK(lines(P::UPDATES) == L{u + " main", u + "-security main", u + "-updates main"});
    CHECK(lines(P::PROPOSED) ==
          L{u + " main", u + "-security main", u + "-updates main", u + "-proposed main"});
    CHECK(lines(P::BACKPORTS) ==
          L{u + " main", u + "-security main", u + "-updates main", u + "-backports main"});
    CHECK(archive_lines(hoary(ArchivePurpose::PRIMARY, P::RELEASE, "universe")) ==
          L{u + " main restricted universe"});
}

TEST_CASE("partner and PPA builds see their own archive and all of the primary") {
    const std::string all = " main restricted universe multiverse";
    const std::string u = "deb http://ftpmaster.internal/ubuntu hoary";
    using L = std::vector<std::string>;
    CHECK(archive_lines(hoary(ArchivePurpose::PARTNER, P::RELEASE, "main")) ==
          L{"deb http://launchpad.dev/ubuntu-partner hoary main", u + all, u + "-security" + all,
            u + "-updates" + all});
    CHECK(archive_lines(hoary(ArchivePurpose::PPA, P::RELEASE, "main")) ==
          L{"deb http://ppa.launchpad.dev/cprov/ubuntu hoary main", u + all, u + "-security" + all,
            u + "-updates" + all});
}

TEST_CASE("a build reaches the binaries that its lines name and no others") {
    const auto reached = [](ArchivePurpose purpose, Pocket pocket, const std::string& component,
                            const BinaryFacts& binary) {
        BuildFacts build;
        build.archive.id = {purpose == ArchivePurpose::PRIMARY ? 1 : 9};
        build.archive.purpose = purpose;
        build.target.pocket = pocket;
        return reaches(build, component, binary, {});
    };
    const auto in_primary = [](Pocket pocket, const char* component) {
        return BinaryFacts{{1}, true, pocket, component};
    };
    const auto in_ppa = [](std::int64_t id, Pocket pocket, const char* component) {
        return BinaryFacts{{id}, false, pocket, component};
    };
    constexpr auto primary = ArchivePurpose::PRIMARY, ppa = ArchivePurpose::PPA;
    for (const Pocket from : all_pockets)
        for (const Pocket pocket : all_pockets) {
            const auto seen = pocket_dependencies(from);
            const bool expected = std::find(seen.begin(), seen.end(), pocket) != seen.end();
            CHECK(reached(primary, from, "main", in_primary(pocket, "main")) == expected);
        }
    CHECK_FALSE(reached(primary, P::RELEASE, "main", in_primary(P::RELEASE, "universe")));
    CHECK(reached(primary, P::RELEASE, "universe", in_primary(P::RELEASE, "main")));
    CHECK(reached(primary, P::RELEASE, "main", in_primary(P::RELEASE, "")));
    CHECK_FALSE(reached(primary, P::RELEASE, "main", in_ppa(9, P::RELEASE, "main")));
    CHECK(reached(ppa, P::RELEASE, "main", in_primary(P::UPDATES, "universe")));
    CHECK_FALSE(reached(ppa, P::RELEASE, "main", in_primary(P::PROPOSED, "main")));
    CHECK(reached(ppa, P::RELEASE, "main", in_ppa(9, P::RELEASE, "main")));
    CHECK_FALSE(reached(ppa, P::RELEASE, "main", in_ppa(9, P::UPDATES, "main")));
    CHECK_FALSE(reached(ppa, P::RELEASE, "main", in_ppa(10, P::RELEASE, "main")));
}

TEST_CASE("external lines follow an archive's own") {
    auto facts = hoary(ArchivePurpose::PRIMARY, P::RELEASE, "main");
    facts.external_lines = "deb http://a b c\n\n  deb http://d e f \n";
    CHECK(archive_lines(facts) ==
          std::vector<std::string>{"deb http://ftpmaster.internal/ubuntu hoary main",
                                   "deb http://a b c", "deb http://d e f"});
}

TEST_CASE("partner and PPA archives may always update their release pocket") {
    BuildFacts build;
    build.target.series_status = SeriesStatus::CURRENT;
    for (const auto purpose : {ArchivePurpose::PARTNER, ArchivePurpose::PPA}) {
        build.archive.purpose = purpose;
        build.target.pocket = P::RELEASE;
        CHECK_FALSE(pocket_denied(build));
        build.target.series_status = SeriesStatus::DEVELOPMENT;
        build.target.pocket = P::UPDATES;
        CHECK(pocket_denied(build));
        build.target.series_status = SeriesStatus::CURRENT;
    }
    build.archive.purpose = ArchivePurpose::PRIMARY;
    build.target.pocket = P::RELEASE;
    CHECK(pocket_denied(build));
}

TEST_CASE("L30 the legal changes of a build state are those of the table and no others") {
    using S = BuildState;
    const std::map<S, std::vector<S>> table{
        {S::NEEDSBUILD, {S::BUILDING, S::SUPERSEDED, S::CANCELLED}},
        {S::BUILDING,
         {S::NEEDSBUILD, S::FAILEDTOBUILD, S::MANUALDEPWAIT, S::CHROOTWAIT, S::UPLOADING,
          S::FULLYBUILT, S::FAILEDTOUPLOAD, S::SUPERSEDED, S::CANCELLING}},
        {S::UPLOADING, {S::FULLYBUILT, S::FAILEDTOUPLOAD}},
        {S::CANCELLING, {S::CANCELLED}},
        {S::FAILEDTOBUILD, {S::NEEDSBUILD}},
        {S::MANUALDEPWAIT, {S::NEEDSBUILD}},
        {S::CHROOTWAIT, {S::NEEDSBUILD}},
        {S::FAILEDTOUPLOAD, {S::NEEDSBUILD, S::UPLOADING}},
        {S::CANCELLED, {S::NEEDSBUILD}},
        {S::SUPERSEDED, {S::NEEDSBUILD}},
        {S::FULLYBUILT, {}},
    };
    for (const auto& [from, targets] : table)
        for (std::size_t i = 0; i < LabelsOf<S>::names.size(); ++i) {
            const auto to = static_cast<S>(i);
            const bool legal = std::find(targets.begin(), targets.end(), to) != targets.end();
            INFO(label(from) << " -> " << label(to));
            CHECK(may_change(from, to) == legal);
        }
    CHECK(may_retry(S::SUPERSEDED));
    CHECK_FALSE(may_retry(S::FULLYBUILT));
}

TEST_CASE("every state has the title that people read") {
    using S = BuildState;
    const std::map<S, std::string> titles{
        {S::NEEDSBUILD, "Needs building"},       {S::FULLYBUILT, "Successfully built"},
        {S::FAILEDTOBUILD, "Failed to build"},   {S::MANUALDEPWAIT, "Dependency wait"},
        {S::CHROOTWAIT, "Chroot problem"},       {S::SUPERSEDED, "Build for superseded Source"},
        {S::BUILDING, "Currently building"},     {S::UPLOADING, "Uploading build"},
        {S::FAILEDTOUPLOAD, "Failed to upload"}, {S::CANCELLING, "Cancelling build"},
        {S::CANCELLED, "Cancelled build"}};
    CHECK(titles.size() == LabelsOf<S>::names.size());
    for (const auto& [state, text] : titles) CHECK(title(state) == text);
}
