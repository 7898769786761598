// archive refresh and builds of an archive whose pockets are not where they usually are.
#include <fmt/format.h>

#include "mirror.hpp"
#include "support/result.hpp"
#include "support/scenario.hpp"

using namespace buildd;
using test::Lines;
using test::Mirror;
using test::Scenario;
using test::stanza;

TEST_CASE("a refresh reads each pocket where its archive has it") {
    Mirror mirror;
    mirror.publish(stanza("a1", "1"));
    mirror.apt.put_index("hoary-proposed-updates", "main", "i386", stanza("pu", "1"));
    mirror.apt.release("hoary-proposed-updates");
    test::AptRepository security(mirror.folder.path() + "/security");
    security.put_index("hoary-security", "main", "i386", stanza("sec", "1"));
    security.release("hoary-security");
    CHECK(mirror.refresh().text() == "1 index, 1 binaries: 1 added");
    mirror.farm.sql(
        fmt::format("INSERT INTO archivepocket (archive, pocket, url, suite) VALUES "
                    "(1, 'SECURITY', '{}', '%(series)s-security'), "
                    "(1, 'PROPOSED', NULL, '%(series)s-proposed-updates')",
                    mirror.url("joe:secret@") + "security/"));
    CHECK(mirror.refresh().text() == "2 indexes, 2 binaries: 2 added");
    CHECK(mirror.rows() ==
          Lines{"6|RELEASE|a1|1||main", "6|SECURITY|sec|1||main", "6|PROPOSED|pu|1||main"});
    CHECK(mirror.refresh().text() == "is so already");
    mirror.farm.sql("DELETE FROM archivepocket WHERE pocket = 'SECURITY'");
    CHECK_FALSE(mirror.refresh().failed);
    CHECK(mirror.warnings().size() == 1);  // it is not at the archive's URL, and stays
    CHECK(mirror.rows().size() == 3);
    mirror.farm.sql(
        "INSERT INTO archivepocket (archive, pocket, absent) VALUES (1, 'SECURITY', true)");
    CHECK(mirror.refresh().text() == "0 indexes, 0 binaries: 1 removed");
    CHECK(mirror.warnings().empty());
}

TEST_CASE("an empty archive is no error of a refresh and its line is left out until it is there") {
    Mirror mirror;
    const auto missing = [&] {
        return mirror.farm.value(
            "SELECT string_agg(pocket::text, ' ' ORDER BY pocket) FROM "
            "archive_places('{1}') WHERE distroseries = 3 AND left_out");
    };
    const std::string all = "RELEASE SECURITY UPDATES PROPOSED BACKPORTS";
    CHECK_FALSE(mirror.refresh().failed);
    CHECK(missing() == all);
    mirror.publish(stanza("a1", "1"));
    CHECK(mirror.refresh().added == 1);
    CHECK(missing() == "SECURITY UPDATES PROPOSED BACKPORTS");
    mirror.apt.remove("hoary", "Release");  // in repair: known, so that it is no empty one
    CHECK_FALSE(mirror.refresh().failed);
    CHECK(missing() == "SECURITY UPDATES PROPOSED BACKPORTS");
    mirror.forget_missing = true;
    CHECK(mirror.refresh().removed == 1);
    CHECK(missing() == all);
    // Where nobody can say whether it is there.
    mirror.farm.sql(
        "DELETE FROM archivemissing; UPDATE archive SET url = 'http://127.0.0.1:1/' WHERE id = 1");
    CHECK(mirror.refresh().failed);
    CHECK(missing() == "NULL");
}

TEST_CASE("a refresh of a PPA finds missing what its builds are given and nothing else") {
    Mirror mirror;
    mirror.farm.sql(
        fmt::format("UPDATE archive SET url = '{}none' WHERE id = 9", mirror.url("joe:secret@")));
    CHECK_FALSE(mirror.refresh_all({"9"}).at(0).failed);
    CHECK(mirror.farm.db().rows("SELECT DISTINCT archive, pocket FROM archivemissing") ==
          Lines{"9|RELEASE"});
}

namespace {

constexpr const char* hoary_like_debian =
    "UPDATE distroseries SET status = 'FROZEN' WHERE name = 'hoary';"
    "UPDATE build SET pocket = 'PROPOSED' WHERE id = 8;"
    "INSERT INTO archivepocket (archive, pocket, url, suite, components) VALUES "
    "(1, 'PROPOSED', NULL, '%(series)s-proposed-updates', NULL), "
    "(1, 'SECURITY', 'http://security/x', NULL, 'main extra');"
    "INSERT INTO archivepocket (archive, distroseries, pocket, absent) VALUES "
    "(1, 3, 'UPDATES', true)";

}  // namespace

TEST_CASE("a builder is told suites and lines as the archive of its build has them") {
    Scenario it("current");
    it.farm.sql(hoary_like_debian);
    CHECK(it.start() == 0);
    CHECK(it.archives() == Lines{"deb http://ftpmaster.internal/ubuntu hoary main",
                                 "deb http://ftpmaster.internal/ubuntu hoary-proposed-updates main",
                                 "deb http://security/x hoary-security main extra"});
    CHECK(it.argument("suite") == "hoary-proposed-updates");
    CHECK(it.argument("series") == "hoary");
}

TEST_CASE("a build is taken in and published in the suite that its archive has") {
    Scenario it("current");
    it.farm.sql(hoary_like_debian);
    const test::TempFolder results;
    test::ResultWish wish;
    wish.distribution = "hoary-proposed-updates";
    test::make_result(results.path(), wish);
    it.farm.options["publish_command"] =
        "/bin/sh -c 'echo $1 >" + it.farm.file("suite") + "' x %(suite)s";
    it.set_up_job();
    CHECK(it.collect_waiting("OK", "files=" + results.path()) == 0);
    CHECK(it.farm.state(8) == "FULLYBUILT");
    CHECK(test::read(it.farm.file("suite")) == "hoary-proposed-updates\n");
}
