// What an admin types that is not quite right: taken where it is clear, else told in the right
// form.
#include <fstream>

#include "admin.hpp"
#include "base/digest.hpp"

using namespace buildd;
using test::Admin;

namespace {

using Words = std::vector<std::string>;

// A source on disk.
std::string write_dsc(const test::TempFolder& files) {
    files.write("xx_1.tar.gz", "x");
    const auto digests = *digest_file(files.path() + "/xx_1.tar.gz");
    return files.write(
        "xx_1.dsc",
        fmt::format("Format: 3.0 (native)\nSource: xx\nBinary: xx\nArchitecture: any\nVersion: 1\n"
                    "Maintainer: J <j@example.org>\nChecksums-Sha1:\n {0} {3} xx_1.tar.gz\n"
                    "Checksums-Sha256:\n {1} {3} xx_1.tar.gz\nFiles:\n {2} {3} xx_1.tar.gz\n",
                    digests.sha1, digests.sha256, digests.md5, digests.size));
}

}  // namespace

TEST_CASE("values in another form are taken where their meaning is clear") {
    Admin admin;
    const test::TempFolder files;
    const std::string dsc = write_dsc(files);
    admin.says({"archive", "add", "ubuntu/extra", "--purpose", "partner", "--url", "HTTP://x/"},
               "archive ubuntu/extra: added\n");
    CHECK(admin.farm.value("SELECT url FROM archive WHERE name = 'extra'") == "http://x/");
    admin.says({"archive", "add", "ubuntu", "extra", "--purpose", "partner", "--url", "http://x/"},
               "archive ubuntu/extra: is so already\n");
    admin.says({"builder", "add", "toad", "http://toad:8221/", "--arch", "ubuntu/hoary/i386"},
               "builder toad: added\n");
    admin.says({"source", "import", "--archive", "ubuntu/primary", "--series", "ubuntu/hoary", dsc},
               "source xx 1: added\n");
    for (const char* to : {"hoary/proposed", "ubuntu/hoary/PROPOSED"})
        CHECK(admin
                  .run({"source", "copy", "--archive", "ubuntu/primary", "--from", "ubuntu/hoary",
                        "--to", to, "xx"})
                  .status == 0);
    CHECK(admin.farm.value("SELECT count(*) FROM sourcepackagepublishinghistory WHERE pocket = "
                           "'PROPOSED'") == "1");
}

TEST_CASE("bad values are usage errors with the right form and never the database's") {
    Admin admin;
    struct Row {
        Words command;
        std::string part;
    };
    const std::string no_address = " is no address of the form a@b";
    const std::string before = admin.digest();
    for (const auto& [command, part] : std::vector<Row>{
             {{"person", "add", "joe", "--email", "a@b@c"}, "'a@b@c'" + no_address},
             {{"person", "add", "joe", "--email", "a@"}, "'a@'" + no_address},
             {{"person", "add", "joe", "--email", "@b"}, "'@b'" + no_address},
             {{"person", "add", "joe", "--email", "a\v@b"}, no_address},
             {{"person", "set", "mark", "--email", "a b@c"}, no_address},
             {{"person", "set", "buildd-admins", "--member", "buildd-admins"},
              "buildd-admins cannot be a member of itself"},
             {{"person", "set", "mark", "--member", "cprov"}, "mark is no team"},
             {{"series", "add", "ubuntu//hoary", "--status", "CURRENT"},
              "'ubuntu//hoary' is not of the form DISTRO/SERIES"},
             {{"series", "set", "ubuntu/hoary/i386"}, "is not of the form DISTRO/SERIES"},
             {{"source", "import", "--archive", "ubuntu/primary", "--series", "debian/hoary", "x"},
              "'debian/hoary' is not of the form SERIES, of ubuntu"},
             {{"source", "import", "--archive", "ubuntu/primary", "--series", "ubuntu//hoary", "x"},
              "'ubuntu//hoary' is not of the form SERIES, of ubuntu"},
             {{"source", "copy", "--archive", "ubuntu/primary", "--from", "a/b/c/d", "--to", "x",
               "y"},
              "'a/b/c/d' is not of the form SERIES or SERIES/POCKET, of ubuntu"},
             {{"archive", "add", "ubuntu", "--purpose", "PARTNER", "--url", "http://x/"},
              "'ubuntu' is not of the form DISTRO/NAME"},
             {{"archive", "add", "ubuntu/a", "b", "--purpose", "PARTNER", "--url", "http://x/"},
              "'ubuntu/a/b' is not of the form DISTRO/NAME"},
             {{"archive", "add", "ubuntu/a", "--purpose", "PARTNER", "--url", "9://x/"},
              "'9://x/' is no URL"},
             {{"archive", "add", "ubuntu/a", "--purpose", "PARTNER", "--url", "http://"}, "no URL"},
             {{"archive", "add", "ubuntu/a", "--purpose", "PARTNER", "--url", "http://a\vb"},
              "no URL"},
             {{"archive", "set", "ubuntu/primary", "--components", "main,universe"},
              "'main,universe' cannot be the name of a component"},
             {{"builder", "add", "toad", "http://t:8221/", "--arch", "hoary/i386"},
              "'hoary/i386' is not of the form TAG or DISTRO/SERIES/TAG"},
             {{"builder", "set", "bob", "--url", "http://t:8221/\v"}, "URL"},
             {{"builder", "set", "bob", "--url", "http://frog:8221/", "-n"},
              "leads to the daemon of builder 'frog'"}}) {
        INFO(command[0] << ' ' << command[1] << ' ' << part);
        const auto refused = admin.run(command);
        INFO(refused.err);
        CHECK(refused.status == 64);
        CHECK(refused.err.find(part) != std::string::npos);
        CHECK(refused.err.find("the database") == std::string::npos);
    }
    CHECK(admin.digest() == before);
}

TEST_CASE("a value that only the database finds wrong is a usage error too") {
    Admin admin;
    admin.farm.sql("ALTER TABLE builder ADD CONSTRAINT short CHECK (length(title) < 30)");
    admin.fails({"builder", "set", "bob", "--title", std::string(40, 'x')}, 64,
                "a value cannot be taken: new row for relation \"builder\" violates check "
                "constraint \"short\"");
}

TEST_CASE("sources into a pocket that is closed are told when they will be built") {
    Admin admin;
    const test::TempFolder files;
    const Words import{"source", "import",   "--archive", "ubuntu/primary", "--series",
                       "hoary",  "--pocket", "UPDATES",   write_dsc(files)};
    const std::string closed =
        "nothing is built in ubuntu/hoary UPDATES of ubuntu/primary until the status of "
        "ubuntu/hoary, DEVELOPMENT, changes ('buildd-master series set ubuntu/hoary --status S'): "
        "FROZEN, CURRENT, SUPPORTED let it\n";
    admin.says(import, "source xx 1: added\n" + closed);
    const Words copy{"source",         "copy",           "--archive",
                     "ubuntu/primary", "--from",         "hoary/updates",
                     "--to",           "hoary/security", "xx"};
    CHECK(admin.run(copy).out.find("nothing is built in ubuntu/hoary SECURITY") !=
          std::string::npos);
    admin.run({"series", "set", "ubuntu/hoary", "--status", "CURRENT"});
    admin.says(import, "source xx 1: is so already\n");
}

TEST_CASE("sources into a pocket that an archive has not are told so") {
    Admin admin;
    const test::TempFolder files;
    admin.farm.sql("UPDATE distroseries SET status = 'FROZEN' WHERE name = 'hoary'");
    const auto dsc = write_dsc(files);
    for (const std::string place : {"hoary/UPDATES", "UPDATES"}) {
        const std::vector<std::string> set{"archive", "set", "ubuntu/primary", "--pocket"};
        const auto say = [&](const std::string& what) {
            auto words = set;
            words.push_back(place + "=" + what);
            CHECK(admin.run(words).status == 0);
        };
        say("absent");
        CHECK(admin
                  .run({"source", "import", "--archive", "ubuntu/primary", "--series", "hoary",
                        "--pocket", "UPDATES", dsc})
                  .out.find("ubuntu/primary has no UPDATES in ubuntu/hoary, as was said "
                            "('buildd-master archive set ubuntu/primary --pocket " +
                            place + "=default' takes it back): no builder will find what is " +
                            "built for it\n") != std::string::npos);
        say("default");
    }
}
