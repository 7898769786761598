// `add` adds and refuses to change; `set` changes, shows it, and takes along what depends on it.
#include <fstream>

#include "admin.hpp"

using namespace buildd;
using test::Admin;

namespace {

using Words = std::vector<std::string>;

std::string group_of(Admin& admin, int build) {
    return admin.farm.value(fmt::format(
        "SELECT architecturetag || ' ' || trusted FROM buildqueue WHERE build = {}", build));
}

}  // namespace

TEST_CASE("add refuses other values of what exists and shows both") {
    struct Row {
        Words command;
        std::string sentence;
    };
    Admin admin;
    const std::string before = admin.digest();
    for (const auto& [command, sentence] : std::vector<Row>{
             {{"person", "add", "mark", "--email", "m@example.org"},
              "person mark is there already, with other values: email mark@hbd.com (wanted: "
              "m@example.org); 'buildd-master person set mark' changes them"},
             {{"person", "add", "buildd-admins", "--team", "--member", "mark"},
              "person buildd-admins is there already, with other values: members cprov name16 "
              "(wanted: cprov mark name16); 'buildd-master person set buildd-admins' changes them"},
             {{"series", "add", "ubuntu/warty", "--status", "SUPPORTED"},
              "series ubuntu/warty is there already, with other values: status CURRENT (wanted: "
              "SUPPORTED); 'buildd-master series set ubuntu/warty' changes them"},
             {{"arch", "add", "ubuntu/hoary/i386", "--family", "arm"},
              "architecture ubuntu/hoary/i386 is there already, with other values: family of i386 "
              "in every series x86 (wanted: arm); 'buildd-master arch set ubuntu/hoary/i386' "
              "changes them"},
             {{"arch", "add", "ubuntu/warty/hppa", "--family", "arm"},
              "what the architecture ubuntu/warty/hppa needs is there already, with other values: "
              "family of hppa in every series hppa (wanted: arm); 'buildd-master arch set' changes "
              "them"},
             {{"arch", "add", "ubuntu/hoary/amd64", "--family", "x86", "--nominated"},
              "ubuntu/hoary has i386 nominated: add amd64 without --nominated, then 'buildd-master "
              "arch set ubuntu/hoary/amd64 --nominated'"},
             {{"archive", "add", "ubuntu", "primary", "--purpose", "PPA", "--owner", "mark"},
              "archive ubuntu/primary is there already, with other values: purpose PRIMARY "
              "(wanted: "
              "PPA), owner none (wanted: mark); 'buildd-master archive set ubuntu/primary' changes "
              "them"},
             {{"archive", "add", "ubuntu/second", "--purpose", "PRIMARY", "--url", "http://x/"},
              "ubuntu has a PRIMARY archive already, ubuntu/primary"},
             {{"builder", "add", "bob", "http://bob:8221/", "--arch", "hppa", "--manual"},
              "builder bob is there already, with other values: architecture i386 (wanted: hppa), "
              "manual no (wanted: yes); 'buildd-master builder set bob' changes them"}}) {
        INFO(sentence);
        admin.fails(command, 64, sentence);
    }
    CHECK(admin.digest() == before);
}

TEST_CASE("set shows what each value was and is") {
    Admin admin;
    const std::string key = admin.farm.root() + "/key";
    std::ofstream(key) << "KEY\n";
    admin.says({"person", "set", "buildd-admins", "--member", "mark", "--email", "a@b"},
               "person buildd-admins: changed: email none -> a@b, members cprov name16 -> cprov "
               "mark name16\n");
    admin.says({"series", "set", "ubuntu/hoary", "--status", "frozen"},
               "series ubuntu/hoary: changed: status DEVELOPMENT -> FROZEN\n");
    admin.says({"series", "set", "ubuntu/hoary", "--status", "frozen"},
               "series ubuntu/hoary: is so already\n");
    admin.says({"arch", "set", "ubuntu/hoary/hppa", "--nominated", "--enabled", "no"},
               "architecture ubuntu/hoary/hppa: changed: nominated i386 -> hppa, enabled yes -> "
               "no\n");
    admin.says({"archive", "set", "ubuntu/partner", "--url", "http://u:secret@x/", "--components",
                "a  b", "--debug-symbols", "yes"},
               "archive ubuntu/partner: changed: url http://launchpad.dev/ubuntu-partner -> "
               "http://u:***@x/, components none -> a b, debug symbols no -> yes\n");
    CHECK(admin.run({"archive", "set", "ubuntu/partner", "--key", key})
              .out.find("signing key none -> sha256 ") != std::string::npos);
    CHECK(admin.run({"archive", "set", "ubuntu/partner", "--key", "/dev/null", "--components", ""})
              .out.find("components a b -> none") != std::string::npos);
    CHECK(admin.farm.value("SELECT signing_key IS NULL AND components IS NULL FROM archive WHERE "
                           "name = 'partner'") == "true");
    admin.says({"archive", "set", "ubuntu/partner", "--rebuild", "yes", "--score", "-40"},
               "archive ubuntu/partner: changed: rebuild no -> yes, score 0 -> -40\n");
    admin.fails({"archive", "set", "ubuntu/partner", "--score", "1.5"}, 64,
                "--score: '1.5' is no whole number from -1000000 to 1000000");
    admin.says({"builder", "set", "bob", "--title", "B", "--manual", "yes"},
               "builder bob: changed: title Bob The Builder -> B, manual no -> yes\n");
}

TEST_CASE("pending jobs follow the purpose of their archive in the same transaction") {
    Admin admin;
    CHECK(group_of(admin, 8) == "i386 true");
    admin.says({"archive", "set", "ubuntu/primary", "--purpose", "PPA", "--owner", "mark"},
               "archive ubuntu/primary: changed: purpose PRIMARY -> PPA, owner none -> mark\n");
    CHECK(group_of(admin, 8) == "i386 false");
    CHECK(group_of(admin, 7) == "i386 false");
    admin.farm.sql("UPDATE buildqueue SET fairness = -5");
    admin.run({"archive", "set", "ubuntu/primary", "--owner", "name16"});
    CHECK(admin.farm.value("SELECT count(fairness) FROM buildqueue") == "0");
    admin.farm.sql("UPDATE buildqueue SET fairness = -5");
    admin.run({"archive", "set", "ubuntu/primary", "--rebuild", "yes"});
    CHECK(admin.farm.value("SELECT count(fairness) FROM buildqueue") == "0");
    admin.run({"archive", "set", "ubuntu/primary", "--rebuild", "no", "--owner", "mark"});
    admin.says({"archive", "set", "ubuntu/primary", "--purpose", "PRIMARY", "-n"},
               "archive ubuntu/primary: changed: purpose PPA -> PRIMARY\ndry run: nothing was "
               "changed\n");
    CHECK(group_of(admin, 8) == "i386 false");
    admin.farm.sql("UPDATE archive SET purpose = 'PRIMARY' WHERE id = 1");
    CHECK(group_of(admin, 8) == "i386 true");
    admin.farm.sql("UPDATE distroarchseries SET architecturetag = 'arm64' WHERE id = 6");
    CHECK(group_of(admin, 8) == "arm64 true");
}

TEST_CASE("purpose and owner of an archive stay while a build of it is under way") {
    Admin admin;
    admin.farm.give(8, "bob");
    for (const Words& change :
         {Words{"--purpose", "PPA", "--owner", "mark"}, Words{"--owner", "mark"}}) {
        Words words{"archive", "set", "ubuntu/primary"};
        words.insert(words.end(), change.begin(), change.end());
        admin.fails(words, 75,
                    "build 8 of ubuntu/primary is BUILDING: purpose and owner can be changed when "
                    "none is under way");
    }
    admin.says({"archive", "set", "ubuntu/primary", "--purpose", "PRIMARY"},
               "archive ubuntu/primary: is so already\n");
}

TEST_CASE("a PPA keeps an owner") {
    Admin admin;
    admin.fails({"archive", "set", "ubuntu/partner", "--purpose", "PPA"}, 64,
                "a PPA has an owner: give --owner NAME");
    admin.fails({"archive", "set", "ubuntu/cprov", "--owner", ""}, 64,
                "a PPA has an owner: give --owner NAME");
}

TEST_CASE("a processor family is the same in every series and its builders move along") {
    Admin admin;
    admin.says({"arch", "set", "ubuntu/hoary/i386", "--family", "intel"},
               "architecture ubuntu/hoary/i386: changed: family of i386 in every series x86 -> "
               "intel\n");
    CHECK(admin.farm.db().rows(
              "SELECT DISTINCT family.name FROM distroarchseries JOIN processorfamily family ON "
              "family.id = processorfamily WHERE architecturetag = 'i386' UNION SELECT family.name "
              "FROM builder JOIN processor ON processor.id = builder.processor JOIN "
              "processorfamily family ON family.id = processor.family") ==
          std::vector<std::string>{"intel"});
}

TEST_CASE("a builder that becomes another machine is no longer clean and keeps its job's place") {
    Admin admin;
    const auto clean = [&] {
        admin.farm.sql("UPDATE builder SET clean_status = 'CLEAN' WHERE name = 'bob'");
    };
    const auto status = [&] {
        return admin.farm.value("SELECT clean_status FROM builder WHERE name = 'bob'");
    };
    clean();
    admin.run({"builder", "set", "bob", "--title", "x"});
    CHECK(status() == "CLEAN");
    for (const Words& change : {Words{"--url", "http://new:8221/"}, Words{"--vm-host", "vm"},
                                Words{"--arch", "hppa"}, Words{"--trusted", "no"}}) {
        clean();
        CHECK(admin.run({"builder", "set", "bob", change[0], change[1]}).status == 0);
        CHECK(status() == "DIRTY");
    }
    admin.farm.sql("UPDATE builder SET trusted = true WHERE name = 'bob'");
    admin.farm.give(8, "bob");
    admin.fails({"builder", "set", "bob", "--trusted", "no"}, 75,
                "builder 'bob' has a job: architecture and trust can be changed when it has none");
}

TEST_CASE("an architecture that dpkg does not know is not added") {
    Admin admin;
    admin.fails({"arch", "add", "ubuntu/hoary/i368", "--family", "x86"}, 64,
                "dpkg knows no architecture 'i368': 'dpkg-architecture -L' lists them");
    admin.fails({"arch", "add", "ubuntu/hoary/amd6", "--family", "x86"}, 64,
                "dpkg knows no architecture 'amd6': is 'amd64' meant?");
    admin.fails({"arch", "add", "ubuntu/hoary/all", "--family", "x86"}, 64,
                "dpkg knows no architecture 'all': 'dpkg-architecture -L' lists them");
    CHECK(admin.run({"arch", "add", "ubuntu/hoary/kfreebsd-amd64", "--family", "x86"}).status == 0);
}

TEST_CASE("db check mends groups and families that older versions left behind") {
    Admin admin;
    admin.farm.sql(
        "ALTER TABLE archive DISABLE TRIGGER archive_moves_jobs; UPDATE archive SET purpose = "
        "'PPA', owner = 1 WHERE id = 1; UPDATE distroarchseries SET processorfamily = 2 WHERE id = "
        "6; INSERT INTO distroarchseries (distroseries, processorfamily, architecturetag) VALUES "
        "(3, 1, 'i368')");
    const auto said = [&](const Words& words, const std::string& line) {
        return admin.run(words).out.find(line + "\n") != std::string::npos;
    };
    const std::string wrong =
        "architecture ubuntu/hoary/i386 is of the family hppa, its processor of x86";
    CHECK(said({"db", "check"}, wrong));
    CHECK(said({"db", "check", "--repair", "-n"}, "mended: job 1 is kept in group i386/f"));
    CHECK(group_of(admin, 8) == "i386 true");
    const auto mended = admin.run({"db", "check", "--repair"});
    CHECK(mended.out.find("mended: job 2 is kept in group i386/f\n") != std::string::npos);
    CHECK(mended.out.find("mended: architecture ubuntu/hoary/i386 is of the family x86\n") !=
          std::string::npos);
    CHECK(mended.out.find("dpkg knows no architecture like ubuntu/hoary/i368: 'buildd-master arch "
                          "set ubuntu/hoary/i368 --enabled no' has nothing built for it\n") !=
          std::string::npos);
    CHECK(mended.status == 1);
    CHECK(group_of(admin, 8) == "i386 false");
    CHECK_FALSE(said({"db", "check"}, wrong));
    admin.run({"arch", "set", "ubuntu/hoary/i368", "--enabled", "no"});
    CHECK(admin.run({"db", "check"}).out.find("i368") == std::string::npos);
}
