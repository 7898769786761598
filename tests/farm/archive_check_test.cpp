// archive check over real HTTP (buildd-master(1)): each line that builders are given, as apt would
// fetch it.
#include <cstdlib>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/text.hpp"
#include "farm/check_archives.hpp"
#include "mirror.hpp"

using namespace buildd;
using test::gz;
using test::Lines;
using test::Mirror;
using test::stanza;

namespace {

struct Checked : Mirror {
    Checked() {
        farm.sql(
            "UPDATE distroseries SET status = 'FROZEN' WHERE id = 3;"
            "UPDATE distroarchseries SET enabled = id = 6");
    }
    // A suite with main for i386, and a signature whosesoever.
    void suite(const std::string& name) { put(apt, name); }
    static void put(test::AptRepository& repository, const std::string& name) {
        repository.put_index(name, "main", "i386", stanza("a1", "1"));
        repository.release(name);
        repository.alter(name, "Release.gpg", "a signature");
    }
    void all_of_ubuntu() {
        for (const char* suffix : {"", "-security", "-updates", "-proposed", "-backports"})
            suite(std::string("hoary") + suffix);
    }
    farm::ArchiveCheck check(const std::string& archive = "1") {
        Log log(Level::INFO);
        const StopSignals signals;
        return farm::check_archives(farm.settings().settings, farm.db().session(), {archive},
                                    signals, log)
            .at(0);
    }
    Lines words(const farm::ArchiveCheck& done) const {
        Lines all;
        for (const auto& line : done.lines)
            if (!line.words().empty()) all.push_back(mask_passwords(line.words()));
        return all;
    }
    std::string line(const std::string& suite) const {
        return fmt::format("deb {} {} main: ", url("joe:***@"), suite);
    }
    std::string at(const std::string& suite) const { return url("joe:***@") + "dists/" + suite; }
    std::string missing() {
        return farm.value(
            "SELECT string_agg(archive || ' ' || pocket, ', ' ORDER BY 1, pocket) FROM "
            "archivemissing");
    }
};

constexpr const char* left_out =
    ": left out of what builders are given until it is there or something is published in it";

}  // namespace

TEST_CASE("a check of Ubuntu's layout names each line that apt could not use and why") {
    Checked it;
    it.all_of_ubuntu();
    CHECK(it.check().text() == "5 lines");
    CHECK(it.words(it.check()).empty());
    it.apt.remove("hoary-updates", "Release");
    it.apt.alter("hoary-proposed", gz, "damaged");
    it.apt.remove("hoary-backports", "Release.gpg");
    const auto done = it.check();
    CHECK(done.text() == "5 lines, 3 that apt cannot use");
    const auto size = test::read(it.folder.path() + "/dists/hoary/" + gz).size();
    CHECK(it.words(done) ==
          Lines{it.line("hoary-updates") + it.at("hoary-updates") + " has no Release" + left_out,
                it.line("hoary-proposed") + it.at("hoary-proposed") + "/" + gz +
                    fmt::format(": it has 7 bytes, Release states {}", size),
                it.line("hoary-backports") +
                    "its Release is not signed, and apt takes no such suite"});
    CHECK(it.missing() == "1 UPDATES");
    CHECK(it.farm.value("SELECT count(*) FROM archivefault WHERE archive = 1") == "3");
    CHECK(it.farm.value("SELECT line FROM archivefault WHERE why LIKE '%not signed%'") ==
          "deb " + it.url("joe:***@") + " hoary-backports main");
    it.all_of_ubuntu();
    CHECK(it.check().faults() == 0);
    CHECK(it.missing() == "NULL");
    CHECK(it.farm.value("SELECT count(*) FROM archivefault") == "0");
}

TEST_CASE("a check of Debian's layout fetches security and proposed-updates where they are") {
    Checked it;
    for (const char* suite :
         {"hoary", "hoary-updates", "hoary-proposed-updates", "hoary-backports"})
        it.suite(suite);
    test::AptRepository security(it.folder.path() + "/debian-security");
    it.put(security, "hoary-security");
    CHECK(it.check().faults() == 2);
    CHECK(it.missing() == "1 SECURITY, 1 PROPOSED");
    it.farm.sql(
        fmt::format("INSERT INTO archivepocket (archive, pocket, url, suite, components) VALUES "
                    "(1, 'SECURITY', '{}', '%(series)s-security', 'main'), "
                    "(1, 'PROPOSED', NULL, '%(series)s-proposed-updates', NULL)",
                    it.url("joe:secret@") + "debian-security"));
    CHECK(it.missing() == "NULL");
    const auto done = it.check();
    CHECK(done.text() == "5 lines");
    CHECK(it.words(done).empty());
    it.farm.sql(
        "UPDATE archivepocket SET components = 'main contrib', suite = '%(series)s-sec' WHERE "
        "pocket = 'SECURITY'");
    CHECK(it.check().faults() == 1);
    it.farm.sql(
        "DELETE FROM archivepocket WHERE pocket = 'SECURITY'; INSERT INTO archivepocket (archive, "
        "pocket, absent) VALUES (1, 'SECURITY', true)");
    CHECK(it.check().text() == "4 lines");
}

TEST_CASE(
    "pockets that a series is not open for and architectures that are disabled are passed over") {
    Checked it;
    it.farm.sql("UPDATE distroseries SET status = 'DEVELOPMENT' WHERE id = 3");
    it.suite("hoary");
    CHECK(it.check().text() == "1 line");
    it.farm.sql("UPDATE distroarchseries SET enabled = true WHERE id = 12");
    CHECK(it.words(it.check()) ==
          Lines{it.line("hoary") + "Release has no packages of main for hppa"});
}

TEST_CASE("an empty PPA is no fault and its line is left out until it is there") {
    Checked it;
    it.all_of_ubuntu();
    it.farm.sql(
        fmt::format("UPDATE archive SET url = '{}ppa' WHERE id = 9; UPDATE archive SET "
                    "components = 'main' WHERE id = 1",
                    it.url("joe:secret@")));
    auto done = it.check("9");
    CHECK(done.text() == "4 lines");
    const std::string ppa = it.url("joe:***@") + "ppa";
    CHECK(it.words(done) == Lines{fmt::format("deb {} hoary main: {}/dists/hoary has no Release{}",
                                              ppa, ppa, left_out)});
    CHECK(it.missing() == "9 RELEASE");
    it.farm.sql(
        "INSERT INTO build (id, processor, distroarchseries, buildstate, sourcepackagerelease, "
        "archive) VALUES (900, 1, 6, 'FULLYBUILT', 16, 9); INSERT INTO binarypackagerelease "
        "(build, binarypackagename, version, architecture, component) VALUES (900, 1, '1.0', "
        "'i386', 1)");
    CHECK(it.check("9").faults() == 1);  // something was published in it
    test::AptRepository repository(it.folder.path() + "/ppa");
    it.put(repository, "hoary");
    CHECK(it.check("9").faults() == 0);
    CHECK(it.missing() == "NULL");
}

TEST_CASE(
    "a primary archive without its RELEASE pocket is a fault for a PPA and left out for none") {
    Checked it;
    it.all_of_ubuntu();
    it.farm.sql(
        fmt::format("UPDATE archive SET url = '{}ppa' WHERE id = 9; UPDATE archive SET "
                    "components = 'main' WHERE id = 1",
                    it.url("joe:secret@")));
    test::AptRepository repository(it.folder.path() + "/ppa");
    it.put(repository, "hoary");
    it.apt.remove("hoary", "Release");
    it.apt.remove("hoary-security", "Release");  // as of a young distribution
    const std::string release = it.line("hoary") + it.at("hoary") + " has no Release";
    const std::string security =
        it.line("hoary-security") + it.at("hoary-security") + " has no Release" + left_out;
    auto done = it.check("9");
    CHECK(it.words(done) == Lines{release, security});
    CHECK(done.faults() == 1);
    CHECK(it.farm.value("SELECT string_agg(archive || ' ' || line, ',') FROM archivefault") ==
          "9 deb " + it.url("joe:***@") + " hoary main");
    done = it.check();
    CHECK(it.words(done) == Lines{release, security});
    CHECK(done.faults() == 2);
}

TEST_CASE("a line that several pockets and series share is there or missing in all of them") {
    Checked it;
    it.all_of_ubuntu();
    it.suite("warty-updates");
    it.farm.sql(
        "UPDATE distroseries SET status = 'CURRENT'; UPDATE distroarchseries SET enabled = true "
        "WHERE id = 1; INSERT INTO archivepocket (archive, distroseries, pocket, suite) SELECT 1, "
        "id, pocket::packagepublishingpocket, 'common' FROM distroseries, (VALUES ('SECURITY'), "
        "('PROPOSED')) AS two (pocket)");
    const auto of_common = [&] {
        return it.farm.db().rows(
            "SELECT distroseries, pocket FROM archivemissing WHERE pocket IN ('SECURITY', "
            "'PROPOSED') ORDER BY 1, 2");
    };
    it.check();
    CHECK(of_common() == Lines{"1|SECURITY", "1|PROPOSED", "3|SECURITY", "3|PROPOSED"});
    it.suite("common");
    it.check();
    CHECK(of_common().empty());
}

TEST_CASE("a check never takes a server that does not answer for an empty archive") {
    Checked it;
    it.farm.sql("UPDATE archive SET url = 'http://127.0.0.1:1/x' WHERE id = 1");
    const auto done = it.check();
    CHECK(done.faults() == 5);
    CHECK_FALSE(done.lines.at(0).left_out);
    CHECK(it.missing() == "NULL");
    it.farm.sql(
        "INSERT INTO archivemissing (archive, distroseries, pocket) VALUES (1, 3, 'UPDATES')");
    CHECK(it.check().faults() == 5);
    CHECK(it.missing() == "1 UPDATES");
}

TEST_CASE("what a server redirects is told and no fault for apt may follow") {
    Checked it;
    fleet::Fleet other({"builder bob arch=i386"});
    other.say("bob fault GET redirect=http://elsewhere.example.org/");
    it.farm.sql("UPDATE archive SET url = '" + other.url("bob") + "' WHERE id = 1");
    const auto done = it.check();
    CHECK(done.text() == "5 lines");
    REQUIRE(it.words(done).size() == 5);
    CHECK(it.words(done).at(0).find("answered HTTP 302: a redirect, which apt may follow") !=
          std::string::npos);
    CHECK(it.missing() == "NULL");
}

TEST_CASE("a check reads external lines too and names those that are none") {
    Checked it;
    it.all_of_ubuntu();
    it.suite("other");
    it.apt.remove("other", "Release.gpg");
    it.farm.sql(fmt::format(
        "UPDATE archive SET external_lines = '# a comment\ndeb-src {0} other main\ndeb "
        "[trusted=yes] {0} other main\ndeb {0} other main\ndeb {0} none main\nnonsense' "
        "WHERE id = 1",
        it.url("joe:secret@")));
    CHECK(it.words(it.check()) ==
          Lines{it.line("other") + "its Release is not signed, and apt takes no such suite",
                it.line("none") + it.at("none") + " has no Release",
                "nonsense: it is no deb line"});
}

TEST_CASE("a check verifies signatures where the archive has a key") {
    Checked it;
    const test::TempFolder home;
    ::chmod(home.path().c_str(), 0700);
    const auto gpg = [&](const std::string& words) {
        return std::system(
            fmt::format("gpg --homedir {} --batch --quiet --yes --pinentry-mode loopback "
                        "--passphrase '' {} 2>/dev/null",
                        home.path(), words)
                .c_str());
    };
    REQUIRE(gpg("--quick-generate-key archive ed25519 sign never") == 0);
    REQUIRE(gpg(fmt::format("--armor --export archive >{}/key", home.path())) == 0);
    it.farm.sql("UPDATE archive SET signing_key = '" + test::read(home.path() + "/key") +
                "' WHERE id = 1; UPDATE distroseries SET status = 'DEVELOPMENT' WHERE id = 3");
    it.suite("hoary");
    const auto forged = it.check();
    CHECK(forged.faults() == 1);
    CHECK(it.words(forged).at(0).find("it is not signed by the archive's key") !=
          std::string::npos);
    const std::string suite = it.folder.path() + "/dists/hoary/";
    REQUIRE(gpg(fmt::format("--clear-sign -o {0}InRelease {0}Release", suite)) == 0);
    CHECK(it.check().faults() == 0);
    it.apt.alter("hoary", "Release",
                 "Codename: other\n" +
                     replace_all(test::read(suite + "Release"), "Suite: hoary", "Suite: stable"));
    REQUIRE(gpg(fmt::format("--clear-sign -o {0}InRelease {0}Release", suite)) == 0);
    const auto renamed = it.check();
    CHECK(renamed.faults() == 0);
    CHECK(it.words(renamed) ==
          Lines{it.line("hoary") +
                "its Release is of the suite 'stable' (other), of which apt warns"});
}

TEST_CASE("archive check exits with 69 naming the archives whose lines apt could not use") {
    Checked it;
    it.all_of_ubuntu();
    CHECK(test::run_program({"archive", "check"}, it.farm.environment()).status == 0);
    it.apt.remove("hoary", gz);
    const auto done =
        test::run_program({"archive", "check", "ubuntu/primary"}, it.farm.environment());
    CHECK(done.status == 69);
    CHECK(done.err == "buildd-master: apt cannot use all lines of ubuntu/primary\n");
    CHECK(done.out == fmt::format("archive ubuntu/primary: 5 lines, 1 that apt cannot use\narchive "
                                  "ubuntu/primary: {}{}/main/binary-i386/Packages: {}\n",
                                  it.line("hoary"), it.at("hoary"), it.not_found()));
    CHECK(test::run_program({"archive", "check", "ubuntu/none"}, it.farm.environment()).status ==
          64);
}
