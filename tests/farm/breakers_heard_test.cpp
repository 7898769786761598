// What was heard of failures, and when: by whichever pass, and for how many files.
#include <arpa/inet.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sys/socket.h>
#include <unistd.h>

#include "outage.hpp"
#include "test.hpp"

using namespace buildd;
using test::Outage;

TEST_CASE("a librarian that serves too slowly takes no build with it") {
    Outage it({"ant", "bee", "cow", "dog"});
    it.farm.options["socket_timeout"] = "1 s";
    for (int i = 0; i < 2; ++i) {
        it.fleet.say("* reset\n* fetch stall");
        it.passes(1);
    }
    CHECK(it.breakers().find(" fetch true") != std::string::npos);
    CHECK(it.farm.value("SELECT sum(failure_count) FROM build WHERE id > 1000") == "0");
    it.fleet.say("* reset\n* fetch pretend");
    it.passes(4);
    it.check_all_is_well();
}

TEST_CASE("failures that a pass did not judge are judged by the next one") {
    Outage it;
    it.fleet.say("* outcome CHROOTFAIL");
    it.run({"cycle"});
    it.farm.sql(
        "CREATE FUNCTION boom() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'boom'; END $$;"
        "CREATE TRIGGER boom BEFORE INSERT ON breaker FOR EACH ROW EXECUTE FUNCTION boom()");
    it.run({"cycle"});
    CHECK(it.lines_with("Common causes could not be looked for") == 1);
    CHECK(it.farm.value("SELECT count(*) FROM build WHERE buildstate = 'CHROOTWAIT'") == "4");
    it.farm.sql("DROP TRIGGER boom ON breaker");
    it.well();
    it.run({"cycle"});
    CHECK(it.breakers() == "line chroot true");
    CHECK(it.farm.value("SELECT count(*) FROM build WHERE buildstate = 'CHROOTWAIT'") == "0");
    CHECK(it.farm.value("SELECT count(*) FROM evidence WHERE to_judge") == "0");
    it.later();
    it.passes(4);
    it.check_all_is_well();
}

TEST_CASE("what was heard of a file is remembered when another failure is judged later") {
    Outage it({"ant", "bee", "cow", "dog"});
    const std::vector<std::pair<std::string, std::string>> hosts{
        {"ant", "localhost"}, {"bee", "127.1"}, {"cow", "2130706433"}};
    for (const auto& [name, host] : hosts) {  // networks of their own
        it.farm.sql(
            fmt::format("UPDATE builder SET url = replace(url, '127.0.0.1', '{}') "
                        "WHERE name = '{}'",
                        host, name));
        it.fleet.say(name + " fetch 'Error accessing Librarian: timed out'");
    }
    it.fleet.say("dog outcome CHROOTFAIL");
    for (int i = 0; i < 3; ++i) it.run({"cycle"});
    INFO(it.log());
    CHECK(it.farm.value("SELECT count(*) FROM buildattempt WHERE outcome = 'CHROOTFAIL'") == "1");
    CHECK(it.farm.value("SELECT count(*) FROM breaker") == "0");
    CHECK(it.farm.value("SELECT string_agg(name, ' ' ORDER BY name) FROM builder WHERE "
                        "failure_count > 0 AND name <> 'dog'") == "ant bee cow");
    CHECK(it.farm.value("SELECT string_agg(DISTINCT heard::text, ' ') FROM evidence WHERE file "
                        "IS NOT NULL") == "there");
}

TEST_CASE("many lost files are told in one mail") {
    Outage it;
    it.farm.sql(
        "INSERT INTO libraryfilealias (id, content, filename) SELECT 2000 + i, content, i || "
        "'.dsc' FROM generate_series(1, 4) i, libraryfilealias WHERE libraryfilealias.id = (SELECT "
        "min(libraryfile) FROM sourcepackagereleasefile WHERE sourcepackagerelease = 1001);"
        "DELETE FROM sourcepackagereleasefile WHERE sourcepackagerelease > 1000;"
        "INSERT INTO sourcepackagereleasefile SELECT 1000 + i, 2000 + i FROM generate_series(1, 4) "
        "i");
    for (int i = 1; i <= 4; ++i) {
        const auto folder = it.farm.file(fmt::format("librarian/{}", 2000 + i));
        std::filesystem::create_directories(folder);
        std::ofstream(fmt::format("{}/{}.dsc", folder, i)) << "";
    }
    it.fleet.say("* present " +
                 it.farm.value("SELECT sha1 FROM libraryfilecontent c JOIN libraryfilealias a ON "
                               "a.content = c.id WHERE a.id = 1"));
    it.fleet.say("* fetch 'Error accessing Librarian: HTTP Error 404: File not found'");
    it.farm.options["librarian_url"] += "/elsewhere";
    it.run({"cycle"});
    INFO(it.log());
    CHECK(it.farm.value("SELECT count(*) FROM breaker WHERE kind = 'file'") == "4");
    CHECK(it.notices() == 2);  // admins
    CHECK(it.farm.value("SELECT count(*) FROM mailqueue WHERE subject LIKE '%, and 3 more%'") ==
          "2");
}

TEST_CASE("a dead server is asked for one of its lost files in a pass") {
    Outage it;
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(server, generic, size) == 0);
    REQUIRE(::listen(server, 16) == 0);  // and never answers
    REQUIRE(::getsockname(server, generic, &size) == 0);
    it.farm.options["librarian_url"] = fmt::format("http://127.0.0.1:{}", ntohs(address.sin_port));
    it.farm.sql(
        "INSERT INTO breaker (kind, key, word, trusted, words, asked, probe_at) "
        "SELECT 'file', id, 'fetch', true, filename, id, now() + interval '1 hour' "
        "FROM libraryfilealias");
    CHECK(it.farm.value("SELECT count(*) FROM breaker") >= "3");
    it.run({"scan"});
    int connections = 0;
    for (int one = 0; (one = ::accept(server, nullptr, nullptr)) >= 0; ::close(one)) ++connections;
    CHECK(connections == 1);
    ::close(server);
}

TEST_CASE("builders whose network is to blame are cut off and the others take the jobs") {
    Outage it({"ant", "bee", "cow", "dog", "eel", "fox"}, 30);
    const auto failed_starts = [&] {
        return it.farm.value("SELECT count(*) FROM evidence WHERE outcome = 'UNSTARTED'");
    };
    it.farm.sql(
        "UPDATE builder SET url = replace(url, '127.0.0.1', 'localhost') "
        "WHERE name IN ('ant', 'bee', 'cow')");
    for (const char* name : {"ant", "bee", "cow"})
        it.fleet.say(std::string(name) + " fetch 'Error accessing Librarian: timed out'");
    for (int i = 0; i < 4; ++i) it.run({"cycle"});
    INFO(it.log());
    CHECK(it.breakers() == "network fetch true");
    CHECK(failed_starts() == "3");
    it.check_nobody_is_blamed();
    CHECK(it.farm.value("SELECT string_agg(name, ' ' ORDER BY name) FROM builder WHERE cut_off_by "
                        "IS NOT NULL") == "ant bee cow");
    CHECK(it.run({"queue", "why"}) == 0);
    CHECK(it.out().find("the builders' network localhost: files could not be fetched: 3 builders "
                        "are given no job, nobody is blamed meanwhile") != std::string::npos);
    CHECK(it.run({"builder", "list"}) == 0);
    CHECK(it.out().find("cut off") != std::string::npos);
    it.later();  // a probe is due
    for (int i = 0; i < 2; ++i) it.run({"cycle"});
    CHECK(failed_starts() == "4");
    it.later();
    it.run({"cycle"});
    CHECK(failed_starts() == "5");
    CHECK(it.farm.value("SELECT count(DISTINCT builder) FROM (SELECT builder FROM evidence WHERE "
                        "outcome = 'UNSTARTED' ORDER BY id DESC LIMIT 2) last") == "2");
    it.fleet.say("* fetch pretend");
    it.passes(5);
    it.check_all_is_well();
    CHECK(it.farm.value("SELECT count(*) FROM builder WHERE cut_off_by IS NOT NULL") == "0");
    CHECK(it.farm.value("SELECT count(DISTINCT builder) FROM buildattempt WHERE outcome = 'OK'") ==
          "6");
}
