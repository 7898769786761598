// What builds and attempts were given is recorded with them, not computed anew (behaviour §8, §9).
#include "support/result.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

constexpr const char* nominate_hppa =
    "UPDATE distroseries SET nominatedarchindep = 12 WHERE id = 3";

}  // namespace

TEST_CASE("moving the nominated architecture while a build runs loses no arch all package") {
    Scenario it("current");
    it.farm.sql("UPDATE sourcepackagerelease SET architecturehintlist = 'any all' WHERE id = 14");
    const test::TempFolder results;
    test::ResultWish all;
    all.architecture = "all";
    test::make_result(results.path(), all);
    it.set_up_job();
    it.farm.sql(nominate_hppa);
    CHECK(it.collect_waiting("OK", "files=" + results.path()) == 0);
    CHECK(it.farm.state(8) == "FULLYBUILT");
    CHECK(it.farm.value("SELECT architecture FROM binarypackagerelease WHERE build = 8") == "all");
    CHECK(it.run({"queue", "build"}) == 0);
    CHECK(it.farm.value("SELECT string_agg(architecturetag || ' ' || arch_indep, ', ') FROM build "
                        "JOIN distroarchseries das ON das.id = distroarchseries WHERE "
                        "sourcepackagerelease = 14 AND archive = 1 AND distroseries = 3") ==
          "i386 true, hppa false");
}

TEST_CASE("a pending build makes the arch all packages that it was made for") {
    Scenario it("current");
    it.farm.sql(nominate_hppa);
    CHECK(it.start() == 0);
    CHECK(it.argument("arch_indep") != "");
    const std::string told = it.argument("arch_indep");
    it.farm.sql("UPDATE build SET arch_indep = false WHERE id = 7");
    Scenario other("current");
    other.farm.sql("UPDATE build SET arch_indep = false WHERE id = 8");
    CHECK(other.start() == 0);
    CHECK(other.argument("arch_indep") != told);
}

TEST_CASE("an arch all source that is built already is not built again when the nomination moves") {
    test::TestFarm farm;
    farm.sql("UPDATE sourcepackagerelease SET architecturehintlist = 'all' WHERE id = 14");
    farm.sql(nominate_hppa);
    const auto done = test::run_program({"queue", "build"}, farm.environment());
    INFO(done.err);
    CHECK(done.status == 0);
    CHECK(farm.value("SELECT count(*) FROM build WHERE sourcepackagerelease = 14 AND archive = 1 "
                     "AND distroarchseries = 12") == "0");
}

TEST_CASE("a build that waits makes the arch all packages once an architecture is nominated") {
    test::TestFarm farm;
    farm.sql(
        "UPDATE sourcepackagerelease SET architecturehintlist = 'any all' WHERE id = 15;"
        "UPDATE distroseries SET nominatedarchindep = NULL");
    const auto queue = [&] {
        return test::run_program({"queue", "build"}, farm.environment()).status;
    };
    CHECK(queue() == 0);
    const char* indep =
        "SELECT string_agg(distroarchseries::text, ' ') FROM build WHERE sourcepackagerelease = 15 "
        "AND arch_indep";
    CHECK(farm.value(indep) == "NULL");
    farm.sql(nominate_hppa);
    CHECK(queue() == 0);
    CHECK(farm.value(indep) == "12");
    farm.sql("UPDATE distroseries SET nominatedarchindep = 6 WHERE id = 3");
    CHECK(queue() == 0);
    CHECK(farm.value(indep) == "12");
}

TEST_CASE("chroot and archive lines that an attempt was given stay with it and are shown") {
    Scenario it("current");
    it.farm.sql(
        "UPDATE archive SET url = 'http://joe:geheim@old/ubuntu', external_lines = "
        "'deb http://extra/ x main' WHERE id = 1");
    CHECK(it.start() == 0);
    it.farm.sql(
        "UPDATE archive SET url = 'http://new/ubuntu', external_lines = NULL WHERE id = 1;"
        "UPDATE pocketchroot SET chroot = 10");
    const auto shown = [&] {
        CHECK(it.run({"build", "show", "8"}) == 0);
        return it.out();
    };
    const auto is_there = [&] {
        const std::string out = shown();
        INFO(out);
        CHECK(out.find("/1/chroot-hoary-i386.tar.gz\n") != std::string::npos);
        CHECK(out.find("deb http://joe:***@old/ubuntu hoary main\n") != std::string::npos);
        CHECK(out.find("deb http://extra/ x main\n") != std::string::npos);
        CHECK(out.find("//new/") == std::string::npos);
        CHECK(out.find("geheim") == std::string::npos);
    };
    is_there();
    it.fleet.say("bob state WAITING PACKAGEFAIL " +
                 it.farm.value("SELECT build || '-' || id FROM buildqueue WHERE build = 8"));
    CHECK(it.run({"collect"}) == 0);
    CHECK(it.farm.state(8) == "FAILEDTOBUILD");
    is_there();
    CHECK(it.farm.value("SELECT count(*) FROM buildattempt WHERE archive_lines LIKE '%geheim%'") ==
          "0");
}
