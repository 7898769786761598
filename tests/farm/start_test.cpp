// Corners of starting a build (behaviour §7, §8).
#include <filesystem>

#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

TEST_CASE("a pocket's own chroot is taken before that of RELEASE") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.farm.sql(
        "INSERT INTO libraryfilealias (id, content, filename) VALUES (2, 11, 'chroot.tar.gz');"
        "INSERT INTO pocketchroot (distroarchseries, pocket, chroot) VALUES (6, 'UPDATES', 2);"
        "UPDATE distroseries SET status = 'FROZEN'; UPDATE build SET pocket = 'UPDATES' WHERE id = "
        "8");
    std::filesystem::create_directories(it.farm.file("librarian/2"));
    std::filesystem::copy(it.farm.file("librarian/11/evolution_1.0.dsc"),
                          it.farm.file("librarian/2/chroot.tar.gz"));
    CHECK(it.start() == 0);
    CHECK(it.fleet.state("bob") == "BUILDING");
    CHECK(it.argument("chroot") == "a11df3f82954a7c9d8f8e6e092b780aec7cba993");
}

TEST_CASE("the component is that of the newest publication here and in this archive") {
    Scenario it("current");
    it.farm.sql(
        "INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, distroseries, archive, "
        "component, status, datecreated) SELECT 14, series, archive, component.id, "
        "status::packagepublishingstatus, now() + hours * interval '1 hour' FROM (VALUES "
        "(3, 1, 'universe', 'PENDING', 1), (3, 1, 'multiverse', 'SUPERSEDED', 2), "
        "(3, 12, 'restricted', 'PUBLISHED', 3), (1, 1, 'restricted', 'PUBLISHED', 4)) "
        "v(series, archive, name, status, hours) JOIN component ON component.name = v.name");
    CHECK(it.start() == 0);
    CHECK(it.argument("ogrecomponent") == "universe");
    CHECK(it.archives() ==
          std::vector<std::string>{"deb http://ftpmaster.internal/ubuntu hoary main restricted "
                                   "universe"});
}

TEST_CASE("a builder whose reset was killed is reset again before it takes a job") {
    Scenario it("current");
    it.farm.sql(
        "UPDATE build SET archive = 9 WHERE id = 8; UPDATE builder SET trusted = false, vm_host = "
        "'vm7', clean_status = 'CLEANING'");
    it.farm.options["vm_resume_command"] =
        "/bin/sh -c 'echo \"$1\" >>" + it.farm.file("resets") + "' x %(vm_host)s";
    CHECK(it.start() == 0);
    CHECK(test::read(it.farm.file("resets")) == "vm7\n");
    CHECK(it.fleet.state("bob") == "BUILDING");
    CHECK(it.farm.value("SELECT clean_status FROM builder") == "DIRTY");
}

TEST_CASE("an ensurepresent that faults undoes the claim and counts both") {
    Scenario it(EACH_GENERATION);
    INFO(it.generation);
    it.farm.sql("DELETE FROM buildqueue");
    it.fleet.say("bob fault ensurepresent fault");
    CHECK(it.start() == 0);
    CHECK(it.fleet.count("build") == 0);
    CHECK(it.farm.state(8) == "NEEDSBUILD");
    CHECK(it.job("builder IS NULL AND attempts = 0") == "true");
    CHECK(it.build("failure_count") == "1");
    CHECK(it.farm.value("SELECT failure_count || ' ' || builderok FROM builder") == "1 true");
}

TEST_CASE("a restricted file is fetched from its own address with the password") {
    Scenario it(GENERATE("classic", "current"));
    INFO(it.generation);
    it.farm.sql("UPDATE libraryfilealias SET restricted = true WHERE id = 10");
    std::filesystem::create_directories(it.farm.file("librarian/restricted"));
    std::filesystem::rename(it.farm.file("librarian/10"), it.farm.file("librarian/restricted/10"));
    CHECK(it.start() == 0);
    CHECK(it.fleet.state("bob") == "BUILDING");
    CHECK(it.lines_with("s3cret") == 0);
    it.farm.options["librarian_password"] = "wrong";
    it.farm.sql("DELETE FROM buildqueue; UPDATE build SET buildstate = 'NEEDSBUILD' WHERE id = 8");
    CHECK(it.start() == 0);
    CHECK(it.farm.state(8) == "NEEDSBUILD");
    CHECK(it.line_with("WARNING Slave 'bob' (")
              .find("was unable to fetch file. " + it.farm.options["librarian_restricted_url"] +
                    "/10/mozilla-firefox_0.9.dsc: ") != std::string::npos);
}
