// What nobody will ever build is told and not passed over in silence; build why asks the rule that
// decides.
#include "admin.hpp"
#include "base/digest.hpp"

using namespace buildd;
using test::Admin;

namespace {

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// A farm with one source, tiny, in ubuntu/hoary (i386, nominated, and hppa).
struct OneSource {
    Admin admin;
    test::TempFolder folder;

    explicit OneSource(const std::string& fields = "Architecture: any\n") {
        admin.farm.sql(
            "DELETE FROM buildqueue; UPDATE sourcepackagepublishinghistory SET status = 'DELETED'");
        admin.farm.options["librarian_root"] = admin.farm.file("librarian");
        write(fields);
    }
    std::string dsc;

    void write(const std::string& fields) {
        const auto digests = digest_file(folder.write("tiny_1.tar", "tarball"));
        dsc = folder.write(
            "tiny_1.dsc",
            fmt::format("Format: 3.0 (native)\nSource: tiny\nVersion: 1\n{}Checksums-Sha256:\n {} "
                        "{} tiny_1.tar\nFiles:\n {} {} tiny_1.tar\n",
                        fields, digests->sha256, digests->size, digests->md5, digests->size));
    }
    test::ProgramRun import(const std::string& series = "hoary",
                            const std::string& pocket = "RELEASE") {
        const auto done = admin.run({"source", "import", "--archive", "ubuntu/primary", "--series",
                                     series, "--pocket", pocket, dsc});
        INFO(done.err);
        CHECK(done.status == 0);
        return done;
    }
    test::ProgramRun run(const std::vector<std::string>& words) {
        const auto done = admin.run(words);
        INFO(done.err);
        CHECK(done.status == 0);
        return done;
    }
    // "hppa i386+all": its builds, by series when there are several.
    std::string builds() {
        return admin.farm.value(
            "SELECT string_agg(ds.name || '/' || architecturetag || CASE WHEN arch_indep THEN "
            "'+all' ELSE '' END, ' ' ORDER BY ds.id, architecturetag) FROM build JOIN "
            "distroarchseries das ON das.id = distroarchseries JOIN distroseries ds ON ds.id = "
            "distroseries JOIN sourcepackagerelease spr ON spr.id = sourcepackagerelease WHERE "
            "spr.version = '1'");
    }
    int id_of(const std::string& series, const std::string& tag) {
        return std::stoi(admin.farm.value(
            "SELECT build.id FROM build JOIN distroarchseries das ON das.id = distroarchseries "
            "JOIN distroseries ds ON ds.id = distroseries JOIN sourcepackagerelease spr ON spr.id "
            "= sourcepackagerelease WHERE spr.version = '1' AND ds.name = '" +
            series + "' AND architecturetag = '" + tag + "'"));
    }
    void make(int build) {
        admin.farm.sql(fmt::format(
            "DELETE FROM buildqueue WHERE build = {0}; UPDATE build SET buildstate = 'BUILDING' "
            "WHERE id = {0}; UPDATE build SET buildstate = 'FULLYBUILT', datebuilt = now() WHERE "
            "id = {0}; INSERT INTO binarypackagename (name) VALUES ('libtiny') ON CONFLICT DO "
            "NOTHING; INSERT INTO binarypackagerelease (build, binarypackagename, version, "
            "architecture, component) SELECT {0}, id, '1', 'i386', 1 FROM binarypackagename WHERE "
            "name = 'libtiny'",
            build));
    }
    void fail(int build) {
        admin.farm.sql(fmt::format(
            "DELETE FROM buildqueue WHERE build = {0}; UPDATE build SET buildstate = 'BUILDING' "
            "WHERE id = {0}; UPDATE build SET buildstate = 'FAILEDTOBUILD' WHERE id = {0}",
            build));
    }
};

constexpr const char* no_nomination = "UPDATE distroseries SET nominatedarchindep = NULL";

}  // namespace

TEST_CASE("a source that nobody will build is told by every command that is asked") {
    struct Row {
        const char *fields, *change, *reason;
    };
    for (const auto& [fields, change, reason] : std::vector<Row>{
             {"Architecture: all\n", no_nomination,
              "its arch:all packages need a nominated architecture, and its series has none"},
             {"Architecture: any all\n", no_nomination,
              "its arch:all packages need a nominated architecture, and its series has none"},
             {"Architecture: all\n", "UPDATE distroarchseries SET enabled = false WHERE id = 6",
              "its arch:all packages are for i386, the nominated architecture, which is disabled"},
             {"Architecture: s390x kfreebsd-any\n", "SELECT 1",
              "it is for s390x kfreebsd-any, and its series has only hppa, i386"},
             {"Architecture: all\nBuild-Indep-Architecture: s390x\n", "SELECT 1",
              "its arch:all packages are for s390x (Build-Indep-Architecture), and its series has "
              "only hppa, i386"}}) {
        OneSource it(fields);
        it.admin.farm.sql(change);
        const std::string sentence =
            fmt::format("nobody builds tiny 1 in ubuntu/hoary, archive primary: {}", reason);
        INFO(sentence);
        CHECK(it.import().out == "source tiny 1: added\n" + sentence + "\n");
        CHECK(it.import().out == "source tiny 1: is so already\n");
        const auto status = [&] { return it.run({"status"}).out; };
        CHECK(holds(status(), reason));
        CHECK(holds(it.run({"queue", "build"}).err, sentence));
        CHECK_FALSE(holds(it.run({"queue", "build"}).err, "nobody builds"));
        for (int again = 0; again < 2; ++again) {
            CHECK(holds(status(), reason));
            CHECK(holds(status(), "nobody builds something of 1 published source: "));
            CHECK(holds(it.run({"status", "--json"}).out, reason));
            CHECK(holds(it.run({"queue", "why"}).out, sentence));
            CHECK(holds(it.run({"queue", "why", "--json"}).out, reason));
            CHECK(holds(it.run({"build", "why", "tiny"}).out, sentence));
            CHECK(holds(it.run({"build", "why", "tiny", "--json"}).out, reason));
        }
    }
}

TEST_CASE("what is mended is no longer told and another reason is told once more") {
    OneSource it("Architecture: all\n");
    it.admin.farm.sql(no_nomination);
    it.import();
    it.run({"queue", "build"});
    it.admin.farm.sql(
        "UPDATE distroseries SET nominatedarchindep = 6 WHERE id = 3; UPDATE distroarchseries SET "
        "enabled = false WHERE id = 6");
    CHECK(holds(it.run({"queue", "build"}).err, "the nominated architecture, which is disabled"));
    CHECK_FALSE(holds(it.run({"queue", "build"}).err, "nobody"));
    it.admin.farm.sql("UPDATE distroarchseries SET enabled = true");
    CHECK(holds(it.run({"build", "why", "tiny"}).out,
                "has no build for i386 yet: 'buildd-master queue build' makes it."));
    CHECK_FALSE(holds(it.run({"queue", "why"}).out, "nobody"));
    it.run({"queue", "build"});
    CHECK(it.builds() == "hoary/i386+all");
    CHECK_FALSE(holds(it.run({"status"}).out, "NOBODY"));
}

TEST_CASE("Build-Indep-Architecture is honoured where the series has it") {
    OneSource it("Architecture: any all\nBuild-Indep-Architecture: hppa\n");
    CHECK(it.import().out == "source tiny 1: added\n");
    it.run({"queue", "build"});
    CHECK(it.builds() == "hoary/hppa+all hoary/i386");
}

TEST_CASE("build why of a source tells what queue build then makes") {
    for (const char* fields : {"Architecture: any\n", "Architecture: all\n", "Architecture: hppa\n",
                               "Architecture: s390x\n"}) {
        OneSource it(fields);
        it.import();
        const std::string why = it.run({"build", "why", "tiny"}).out;
        INFO(why);
        it.run({"queue", "build"});
        const std::string builds = it.builds();
        for (const char* tag : {"i386", "hppa"})
            CHECK(holds(builds, tag) == holds(why.substr(0, why.find("nobody")), tag));
        CHECK((builds == "NULL") == holds(why, "nobody builds"));
        CHECK_FALSE(holds(it.run({"build", "why", "tiny"}).out, "queue build' makes it"));
    }
}

TEST_CASE("the same source in a second series of an archive is built for one of them") {
    OneSource it;
    it.import("hoary");
    it.import("warty");
    it.run({"queue", "build"});
    CHECK(it.builds() == "hoary/hppa hoary/i386+all");
    it.make(it.id_of("hoary", "i386"));
    it.run({"queue", "build"});
    CHECK(it.builds() == "hoary/hppa hoary/i386+all");
    CHECK_FALSE(holds(it.run({"build", "why", "tiny"}).out, "queue build' makes it"));
}

TEST_CASE(
    "what failed in one series is built for another and not again once its binaries are there") {
    OneSource it;
    it.import("hoary");
    it.import("warty");
    it.run({"queue", "build"});
    const int hoary = it.id_of("hoary", "i386");
    it.fail(hoary);
    it.run({"queue", "build"});
    CHECK(holds(it.builds(), "warty/i386+all"));
    const int warty = it.id_of("warty", "i386");
    it.make(warty);
    const std::string made =
        fmt::format("its archive has its binaries already, from build {}", warty);
    CHECK(holds(it.run({"build", "why", std::to_string(hoary)}).out,
                "It cannot be tried again: " + made + "."));
    const auto refused = it.admin.run({"build", "retry", std::to_string(hoary)});
    CHECK(refused.status == 65);
    CHECK(holds(refused.err, made));
}

TEST_CASE("a pending build whose binaries the archive has got is superseded as build why says") {
    fleet::Fleet fleet({"builder bob arch=i386"});
    OneSource it;
    it.admin.farm.connect(fleet, {"bob"});
    it.admin.farm.pass("scan");
    it.import("hoary");
    it.run({"queue", "build"});
    const int build = it.id_of("hoary", "i386");
    it.admin.farm.sql(fmt::format(
        "INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, archive) SELECT "
        "70, 1, 1, sourcepackagerelease, 1 FROM build WHERE id = {}",
        build));
    it.make(70);
    CHECK(holds(it.run({"build", "why", std::to_string(build)}).out,
                "It is not needed: its archive has its binaries already, from build 70. The next "
                "dispatch makes it SUPERSEDED."));
    CHECK(holds(it.run({"queue", "why"}).out, "1 binaries in the archive already"));
    it.admin.farm.pass("dispatch");
    CHECK(it.admin.farm.state(build) == "SUPERSEDED");
    CHECK(holds(it.run({"build", "why", std::to_string(build)}).out, "It is not needed: "));
    CHECK(fleet.count("build") == 0);
}

TEST_CASE("every command that build why names does what it says") {
    for (const auto state : test::all_states()) {
        Admin admin;
        admin.put(state);
        const std::string why = admin.run({"build", "why", "8"}).out;
        INFO(why);
        const bool retry = holds(why, "'buildd-master build retry 8'");
        const auto retried = admin.run({"build", "retry", "8"});
        // A wait that may end by itself has no need of it.
        if (state != BuildState::MANUALDEPWAIT) CHECK((retried.status == 0) == retry);
        if (retry) CHECK(admin.farm.state(8) == "NEEDSBUILD");
    }
    for (const auto state : test::all_states()) {  // of a source that is published no more
        Admin admin;
        admin.put(state);
        admin.farm.sql("UPDATE sourcepackagepublishinghistory SET status = 'DELETED'");
        const std::string why = admin.run({"build", "why", "8"}).out;
        INFO(why);
        CHECK_FALSE(holds(why, "build retry 8"));
        CHECK(admin.run({"build", "retry", "8"}).status != 0);
    }
}

TEST_CASE("DEPFAIL with no empty or unreadable dependencies is told and never tried again") {
    for (const char* dependencies : {"NULL", "''", "' , '", "'Not A Package!'"}) {
        Admin admin;
        admin.put(BuildState::MANUALDEPWAIT);
        admin.farm.sql(
            fmt::format("UPDATE build SET dependencies = {} WHERE id = 8", dependencies));
        const std::string why = admin.run({"build", "why", "8"}).out;
        INFO(why);
        CHECK(holds(why, "It lacks packages, but "));
        CHECK(holds(why, "it is not tried again by itself. 'buildd-master build retry 8'"));
        admin.run({"queue", "build"});
        CHECK(admin.farm.state(8) == "MANUALDEPWAIT");
    }
}
