// Sources that are published in a further place bring their binaries along.
#include "admin.hpp"
#include "base/digest.hpp"

using namespace buildd;
using test::Admin;

namespace {

// foobar 1.0 is published in ubuntu/hoary PROPOSED and built for i386; build 8, of a source in
// RELEASE, waits for its package.
struct Proposed {
    Admin admin;

    Proposed() {
        admin.farm.options["librarian_root"] = admin.farm.file("librarian");
        admin.put(BuildState::MANUALDEPWAIT);
        admin.farm.sql(
            "UPDATE sourcepackagepublishinghistory SET distroseries = 3, pocket = 'PROPOSED' WHERE "
            "sourcepackagerelease = 16; UPDATE build SET distroarchseries = 6, pocket = "
            "'PROPOSED', "
            "datebuilt = now() WHERE id = 6; UPDATE build SET dependencies = 'foobar' WHERE id = "
            "8");
    }
    std::string state_after_queue_build() {
        CHECK(admin.run({"queue", "build"}).status == 0);
        return admin.farm.state(8);
    }
    test::ProgramRun copy(const std::string& from, const std::string& to,
                          const std::string& name = "foobar") const {
        return admin.run(
            {"source", "copy", "--archive", "ubuntu/primary", "--from", from, "--to", to, name});
    }
    std::string places() {
        return admin.farm.value(
            "SELECT string_agg(ds.name || ' ' || pocket || ' ' || spph.status, ', ' ORDER BY "
            "spph.id) FROM sourcepackagepublishinghistory spph JOIN distroseries ds ON ds.id = "
            "distroseries WHERE sourcepackagerelease = 16");
    }
};

}  // namespace

TEST_CASE("a source copied from PROPOSED to RELEASE brings its binaries along") {
    Proposed it;
    CHECK(it.state_after_queue_build() == "MANUALDEPWAIT");
    const auto done = it.copy("hoary/PROPOSED", "hoary");
    INFO(done.err);
    CHECK(done.out == "source foobar 1.0: added\n1 binary package along with it\n");
    CHECK(it.places() == "hoary PROPOSED PUBLISHED, hoary RELEASE PUBLISHED");
    CHECK(it.state_after_queue_build() == "NEEDSBUILD");
    CHECK(it.admin.farm.value("SELECT count(*) FROM build WHERE sourcepackagerelease = 16 AND "
                              "distroarchseries = 6") == "1");
    CHECK(it.copy("hoary/PROPOSED", "hoary").out == "source foobar 1.0: is so already\n");
}

TEST_CASE("a source imported into PROPOSED and then into RELEASE brings its binaries along") {
    Proposed it;
    const test::TempFolder folder;
    const auto digests = digest_file(folder.write("foobar_1.0.tar", "tarball"));
    const std::string dsc = folder.write(
        "foobar_1.0.dsc",
        fmt::format("Format: 3.0 (native)\nSource: foobar\nVersion: 1.0\nArchitecture: any\n"
                    "Checksums-Sha256:\n {} {} foobar_1.0.tar\nFiles:\n {} {} foobar_1.0.tar\n",
                    digests->sha256, digests->size, digests->md5, digests->size));
    it.admin.farm.sql(fmt::format("UPDATE libraryfilecontent SET sha256 = '{}' WHERE id = 12",
                                  digest_file(dsc)->sha256));
    CHECK(it.state_after_queue_build() == "MANUALDEPWAIT");
    const auto done =
        it.admin.run({"source", "import", "--archive", "ubuntu/primary", "--series", "hoary", dsc});
    INFO(done.err);
    CHECK(done.out == "source foobar 1.0: added\n");
    CHECK(it.state_after_queue_build() == "NEEDSBUILD");
}

TEST_CASE("binaries of a source copied to another series are had there") {
    Proposed it;
    it.admin.farm.sql(
        "UPDATE build SET buildstate = 'CANCELLED' WHERE id = 2; UPDATE build SET distroarchseries "
        "= 1 WHERE id = 8");
    CHECK(it.state_after_queue_build() == "MANUALDEPWAIT");
    CHECK(it.copy("hoary/PROPOSED", "warty").status == 0);
    CHECK(it.state_after_queue_build() == "NEEDSBUILD");
}

TEST_CASE("source copy refuses what is not there and what would be older") {
    Proposed it;
    const auto missing = it.copy("hoary", "warty");
    CHECK(missing.status == 65);
    CHECK(missing.err ==
          "buildd-master: foobar is not published in hoary RELEASE of ubuntu/primary; nothing was "
          "copied\n");
    it.admin.farm.sql(
        "INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component) VALUES (60, "
        "3, '2.0', 1); INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, "
        "distroseries, archive, component, status) VALUES (60, 3, 1, 1, 'PUBLISHED')");
    const auto older = it.copy("hoary/PROPOSED", "hoary");
    CHECK(older.status == 65);
    CHECK(older.err ==
          "buildd-master: foobar 1.0 is older than 2.0, which ubuntu/primary publishes in hoary "
          "RELEASE; nothing was copied\n");
    CHECK(it.copy("hoary", "hoary/PROPOSED").status == 0);
    CHECK(it.places() == "hoary PROPOSED SUPERSEDED");
    CHECK(it.copy("hoary", "gutsy").status == 64);
    CHECK(it.copy("hoary/NOWHERE", "warty").status == 64);
}
