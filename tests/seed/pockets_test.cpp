// "Pocket dependencies": what a build for each pocket depends on and is told.
#include "policy/pockets.hpp"

#include <fmt/format.h>

#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

// Build 8 for that pocket in a FROZEN series, which allows building in all pockets.
void start_in(Scenario& it, const std::string& pocket) {
    it.farm.sql("UPDATE distroseries SET status = 'FROZEN' WHERE name = 'hoary'");
    it.farm.sql("UPDATE build SET pocket = '" + pocket + "' WHERE id = 8");
    CHECK(it.start() == 0);
}

void check_started(const Scenario& it, const std::string& suite,
                   const std::vector<std::string>& suites) {
    CHECK(it.ensured() == 2);
    CHECK(it.fleet.state("bob") == "BUILDING");
    std::vector<std::string> lines;
    for (const auto& each : suites)
        lines.push_back(fmt::format("deb http://ftpmaster.internal/ubuntu {} main", each));
    CHECK(it.archives() == lines);
    CHECK(it.argument("suite") == suite);
    CHECK(it.argument("archive_purpose") == "PRIMARY");
}

}  // namespace

TEST_CASE("Pocket dependencies: the table is the seed's") {
    std::string shown = "Pocket    |   Dependencies\n----------+---------------\n";
    for (const Pocket pocket : {Pocket::RELEASE, Pocket::BACKPORTS, Pocket::SECURITY,
                                Pocket::UPDATES, Pocket::PROPOSED}) {
        shown += fmt::format("{:>9} |", label(pocket));
        for (const Pocket needed : policy::pocket_dependencies(pocket))
            shown += fmt::format(" {}", label(needed));
        shown += "\n";
    }
    CHECK(shown ==
          "Pocket    |   Dependencies\n"
          "----------+---------------\n"
          "  RELEASE | RELEASE\n"
          "BACKPORTS | RELEASE SECURITY UPDATES BACKPORTS\n"
          " SECURITY | RELEASE SECURITY\n"
          "  UPDATES | RELEASE SECURITY UPDATES\n"
          " PROPOSED | RELEASE SECURITY UPDATES PROPOSED\n");
}

TEST_CASE("Pocket dependencies: a build in UPDATES sees RELEASE SECURITY and UPDATES") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    start_in(it, "UPDATES");
    check_started(it, "hoary-updates", {"hoary", "hoary-security", "hoary-updates"});
}

TEST_CASE("Pocket dependencies: a build in PROPOSED sees its own pocket too") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    start_in(it, "PROPOSED");
    check_started(it, "hoary-proposed",
                  {"hoary", "hoary-proposed", "hoary-security", "hoary-updates"});
}

TEST_CASE("Pocket dependencies: a build in SECURITY remains pending") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    start_in(it, "SECURITY");
    CHECK(it.fleet.count("build") + it.fleet.count("ensurepresent") == 0);
    CHECK(it.farm.state(8) == "NEEDSBUILD");
    CHECK(it.job("builder IS NULL") == "true");
}

TEST_CASE("Pocket dependencies: a build in BACKPORTS sees its own pocket too") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    start_in(it, "BACKPORTS");
    check_started(it, "hoary-backports",
                  {"hoary", "hoary-backports", "hoary-security", "hoary-updates"});
}
