// archive add and set --pocket (buildd-master(1)).
#include "admin.hpp"

using namespace buildd;
using test::Admin;

namespace {

using Words = std::vector<std::string>;

Words set(const Words& pockets, const std::string& archive = "ubuntu/primary") {
    Words words{"archive", "set", archive};
    for (const auto& pocket : pockets) {
        words.push_back("--pocket");
        words.push_back(pocket);
    }
    return words;
}

}  // namespace

TEST_CASE("archive set says where pockets are for all series or for one and takes it back") {
    Admin admin;
    admin.says(
        set({"security=http://u:secret@s/x,%(series)s-security,main  contrib",
             "PROPOSED=,%(series)s-proposed-updates", "BACKPORTS=absent", "hoary/UPDATES=,,main"}),
        "archive ubuntu/primary: changed: pocket SECURITY default -> "
        "http://u:***@s/x,%(series)s-security,main contrib, pocket PROPOSED default -> "
        ",%(series)s-proposed-updates,, pocket BACKPORTS default -> absent, pocket "
        "hoary/UPDATES default -> ,,main\n");
    admin.says(set({"BACKPORTS=absent"}), "archive ubuntu/primary: is so already\n");
    CHECK(admin.farm.value("SELECT count(*) FROM archive_places('{1}')") ==
          admin.farm.value("SELECT count(*) * 3 + 1 FROM distroseries WHERE distribution = 1"));
    admin.says(set({"SECURITY=default", "BACKPORTS=,,"}),
               "archive ubuntu/primary: changed: pocket SECURITY "
               "http://u:***@s/x,%(series)s-security,main contrib -> default, pocket BACKPORTS "
               "absent -> default\n");
    admin.says(set({"hoary/UPDATES=default", "PROPOSED=default"}),
               "archive ubuntu/primary: changed: pocket hoary/UPDATES ,,main -> default, pocket "
               "PROPOSED ,%(series)s-proposed-updates, -> default\n");
    CHECK(admin.farm.value("SELECT count(*) FROM archivepocket") == "0");
}

TEST_CASE("a suite that names no series is that of the only one or is refused") {
    Admin admin;
    admin.fails(set({"SECURITY=http://s/x,stable-security,main"}), 64,
                "the suite stable-security would be that of every series of ubuntu: write the "
                "series in it as %(series)s, or say it of one: SERIES/SECURITY=…");
    admin.says({"series", "add", "debian/bookworm", "--status", "DEVELOPMENT"},
               "series debian/bookworm: added\n");
    admin.says({"archive", "add", "debian/primary", "--purpose", "PRIMARY", "--url",
                "http://d/debian", "--pocket", "SECURITY=http://s/x,bookworm-security,main"},
               "archive debian/primary: added\n");
    CHECK(admin.farm.value("SELECT distroseries.name || ' ' || suite FROM archivepocket JOIN "
                           "distroseries ON distroseries.id = distroseries") ==
          "bookworm bookworm-security");
    admin.says({"archive", "add", "debian/primary", "--purpose", "PRIMARY", "--pocket",
                "bookworm/SECURITY=http://s/x,bookworm-security,main"},
               "archive debian/primary: is so already\n");
    admin.fails({"archive", "add", "debian/primary", "--purpose", "PRIMARY", "--pocket",
                 "bookworm/SECURITY=absent"},
                64,
                "archive debian/primary is there already, with other values: pocket "
                "bookworm/SECURITY http://s/x,bookworm-security,main (wanted: absent); "
                "'buildd-master archive set debian/primary' changes them");
    admin.fails({"archive", "set", "debian/primary", "--pocket", "SECURITY=,bookworm-security,",
                 "--pocket", "bookworm/SECURITY=,other,"},
                64, "--pocket: bookworm/SECURITY is said twice");
}

TEST_CASE("a pocket that builders are given of no PPA is refused with the one that they are") {
    Admin admin;
    const auto refused = [](const std::string& archive, const std::string& pocket) {
        return "builders are given the pocket RELEASE alone of " + archive + ": write --pocket " +
               "RELEASE=URL,SUITE,COMPONENTS, or say " + pocket + " of the PRIMARY archive of " +
               "ubuntu";
    };
    admin.fails(set({"UPDATES=http://s/x"}, "ubuntu/cprov"), 64,
                refused("ubuntu/cprov, a PPA", "UPDATES"));
    admin.fails(set({"hoary/SECURITY=absent"}, "ubuntu/partner"), 64,
                refused("ubuntu/partner, a PARTNER", "SECURITY"));
    admin.fails({"archive", "add", "ubuntu/new", "--purpose", "PARTNER", "--url", "http://x/y",
                 "--pocket", "UPDATES=absent"},
                64, refused("ubuntu/new, a PARTNER", "UPDATES"));
    admin.says(set({"RELEASE=,,main", "UPDATES=default"}, "ubuntu/cprov"),
               "archive ubuntu/cprov: changed: pocket RELEASE default -> ,,main\n");
}

TEST_CASE("a pocket that cannot be meant is a usage error that shows the form") {
    Admin admin;
    const std::string form =
        "write [SERIES/]POCKET=URL,SUITE,COMPONENTS, components separated by blanks, or "
        "[SERIES/]POCKET=absent or =default";
    const std::string before = admin.digest();
    admin.fails(set({"SECURITY"}), 64, "--pocket: 'SECURITY': " + form);
    admin.fails(set({"SECURITY=http://s/x,y,main,contrib"}), 64,
                "--pocket: 'SECURITY=http://s/x,y,main,contrib': " + form);
    admin.fails(set({"SECURITY=nonsense"}), 64, "--pocket: 'nonsense' is no URL");
    admin.fails(set({"SECURITY=http://s/x,a/b"}), 64,
                "--pocket: 'a/b' is no suite: it is a name, with %(series)s where that of the "
                "series stands");
    admin.fails(set({"SECURITY=,%(suite)s"}), 64,
                "--pocket: '%(suite)s' is no suite: it is a name, with %(series)s where that of "
                "the series stands");
    admin.fails(set({"UPDATES=absent", "updates=default"}), 64, "--pocket: UPDATES is said twice");
    admin.fails(set({"sarge/UPDATES=absent"}), 64,
                "there is no series 'ubuntu/sarge': add it with 'buildd-master series add "
                "ubuntu/sarge --status S'");
    admin.fails({"archive", "set", "ubuntu/primary", "--components", "main,universe"}, 64,
                "'main,universe' cannot be the name of a component: they are separated by blanks");
    CHECK(admin.run(set({"FUTURE=absent"})).status == 64);
    CHECK(admin.digest() == before);
}
