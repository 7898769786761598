// No secret is written where people or other programs read it (L36).
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

#include "base/text.hpp"
#include "support/result.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;
namespace fs = std::filesystem;

namespace {

// Planted one at each place where a farm keeps a password.
const std::vector<std::string> secrets{"pwBuilder1x",  "pwDatabase2x",  "pwArchive3x",
                                       "pwExternal4x", "pwLibrarian5x", "pwSmtp6x"};

struct PlantedFarm {
    Scenario it{"current", {"bob", "frog", "jack"}};
    std::string seen;  // everything that was written

    PlantedFarm() {
        auto& options = it.farm.options;
        options["database"] = it.farm.db().conninfo() + " password=pwDatabase2x";
        options["librarian_password"] = "pwLibrarian5x";
        options["smtp_url"] = replace_all(options["smtp_url"], "//", "//u:pwSmtp6x@");
        options["metrics_file"] = it.farm.file("metrics");
        options["send_build_notification"] = "true";
        it.farm.sql(
            "UPDATE builder SET url = replace(url, '//', '//u:pwBuilder1x@');"
            "UPDATE archive SET private = true, external_lines = 'deb "
            "http://u:pwExternal4x@private.example.org/ubuntu hoary main';"
            "UPDATE archive SET url = 'http://u:pwArchive3x@127.0.0.1:1/ubuntu'");
    }

    int run(std::vector<std::string> words) {
        words.insert(words.end(), {"--log-file", it.farm.file("log")});
        const int status = it.run(words);
        seen += it.out() + it.log();
        return status;
    }

    // An uploader or other child: what it and its parent are called, then `rest`.
    std::string child(const std::string& name, const std::string& rest) {
        std::ofstream(it.farm.file(name))
            << "cat /proc/$$/cmdline /proc/$PPID/cmdline | tr '\\0' ' ' >>" << it.farm.file("words")
            << '\n'
            << rest << '\n';
        return "/bin/sh " + it.farm.file(name);
    }

    void gather_what_was_written() {
        for (const char* file : {"log", "metrics", "words", "html"})
            if (fs::exists(it.farm.file(file))) seen += test::read(it.farm.file(file));
        seen += it.mails();
        for (const auto& entry : fs::recursive_directory_iterator(it.farm.file("locks")))
            if (entry.is_regular_file()) seen += test::read(entry.path());
        // Where an admin wrote them they stand.
        it.farm.sql(
            "UPDATE builder SET url = 'http://' || name; UPDATE archive SET url = 'http://' || "
            "name, external_lines = NULL");
        for (const auto& table : it.farm.db().rows("SELECT tablename FROM pg_tables WHERE "
                                                   "schemaname = current_schema()"))
            for (const auto& row : it.farm.db().rows("SELECT * FROM " + table))
                seen += table + ": " + row + '\n';
    }

    void check() {
        gather_what_was_written();
        for (const auto& secret : secrets)
            for (const auto& line : split(seen, '\n')) {
                INFO(line);
                CHECK(line.find(secret) == std::string::npos);
            }
    }
};

const std::string leaking = "http://u:pwExternal4x@private.example.org/ubuntu";

}  // namespace

TEST_CASE("L36 no secret is written by passes that go well or fail") {
    PlantedFarm farm;
    Scenario& it = farm.it;
    farm.run({"config", "check"});
    for (const char* dry : {"scan", "collect", "dispatch", "cycle"}) farm.run({dry, "--dry-run"});
    it.fleet.say("jack down\nfrog fault ensurepresent fault='8002:" + leaking + " pwLibrarian5x'");
    farm.run({"scan"});
    farm.run({"dispatch"});
    it.fleet.say("frog heal\nfrog fetch 'Error accessing Librarian: " + leaking +
                 " joe pwLibrarian5x'\nbob fetch download");
    farm.run({"dispatch"});
    it.fleet.say("* state '" + leaking + "' 1-1");
    farm.run({"cycle"});

    it.farm.sql("UPDATE builder SET builderok = true, suspicion = 0; DELETE FROM buildqueue");
    const test::TempFolder files;
    it.fleet.say(fmt::format("bob state WAITING PACKAGEFAIL {} log={}", it.farm.give(8, "bob"),
                             files.write("log", leaking)));
    it.fleet.say("frog state BUILDING " + it.farm.give(7, "frog") + "\nfrog logtail '" + leaking +
                 "'");
    farm.run({"cycle"});
    it.fleet.say(fmt::format("frog state WAITING OK {} result-files=1x10",
                             it.farm.value("SELECT build || '-' || id FROM buildqueue WHERE build "
                                           "= 7")));
    it.farm.options["uploader"] = farm.child("up", "echo " + leaking + " >$2; exit 1");
    farm.run({"collect"});
    CHECK(it.farm.state(7) == "FAILEDTOUPLOAD");
    it.fleet.say("bob state WAITING DEPFAIL " + it.farm.give(2, "bob") + " dependencies='" +
                 leaking + "'");
    farm.run({"cycle"});
    CHECK(it.fleet.mails() > 3);
    farm.check();
}

TEST_CASE("L36 no secret is written by children that fail or by what cannot be reached") {
    PlantedFarm farm;
    Scenario& it = farm.it;
    it.farm.sql(
        "UPDATE build SET archive = 9 WHERE id = 8; DELETE FROM buildqueue WHERE build <> 8;"
        "UPDATE builder SET trusted = false, vm_host = 'vm7', clean_status = 'DIRTY', "
        "architecturetag = 'i386'");
    it.farm.options["vm_resume_command"] =
        farm.child("resume", "echo " + leaking + " >&2; exit 3") + " %(vm_host)s";
    farm.run({"dispatch"});
    const test::TempFolder results;
    test::make_result(results.path());
    it.farm.sql("UPDATE builder SET builderok = true");
    it.fleet.say(
        fmt::format("bob state WAITING OK {} files={}", it.farm.give(8, "bob"), results.path()));
    it.farm.options["publish_command"] =
        farm.child("publish", "echo " + leaking + " >&2; exit 65") + " %(changes)s";
    it.fleet.say("smtp reject-rcpt");
    farm.run({"collect"});
    CHECK(it.farm.state(8) == "FAILEDTOUPLOAD");
    it.fleet.say("smtp ok");
    it.farm.sql("UPDATE mailqueue SET next_attempt = now()");
    farm.run({"collect"});

    farm.run({"archive", "refresh"});
    const std::string database = it.farm.options["database"];
    for (const char* wrong :
         {"host=/nowhere password=pwDatabase2x", "host=/nowhere password = a pwDatabase2x",
          "postgresql://u:pwDatabase2x@127.0.0.1:1/farm", "postgresql://u:pwDatabase2x@[::1/farm",
          "postgresql://u:pwDatabase2x@h:x/farm", "host=/nowhere passwort=pwDatabase2x"}) {
        it.farm.options["database"] = wrong;
        CHECK(farm.run({"scan"}) >= 69);
        CHECK(farm.run({"config", "show"}) == 0);
    }
    it.farm.options["database"] = database;
    it.farm.options["smtp_url"] = "smtp://u:pwSmtp6x@127.0.0.1:1";
    farm.run({"collect"});
    farm.check();
}

TEST_CASE("L36 no secret is written by the commands of an admin") {
    PlantedFarm farm;
    Scenario& it = farm.it;
    it.farm.sql(
        "UPDATE builder SET builderok = false, disabled_by = 'x', failnotes = 'cannot reach ' || "
        "url WHERE name = 'jack'");
    it.farm.give(8, "bob");
    it.fleet.say("bob state BUILDING 8-1\nbob logtail '" + leaking + "'");
    farm.run({"collect"});
    std::ofstream(it.farm.file("lines")) << "deb " << leaking << " hoary main\n";
    std::ofstream(it.farm.file("bad.dsc")) << leaking << '\n';
    std::ofstream(it.farm.file("conf")) << "librarian_password pwLibrarian5x\n";
    const std::string archive = "http://u:pwArchive3x@private.example.org/";
    const std::string builder = "http://u:pwBuilder1x@127.0.0.1:9/";
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"config", "show"},
             {"config", "show", "--config", it.farm.file("conf")},
             {"status"},
             {"status", "--json"},
             {"status", "--html", it.farm.file("html")},
             {"builder", "list"},
             {"builder", "list", "--json"},
             {"builder", "show", "bob"},
             {"builder", "show", "jack", "--json"},
             {"builder", "add", "new", builder, "--arch", "i386"},
             {"builder", "add", "other", builder, "--arch", "i386"},
             {"builder", "add", "other", "x" + builder, "--arch", "i386"},
             {"builder", "set", "new", "--url", builder + "?x"},
             {"builder", "disable", "bob", "--reason", "see " + leaking},
             {"builder", "enable", "bob"},
             {"build", "list"},
             {"build", "list", "--json"},
             {"build", "show", "8"},
             {"build", "show", "8", "--json"},
             {"build", "log", "8"},
             {"build", "why", "8"},
             {"build", "cancel", "8"},
             {"build", "retry", "8"},
             {"build", "rescore", "7", "9"},
             {"build", "reupload", "8"},
             {"queue", "list"},
             {"queue", "list", "--json"},
             {"queue", "why"},
             {"queue", "build"},
             {"person", "add", "ann", "--email", leaking},
             {"archive", "add", "ubuntu", "extra", "--purpose", "PARTNER", "--url", archive,
              "--external-lines", it.farm.file("lines")},
             {"archive", "add", "ubuntu", "extra", "--purpose", "PARTNER", "--url",
              "a b" + archive},
             {"chroot", "set", "ubuntu/hoary/i386", "/nowhere/" + leaking},
             {"source", "import", "--archive", "ubuntu/primary", "--series", "hoary",
              it.farm.file("bad.dsc")},
             {"process-upload", "-d", "ubuntu", "-s", "hoary", "-b", "8", "-J", leaking,
              it.farm.root()},
             {"db", "init"},
             {"db", "upgrade"},
             {"db", "check"}}) {
        INFO(words[0] << ' ' << words.back());
        CHECK(farm.run(words) != 70);
    }
    // What was planted for them to show.
    it.farm.sql(
        "UPDATE builder SET failnotes = NULL WHERE name = 'jack'; DELETE FROM person WHERE name = "
        "'ann'");
    farm.check();
}
