#include <fmt/format.h>

#include "support/farm.hpp"
#include "test.hpp"

using namespace buildd;
using fleet::Fleet;
using test::TestFarm;

namespace {

constexpr const char* bob = "builder bob arch=i386";
constexpr const char* frog = "builder frog arch=i386 generation=classic";

}  // namespace

TEST_CASE("healthy builders of both generations stay ok and their tag and version are stored") {
    const Fleet fleet({bob, frog});
    TestFarm farm;
    farm.connect(fleet, {"bob", "frog"});
    CHECK(farm.pass("scan") == ExitStatus::done);
    CHECK(farm.db().rows("SELECT name, builderok, architecturetag, coalesce(version, ''), "
                         "last_seen IS NOT NULL FROM builder ORDER BY name") ==
          std::vector<std::string>{"bob|true|i386|254|true", "frog|true|i386||true"});
    CHECK(fleet.count("echo") == 2);
    CHECK(fleet.count("info") == 2);
    CHECK(fleet.count("status") == 2);
}

TEST_CASE("one dead builder is failed with a readable reason and twenty healthy ones are not") {
    Fleet fleet({"builder b arch=i386 count=21"});
    TestFarm farm;
    std::vector<std::string> names;
    for (int i = 1; i <= 21; ++i) names.push_back(fmt::format("b{}", i));
    farm.connect(fleet, names);
    fleet.say("b7 down");
    CHECK(farm.pass("scan") == ExitStatus::done);
    CHECK(farm.value("SELECT string_agg(name, ' ') FROM builder WHERE NOT builderok") == "b7");
    CHECK(farm.notes("b7").find("cannot connect to 127.0.0.1:") == 0);
    CHECK(farm.notes("b7").find("Connection refused") != std::string::npos);
    CHECK(farm.logged("WARNING Builder 'b7' failed: cannot connect to 127.0.0.1:"));
    CHECK(farm.value("SELECT count(*) FROM builder WHERE last_seen IS NOT NULL") == "20");
}

TEST_CASE("L23 a hung builder costs only its own deadline") {
    Fleet fleet({bob, frog, "bob fault echo hang"});
    TestFarm farm;
    farm.connect(fleet, {"bob", "frog"});
    farm.options["socket_timeout"] = "1 s";
    CHECK(farm.pass("scan") == ExitStatus::done);
    CHECK(farm.notes("bob").find("did not answer within 1 s") != std::string::npos);
    CHECK(farm.value("SELECT builderok FROM builder WHERE name = 'frog'") == "true");
}

TEST_CASE("each failed check has its reason") {
    Fleet fleet({bob});
    TestFarm farm;
    farm.connect(fleet, {"bob"});
    const auto notes_after = [&](const std::string& statement) {
        farm.sql("UPDATE builder SET builderok = true");
        fleet.say("bob heal\n" + statement);
        farm.pass("scan");
        return farm.notes("bob");
    };
    const std::string value = "<?xml version=\"1.0\"?><methodResponse><params><param><value>";
    const std::string end = "</value></param></params></methodResponse>";
    CHECK(notes_after("bob fault echo body='" + value + "<array><data></data></array>" + end +
                      "'") == "Failed to echo OK");
    CHECK(notes_after("bob fault info body='" + value +
                      "<array><data><value>1.1</value><value>i386</value><value><array><data/>"
                      "</array></value></data></array>" +
                      end + "'") == "Protocol version mismatch");
    CHECK(notes_after("bob fault info body='" + value +
                      "<array><data><value>1.0</value><value>hppa</value><value><array><data/>"
                      "</array></value></data></array>" +
                      end + "'") == "Architecture tag mismatch: hppa != i386");
    CHECK(notes_after("bob fault echo fault").find("answered echo() with Fault 8002: error") !=
          std::string::npos);
    CHECK(notes_after("bob fault status http=502").find("answered HTTP 502") != std::string::npos);
    CHECK(notes_after("bob fault status html").find("the document is no methodResponse") !=
          std::string::npos);
    CHECK(notes_after("bob fault status empty").find("not well-formed XML") != std::string::npos);
    CHECK(notes_after("bob fault info close").find("closed the connection without an answer") !=
          std::string::npos);
}

TEST_CASE("L05 a failed builder is tried again later and comes back by itself") {
    Fleet fleet({bob, "bob down"});
    TestFarm farm;
    farm.connect(fleet, {"bob"});
    const auto minutes = [&] {
        return farm.value("SELECT round(extract(epoch FROM next_probe - now()) / 60) FROM builder");
    };
    farm.pass("scan");
    CHECK(minutes() == "1");
    fleet.clear_calls();
    farm.pass("scan");  // not due
    CHECK(farm.value("SELECT probe_failures FROM builder") == "1");
    farm.sql("UPDATE builder SET next_probe = now()");
    farm.pass("scan");
    CHECK(minutes() == "2");
    CHECK(farm.logged("INFO    Builder 'bob' failed"));  // not a warning again
    fleet.say("bob up");
    farm.sql("UPDATE builder SET next_probe = now()");
    farm.pass("scan");
    CHECK(farm.logged("INFO    Builder 'bob' is back"));
    CHECK(farm.value("SELECT builderok || ' ' || probe_failures FROM builder") == "true 0");
    CHECK(farm.notes("bob").empty());
}

TEST_CASE("a builder disabled by a person is never probed") {
    Fleet fleet({bob});
    TestFarm farm;
    farm.connect(fleet, {"bob"});
    farm.sql("UPDATE builder SET builderok = false");
    farm.pass("scan");
    CHECK(fleet.count("echo") == 0);
    CHECK(farm.logged("WARNING builders.x86: No builders are available"));
    CHECK(farm.value("SELECT disabled_by FROM builder") == "farm");
}

TEST_CASE("only builders of a family with a chroot are probed") {
    Fleet fleet({bob});
    TestFarm farm;
    farm.connect(fleet, {"bob"});
    farm.sql("DELETE FROM pocketchroot");
    farm.pass("scan");
    CHECK(fleet.count("echo") == 0);
}

TEST_CASE("a lost builder is rescued with the exact message in every state") {
    Fleet fleet({bob, frog});
    TestFarm farm;
    farm.connect(fleet, {"bob", "frog"});
    const auto rescue = [&](const std::string& name, const std::string& state) {
        fleet.say(name + " state " + state);
        farm.pass("scan");
        return fleet.state(name);
    };
    CHECK(rescue("bob", "WAITING OK 7-1") == "IDLE");
    CHECK(farm.logged("WARNING Builder 'bob' rescued from '7-1: Job build entry mismatch'"));
    CHECK(rescue("bob", "BUILDING 1000-10000") != "BUILDING");
    CHECK(
        farm.logged("WARNING Builder 'bob' rescued from '1000-10000: 'The object Build by the ID "
                    "1000 does not exist''"));
    fleet.say("bob reset");
    CHECK(rescue("bob", "WAITING OK 8-10000") == "IDLE");
    CHECK(
        farm.logged("rescued from '8-10000: 'The object BuildQueue by the ID 10000 does not "
                    "exist''"));
    CHECK(rescue("bob", "WAITING PACKAGEFAIL rubbish") == "IDLE");
    CHECK(farm.logged("rescued from 'rubbish: Malformed job identifier'"));
    CHECK(rescue("frog", "ABORTED 8-1") == "IDLE");
    CHECK(
        farm.logged("WARNING Builder 'frog' rescued from '8-1: Job is not assigned to this "
                    "builder'"));
    CHECK(rescue("frog", "WAITING CHROOTFAIL 8-1") == "IDLE");
    CHECK(farm.value("SELECT count(*) FROM builder WHERE NOT builderok") == "0");
}

TEST_CASE("a sane builder keeps its job and an aborted one of ours is left to collect") {
    Fleet fleet({bob, frog});
    TestFarm farm;
    farm.connect(fleet, {"bob", "frog"});
    const std::string cookie = farm.give(8, "bob"), other = farm.give(7, "frog");
    fleet.say("bob state BUILDING " + cookie);
    fleet.say("frog state ABORTED " + other);
    farm.pass("scan");
    CHECK(fleet.state("bob") == "BUILDING");
    CHECK(fleet.state("frog") == "ABORTED");
    CHECK_FALSE(farm.logged("rescued"));
}

TEST_CASE("manual builders are probed and rescued like any other") {
    Fleet fleet({bob});
    TestFarm farm;
    farm.connect(fleet, {"bob"});
    farm.sql("UPDATE builder SET manual = true");
    fleet.say("bob state WAITING OK 7-1");
    farm.pass("scan");
    CHECK(fleet.state("bob") == "IDLE");
}

TEST_CASE("a rescue that fails fails that builder and nothing else") {
    Fleet fleet({bob, frog});
    TestFarm farm;
    farm.connect(fleet, {"bob", "frog"});
    fleet.say("bob state WAITING OK 7-1\nbob fault clean fault");
    CHECK(farm.pass("scan") == ExitStatus::done);
    CHECK(farm.notes("bob").find("Could not be rescued from '7-1: Job build entry mismatch': ") ==
          0);
    CHECK(farm.value("SELECT builderok FROM builder WHERE name = 'frog'") == "true");
}

TEST_CASE("a builder that aborts a lost job has a deadline") {
    Fleet fleet({bob, "bob state ABORTING 7-1"});
    TestFarm farm;
    farm.connect(fleet, {"bob"});
    farm.pass("scan");
    CHECK(farm.value("SELECT aborting_since IS NOT NULL FROM builder") == "true");
    CHECK(farm.value("SELECT builderok FROM builder") == "true");
    farm.sql("UPDATE builder SET aborting_since = now() - interval '181 s'");
    farm.pass("scan");
    CHECK(farm.notes("bob") == "Builder did not abort its job within 3 min 0 s");
    CHECK(farm.value("SELECT failure_count FROM builder") == "1");
    fleet.say("bob state IDLE");
    farm.sql("UPDATE builder SET next_probe = now()");
    farm.pass("scan");
    CHECK(farm.value("SELECT builderok AND aborting_since IS NULL FROM builder") == "true");
}

TEST_CASE("an unknown builder status fails the builder and is counted") {
    Fleet fleet({bob, "bob state BuilderStatus.RESTING"});
    TestFarm farm;
    farm.connect(fleet, {"bob"});
    farm.pass("scan");
    CHECK(farm.notes("bob") ==
          "Unknown status code (BuilderStatus.RESTING) returned from status() probe.");
    CHECK(farm.value("SELECT failure_count FROM builder") == "1");
}
