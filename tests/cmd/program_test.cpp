// The program as cron and an admin call it.
#include <cstdlib>
#include <filesystem>
#include <sys/file.h>

#include "base/lock_file.hpp"
#include "support/farm.hpp"
#include "support/result.hpp"
#include "test.hpp"

using namespace buildd;
using test::ProgramRun;
using test::TestDatabase;

namespace {

struct Program {
    test::TempFolder folder;
    TestDatabase database;
    std::map<std::string, std::string> environment{
        {"BUILDD_MASTER_DATABASE", database.conninfo()},
        {"BUILDD_MASTER_ROOT", folder.path() + "/root"},
        {"BUILDD_MASTER_LOCKFILE", folder.path() + "/lock"},
        {"BUILDD_MASTER_LIBRARIAN_URL", "http://librarian.example.org"},
        {"BUILDD_MASTER_SMTP_URL", "smtp://127.0.0.1:1"}};

    explicit Program(bool filled = true) : database(filled) {}

    ProgramRun run(const std::vector<std::string>& arguments) {
        return test::run_program(arguments, environment);
    }
    // Exit status and the one sentence on stderr.
    void fails(const std::vector<std::string>& arguments, int status, const std::string& sentence) {
        const auto done = run(arguments);
        INFO(done.err);
        CHECK(done.status == status);
        CHECK(done.err == "buildd-master: " + sentence + "\n");
        CHECK(done.out.empty());
    }
    void says(const std::vector<std::string>& arguments, const std::string& out) {
        const auto done = run(arguments);
        INFO(done.err);
        CHECK(done.status == 0);
        CHECK(done.out == out);
    }
};

}  // namespace

TEST_CASE("a farm is set up from the command line and doing it again changes nothing") {
    Program program;
    const std::string chroot = test::make_chroot(program.folder.path());
    const std::vector<std::pair<std::vector<std::string>, std::string>> commands{
        {{"person", "add", "joe", "--email", "joe@example.org"}, "person joe"},
        {{"person", "add", "admins", "--team", "--member", "joe"}, "person admins"},
        {{"series", "add", "ubuntu/hoary", "--status", "development", "--version", "5.04"},
         "series ubuntu/hoary"},
        {{"arch", "add", "ubuntu/hoary/i386", "--family", "x86", "--nominated"},
         "architecture ubuntu/hoary/i386"},
        {{"archive", "add", "ubuntu", "primary", "--purpose", "PRIMARY", "--url", "http://u/"},
         "archive ubuntu/primary"},
        {{"archive", "add", "ubuntu", "joes", "--purpose", "PPA", "--url", "http://p/", "--owner",
          "joe"},
         "archive ubuntu/joes"},
        {{"chroot", "set", "ubuntu/hoary/i386", chroot}, "chroot of ubuntu/hoary/i386"},
        {{"builder", "add", "bob", "http://127.0.0.1:1/", "--arch", "i386"}, "builder bob"},
        {{"builder", "add", "jail", "http://127.0.0.1:2/", "--arch", "i386", "--untrusted",
          "--vm-host", "vm1", "--manual"},
         "builder jail"}};
    for (const auto& [arguments, what] : commands) program.says(arguments, what + ": added\n");
    for (const auto& [arguments, what] : commands)
        program.says(arguments, what + ": is so already\n");
    program.database.run(
        "UPDATE builder SET builderok = false, next_probe = now() + interval '1 h' WHERE name = "
        "'bob'");
    program.says({"builder", "set", "bob", "--url", "http://127.0.0.1:3/"},
                 "builder bob: changed: url http://127.0.0.1:1/ -> http://127.0.0.1:3/\n");
    CHECK(program.database.value("SELECT next_probe <= now() FROM builder WHERE name = 'bob'") ==
          "true");
    program.says({"builder", "disable", "bob", "--reason", "on fire"}, "builder bob: changed\n");
    CHECK(program.database.value("SELECT failnotes FROM builder WHERE name = 'bob'") == "on fire");
    program.says({"builder", "enable", "bob"}, "builder bob: changed\n");
    program.says({"builder", "enable", "bob"}, "builder bob: is so already\n");
    CHECK(program.run({"builder", "list"}).out.find("jail  i386  untrusted, dirty  ok, manual") !=
          std::string::npos);
    CHECK(program.run({"builder", "show", "bob"}).out.find("http://127.0.0.1:3/") !=
          std::string::npos);
}

TEST_CASE("a chroot is a tarball with chroot-autobuild at its top unless it is forced") {
    Program program;
    program.database.run(test::fixture("sample-farm/farm.sql"));
    const std::string& folder = program.folder.path();
    const auto set = [&](const std::string& file, bool force = false) {
        std::vector<std::string> words{"chroot", "set", "ubuntu/hoary/i386", folder + "/" + file};
        if (force) words.push_back("--force");
        return program.run(words);
    };
    const std::string make = "cd " + folder +
                             " && mkdir -p chroot-autobuild/etc other/chroot-autobuild && "
                             "tar -cJf good.tar.xz chroot-autobuild && tar -cf dot.tar "
                             "./chroot-autobuild/etc && tar -cf other.tar other && "
                             "tar -cf inner.tar -C other . && tar -cf empty.tar -T /dev/null && "
                             "echo text >text && head -c 100000 /dev/urandom >noise.tar.gz";
    REQUIRE(std::system(make.c_str()) == 0);
    for (const char* good : {"good.tar.xz", "dot.tar", "inner.tar"}) {
        INFO(good);
        CHECK(set(good).out == "chroot of ubuntu/hoary/i386: changed\n");
    }
    for (const char* bad : {"other.tar", "empty.tar", "text", "noise.tar.gz"}) {
        INFO(bad);
        const auto refused = set(bad);
        CHECK(refused.status == 65);
        CHECK(refused.err.find(folder + "/" + bad + " ") != std::string::npos);
        CHECK(refused.err.find("--force takes it") != std::string::npos);
    }
    CHECK(set("other.tar").err.find("has other/ at its top") != std::string::npos);
    CHECK(set("text", true).out == "chroot of ubuntu/hoary/i386: changed\n");
}

TEST_CASE("an archive may want debug symbols") {
    Program program;
    program.database.run(test::fixture("sample-farm/farm.sql"));
    const auto wanted = [&] {
        return program.database.value("SELECT debug_symbols FROM archive WHERE id = 1");
    };
    CHECK(wanted() == "false");
    const std::vector<std::string> words{"archive", "set", "ubuntu/primary", "--debug-symbols"};
    const auto with = [&](const char* value) {
        auto all = words;
        all.emplace_back(value);
        return all;
    };
    program.says(with("yes"), "archive ubuntu/primary: changed: debug symbols no -> yes\n");
    program.says(with("yes"), "archive ubuntu/primary: is so already\n");
    CHECK(wanted() == "true");
    program.says(with("no"), "archive ubuntu/primary: changed: debug symbols yes -> no\n");
    CHECK(program.run(with("maybe")).status == 64);
    program.fails({"archive", "set", "ubuntu/none", "--debug-symbols", "yes"}, 64,
                  "there is no archive 'ubuntu/none': add it with 'buildd-master archive add "
                  "ubuntu/none --purpose P --url U'");
}

TEST_CASE("wrong usage is one sentence and exit status 64") {
    Program program;
    program.fails({"--bogus"}, 64, "'--bogus' is not known here; see 'buildd-master --help'");
    program.fails({"scan", "--bogus"}, 64,
                  "'--bogus' is not known here; see 'buildd-master scan --help'");
    program.fails({"builder", "ad"}, 64,
                  "'ad' is not known here; see 'buildd-master builder --help'");
    program.fails({"builder", "add", "bob"}, 64,
                  "url is required; see 'buildd-master builder add --help'");
    program.fails({}, 64, "A subcommand is required; see 'buildd-master --help'");
    program.fails({"series", "add", "ubuntu", "--status", "CURRENT"}, 64,
                  "'ubuntu' is not of the form DISTRO/SERIES");
    program.fails(
        {"series", "add", "u/h", "--status", "NEW"}, 64,
        "'NEW' is no series status: it is one of EXPERIMENTAL, DEVELOPMENT, FROZEN, CURRENT, "
        "SUPPORTED, OBSOLETE");
    program.fails(
        {"person", "add", "Joe"}, 64,
        "'Joe' cannot be the name of a person: lower-case letters, digits and + . _ - are "
        "allowed, a letter or digit first");
    program.fails({"person", "add", "joe", "--email", "joe"}, 64,
                  "--email: 'joe' is no address of the form a@b");
    program.fails({"person", "add", "joe", "--member", "jane"}, 64, "--member goes with --team");
    program.fails({"builder", "add", "bob", "bob:8221", "--arch", "i386"}, 64,
                  "'bob:8221' is no URL of the form http://host:port/");
    program.fails({"builder", "add", "bob", "http://bob/", "--arch", "i386"}, 64,
                  "there is no architecture 'i386': add it with 'buildd-master arch add "
                  "DISTRO/SERIES/i386 --family F'");
    program.fails({"builder", "show", "bob"}, 64, "there is no builder 'bob'");
    program.fails({"builder", "set", "bob", "--manual", "true"}, 64,
                  "there is no builder 'bob': 'buildd-master builder list' names them");
    program.fails(
        {"arch", "add", "u/h/i386", "--family", "x86"}, 64,
        "there is no series 'u/h': add it with 'buildd-master series add u/h --status S'");
    program.fails({"archive", "add", "u", "ppa", "--purpose", "PPA", "--url", "http://x"}, 64,
                  "a PPA has an owner: give --owner NAME");
    program.fails(
        {"archive", "add", "u", "p", "--purpose", "PRIMARY", "--url", "http://x"}, 64,
        "there is no distribution 'u': 'buildd-master series add u/SERIES --status S' makes "
        "it");
    program.fails({"build", "log", "x"}, 64,
                  "there is no build 'x': give an id or the name of a source; 'buildd-master "
                  "build list' shows them");
    program.fails({"build", "log", "7"}, 64, "there is no build 7");
    program.fails({"scan", "--wait", "soon"}, 64,
                  "--wait: 'soon' is not a duration like 600 s, 10 min, 12 h or 30 d");
    program.fails({"db", "init", "--role", "stranger"}, 64,
                  "there is no role 'stranger' in this database: create it first, e.g. with "
                  "createuser");
}

TEST_CASE("an archive that is new needs its URL") {
    Program program;
    program.run({"series", "add", "u/h", "--status", "CURRENT"});
    program.fails({"archive", "add", "u", "p", "--purpose", "PRIMARY"}, 64,
                  "the archive u/p is new: it needs --url");
}

TEST_CASE("two builders cannot share an address") {
    Program program;
    program.database.run(test::fixture("sample-farm/farm.sql"));
    program.fails(
        {"builder", "add", "jack", "http://bob:8221/", "--arch", "i386"}, 64,
        "http://bob:8221/ leads to the daemon of builder 'bob' (http://bob:8221/) already");
    program.fails({"builder", "add", "jack", "http://BOB:08221//", "--arch", "i386"}, 64,
                  "http://BOB:08221// leads to the daemon of builder 'bob' (http://bob:8221/) "
                  "already");
}

TEST_CASE("a bad input file is exit status 65 with its name") {
    Program program;
    program.database.run(test::fixture("sample-farm/farm.sql"));
    program.fails(
        {"source", "import", "--archive", "ubuntu/primary", "--series", "hoary", "/none.dsc"}, 65,
        "cannot open /none.dsc: No such file or directory");
    program.fails({"chroot", "set", "ubuntu/hoary/i386", "/none"}, 65,
                  "cannot open /none: No such file or directory");
    program.fails({"build", "log", "7"}, 65, "build 7 has no log yet");
}

TEST_CASE("an unreachable database is exit status 69 and bad configuration 78") {
    Program program;
    program.environment["BUILDD_MASTER_DATABASE"] = "host=/nowhere";
    const auto unreachable = program.run({"cycle"});
    CHECK(unreachable.status == 69);
    CHECK(unreachable.err.find("buildd-master: cannot reach the database: ") == 0);
    const std::string conf = program.folder.write("conf", "pass_timeout = soon\n");
    program.fails(
        {"--config", conf, "scan"}, 78,
        conf +
            ", line 1: pass_timeout: 'soon' is not a duration like 600 s, 10 min, 12 h or "
            "30 d");
    program.fails({"--config", "/none.conf", "scan"}, 78,
                  "cannot open /none.conf: No such file or directory");
    Program empty(false);
    empty.fails({"scan"}, 78,
                "the database holds no farm: run 'buildd-master db init' to create its tables");
    Program other;
    other.run({"scan"});
    const std::string key = other.folder.path() + "/root/url-key.conf";
    REQUIRE(std::filesystem::remove(key));
    other.database.run("UPDATE farm SET uuid = gen_random_uuid()");
    CHECK(other.run({"scan"}).status == 78);
    CHECK_FALSE(std::filesystem::exists(key));
    CHECK(other.run({"scan"}).err.find("belongs to the farm") != std::string::npos);
    CHECK(other.run({"scan"}).err.find("begin anew with an empty folder (move ") !=
          std::string::npos);
}

TEST_CASE("a new database beside an old root is told what to do before anything is made") {
    Program old;
    old.run({"scan"});
    const TestDatabase database(false);
    auto environment = old.environment;
    environment["BUILDD_MASTER_DATABASE"] = database.conninfo();
    const std::string root = old.folder.path() + "/root";
    const auto refused = test::run_program({"db", "init"}, environment);
    CHECK(refused.status == 78);
    CHECK(refused.err ==
          "buildd-master: root: " + root +
              " belongs to another farm already, a new one does not begin beside its files: name "
              "that farm's database (setting database), restore it if it is lost, or move " +
              root + " away or set root\n");
    std::filesystem::rename(root, root + ".old");
    CHECK(test::run_program({"db", "init"}, environment).status == 0);
    CHECK(old.run({"db", "init"}).err.find("holds a farm already") != std::string::npos);
}

TEST_CASE("a schema too old or too new is refused by every command in one sentence") {
    Program program;
    program.database.run("UPDATE farm SET schema_version = 1");
    for (const auto& command : std::vector<std::vector<std::string>>{{"scan"},
                                                                     {"collect"},
                                                                     {"dispatch"},
                                                                     {"cycle"},
                                                                     {"status"},
                                                                     {"queue", "build"},
                                                                     {"queue", "list"},
                                                                     {"builder", "list"},
                                                                     {"build", "list"},
                                                                     {"db", "check"},
                                                                     {"config", "check"},
                                                                     {"person", "add", "x"}}) {
        const auto done = program.run(command);
        INFO(command[0]);
        CHECK(done.status == 78);
        CHECK(done.err.find(
                  "buildd-master: the database has schema version 1, this program needs ") == 0);
    }
}

TEST_CASE("a pass over a quiet farm prints nothing") {
    Program program;
    for (const char* command : {"scan", "collect", "dispatch", "cycle"}) {
        const auto done = program.run({command});
        CHECK(done.status == 0);
        CHECK(done.out.empty());
        CHECK(done.err.empty());
    }
    CHECK(program.run({"cycle", "-v"}).err.find("INFO    cycle: 0 builders, in ") == 0);
}

TEST_CASE("a pass that finds the lock held touches nothing and is exit status 75") {
    Program program;
    auto lock = LockFile::try_acquire(program.folder.path() + "/lock", "cycle");
    const auto busy = program.run({"scan", "-v"});
    CHECK(busy.status == 75);
    CHECK(busy.err.find("INFO    Lockfile " + program.folder.path() + "/lock in use by host '") ==
          0);
    CHECK(program.run({"scan"}).err.empty());
    CHECK(program.database.value("SELECT count(*) FROM pass") == "0");
    lock->reset();
    CHECK(program.run({"scan"}).status == 0);
}

TEST_CASE("a pass of another host holds the farm's lock") {
    Program program;
    program.database.run("SELECT pg_advisory_lock(1651862628, 1)");
    const auto busy = program.run({"scan", "-v"});
    CHECK(busy.status == 75);
    CHECK(busy.err.find("The farm's lock is in use by the database session ") != std::string::npos);
    program.database.run("SELECT pg_advisory_unlock(1651862628, 1)");
    CHECK(program.run({"scan"}).status == 0);
}

TEST_CASE("waiting for a lock that stays held ends at its deadline") {
    Program program;
    auto lock = LockFile::try_acquire(program.folder.path() + "/lock", "cycle");
    CHECK(program.run({"scan", "--wait", "1"}).status == 75);
}

TEST_CASE("settings are shown with their origin and without secrets") {
    Program program;
    program.environment["BUILDD_MASTER_LIBRARIAN_PASSWORD"] = "s3cret";
    program.environment["BUILDD_MASTER_DATABASE"] = "host=/x password=s3cret";
    const auto done = program.run({"config", "show", "--upload-jobs", "3"});
    CHECK(done.status == 0);
    CHECK(done.out.find("s3cret") == std::string::npos);
    CHECK(done.out.find("upload_jobs                3") != std::string::npos);
    CHECK(done.out.find("option") != std::string::npos);
}

TEST_CASE("help names every command and never needs a database") {
    Program program;
    program.environment["BUILDD_MASTER_DATABASE"] = "host=/nowhere";
    const auto help = program.run({"--help"});
    CHECK(help.status == 0);
    for (const char* command : {"scan", "collect", "dispatch", "cycle", "queue", "status",
                                "builder", "process-upload", "source", "db", "config"})
        CHECK(help.out.find(std::string("\n  ") + command + " ") != std::string::npos);
    CHECK(program.run({"series", "add", "--help"}).out.find("--status STATUS") !=
          std::string::npos);
    CHECK(program.run({"--version"}).out.find("buildd-master ") == 0);
}

TEST_CASE("status shows the farm on one screen") {
    Program program;
    program.database.run(test::fixture("sample-farm/farm.sql"));
    program.run({"scan"});
    const auto done = program.run({"status"});
    CHECK(done.status == 0);
    CHECK(done.out.find("BUILDERS  idle  building  manual  failed  disabled\ni386") == 0);
    CHECK(done.out.find("i386   trusted  2        0") != std::string::npos);
    CHECK(done.out.find("last pass: scan on ") != std::string::npos);
}

TEST_CASE("db check finds contradictions and altered files") {
    Program program;
    program.says({"db", "check"}, "nothing wrong was found\n");
    program.database.run(test::fixture("sample-farm/farm.sql"));
    const auto done = program.run({"db", "check"});
    CHECK(done.status == 1);
    CHECK(done.out.find("build 2 is NEEDSBUILD but has no job: run queue build\n") !=
          std::string::npos);
    CHECK(done.out.find("mozilla-firefox_0.9.dsc is missing") != std::string::npos);
}

TEST_CASE("process-upload refuses what it is not asked rightly") {
    Program program;
    program.database.run(test::fixture("sample-farm/farm.sql"));
    const std::string root = program.folder.path() + "/root";
    const auto upload = [&](const std::string& build, const std::string& leaf) {
        return program.run(
            {"process-upload", "-d", "ubuntu", "-s", "hoary", "-b", build, "-J", leaf, root});
    };
    CHECK(upload("x", "leaf").status == 64);
    CHECK(upload("8", "../leaf").status == 64);
    CHECK(upload("8", "20050401-085438-8-1").status == 65);
    program.folder.write("root/incoming/20050401-085438-8-1/ubuntu/x", "");
    const auto stranger = upload("8", "20050401-085438-8-1");
    CHECK(stranger.status == 65);
    CHECK(stranger.err.find("build 8 does not wait for the leaf") != std::string::npos);
    auto lock = LockFile::try_acquire(root + "/locks/20050401-085438-8-1", "other");
    CHECK(upload("8", "20050401-085438-8-1").status == 75);
}

TEST_CASE("process-upload may be run by hand and again") {
    Program program;
    program.database.run(test::fixture("sample-farm/farm.sql"));
    const std::string leaf = "20050401-085438-8-1";
    const std::string place = program.folder.path() + "/root/incoming/" + leaf + "/ubuntu";
    test::make_result(place);
    program.database.run(
        "UPDATE build SET buildstate = 'BUILDING' WHERE id = 8; UPDATE build SET "
        "buildstate = 'UPLOADING', upload_leaf = '" +
        leaf + "' WHERE id = 8; DELETE FROM buildqueue WHERE build = 8");
    const std::vector<std::string> call{"process-upload",
                                        "-d",
                                        "ubuntu",
                                        "-s",
                                        "hoary",
                                        "-b",
                                        "8",
                                        "-J",
                                        leaf,
                                        program.folder.path() + "/root"};
    CHECK(program.run(call).status == 0);
    CHECK(program.database.value("SELECT buildstate FROM build WHERE id = 8") == "FULLYBUILT");
    CHECK(program.run(call).status == 0);
    CHECK(program.database.value("SELECT count(*) FROM binarypackagerelease WHERE build = 8") ==
          "1");
}
