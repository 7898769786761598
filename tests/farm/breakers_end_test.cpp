// What ends a breaker, and that nothing waits for one for ever (behaviour §2, "Counting").
#include <filesystem>

#include "outage.hpp"
#include "test.hpp"

using namespace buildd;
using test::Outage;

namespace {

// The chroot that builders are given from now on ends CHROOTFAIL.
void break_chroot(Outage& it) {
    it.farm.sql(
        "INSERT INTO libraryfilealias (id, content, filename) VALUES (900, 1, 'bad.tar.gz');"
        "UPDATE pocketchroot SET chroot = 900");
    std::filesystem::create_directories(it.farm.file("librarian/900"));
    std::filesystem::copy(it.farm.file("librarian/1/chroot-hoary-i386.tar.gz"),
                          it.farm.file("librarian/900/bad.tar.gz"));
    it.fleet.say("* outcome CHROOTFAIL");
}

// A breaker as an earlier pass left it, whose next probe is an hour away.
void add_breaker(Outage& it, const std::string& kind, const std::string& key,
                 const std::string& word, bool trusted) {
    it.farm.sql("INSERT INTO breaker (kind, key, word, trusted, words, probe_at) VALUES ('" + kind +
                "', '" + key + "', '" + word + "', " + (trusted ? "true" : "false") +
                ", 'it', now() + interval '1 hour')");
}

std::string open_breakers(Outage& it) {
    return it.farm.value("SELECT count(*) FROM breaker WHERE closed IS NULL");
}

}  // namespace

TEST_CASE("a chroot that replaces a bad one lets all of its jobs go at once") {
    Outage it({"ant", "bee", "cow", "dog"}, 12);
    it.farm.sql("UPDATE buildqueue SET not_before = now() + interval '1 hour' WHERE build > 1004");
    it.passes(1);
    it.run({"cycle"});  // the old one was well, a moment ago
    it.farm.sql("UPDATE buildqueue SET not_before = NULL");
    break_chroot(it);
    it.run({"cycle"});
    it.run({"cycle"});
    REQUIRE(it.breakers() == "chroot chroot true");
    REQUIRE(it.held() == "4");
    it.farm.sql("UPDATE pocketchroot SET chroot = 1");
    it.well();
    it.run({"cycle"});
    INFO(it.log());
    CHECK(it.held() == "0");
    it.passes(6);
    it.check_nobody_is_blamed();
    CHECK(it.farm.value("SELECT count(DISTINCT build) FROM buildattempt WHERE outcome = 'OK'") ==
          "12");
}

TEST_CASE("a breaker on a file is closed by the first job that has it") {
    Outage it({"ant", "bee", "cow", "dog"}, 12);
    const auto url = it.farm.options["librarian_url"];
    it.farm.options["librarian_url"] += "/elsewhere";
    it.fleet.say("* fetch 'Error accessing Librarian: HTTP Error 404: File not found'");
    it.run({"cycle"});
    INFO(it.log());
    REQUIRE(it.breakers() == "file fetch true");
    REQUIRE(it.held() == "12");
    it.later();
    it.run({"cycle"});
    REQUIRE(it.held() == "12");
    it.farm.options["librarian_url"] = url;
    it.fleet.say("* fetch download");
    it.run({"cycle"});  // the master has it: one is tried at once
    CHECK(open_breakers(it) == "0");
    it.passes(4);
    it.check_all_is_well();
}

TEST_CASE("what untrusted builders say of a file holds no trusted job") {
    Outage it;
    it.farm.sql(
        "UPDATE build SET archive = 9 WHERE id = 1004;"
        "UPDATE sourcepackagepublishinghistory SET archive = 9 WHERE sourcepackagerelease = 1004;"
        "DELETE FROM buildqueue WHERE build = 1004; INSERT INTO buildqueue (build) VALUES (1004)");
    add_breaker(it, "file", "1", "fetch", false);
    it.run({"scan"});
    INFO(it.log());
    CHECK(it.farm.value("SELECT string_agg(build::text, ' ') FROM buildqueue "
                        "WHERE held_by IS NOT NULL") == "1004");
}

TEST_CASE("a breaker on the host of restricted files holds the jobs alone that have some") {
    Outage it;
    it.farm.options["librarian_restricted_url"] = "http://127.0.0.1:9/restricted";
    it.farm.sql(
        "INSERT INTO libraryfilealias (id, content, filename, restricted) SELECT 900, content, "
        "'hush_6.6.dsc', true FROM libraryfilealias WHERE id = 1; INSERT INTO archive (id, "
        "distribution, name, purpose, owner, url, private) VALUES (90, 1, 'vault', 'PARTNER', 3, "
        "'http://vault.example.org/ubuntu', true); UPDATE build SET archive = 90 WHERE id = 1001; "
        "UPDATE sourcepackagepublishinghistory SET archive = 90 WHERE sourcepackagerelease = 1001; "
        "UPDATE sourcepackagereleasefile SET libraryfile = 900 WHERE sourcepackagerelease = 1001; "
        "DELETE FROM librarymove; DELETE FROM buildqueue WHERE build = 1001; "
        "INSERT INTO buildqueue (build) VALUES (1001)");
    add_breaker(it, "host", "127.0.0.1:9", "fetch", true);
    it.run({"cycle"});
    INFO(it.log());
    CHECK(it.farm.value("SELECT string_agg(build::text, ' ') FROM buildqueue "
                        "WHERE held_by IS NOT NULL") == "1001");
    it.passes(2);
    CHECK(open_breakers(it) == "1");  // what public files show says nothing of it
}

TEST_CASE("a later failure by a cause that took longer is no sign that it has gone") {
    Outage it;
    it.fleet.say("* outcome CHROOTFAIL");
    it.run({"cycle"});
    it.run({"cycle"});
    REQUIRE(it.breakers() == "line chroot true");
    CHECK(it.farm.value("SELECT longest < interval '5 min' FROM breaker") == "true");
    it.farm.sql("UPDATE breaker SET probe_at = now()");
    it.fleet.say("* outcome CHROOTFAIL after=never");
    it.farm.sql("UPDATE buildqueue SET not_before = NULL");
    it.run({"cycle"});
    it.farm.sql(
        "UPDATE buildqueue SET buildstart = buildstart - interval '290 s', "
        "dispatched = dispatched - interval '290 s'");
    it.fleet.say("* finish");
    it.run({"cycle"});
    INFO(it.log());
    CHECK(it.farm.value("SELECT longest >= interval '290 s' FROM breaker") == "true");
    CHECK(open_breakers(it) == "1");
}

TEST_CASE("a breaker that nothing waits for any more closes by itself") {
    Outage it;
    add_breaker(it, "line", "http://gone.example.org/ubuntu hoary", "chroot", true);
    it.run({"scan"});
    CHECK(open_breakers(it) == "1");  // what it was opened for may come back
    it.later();
    it.run({"scan"});
    INFO(it.log());
    CHECK(it.lines_with("Nothing waits for it any more: it") == 1);
    CHECK(open_breakers(it) == "0");
    CHECK(it.notices() == 0);
}

TEST_CASE("breakers that closed long ago are forgotten") {
    Outage it;
    add_breaker(it, "line", "old", "chroot", true);
    add_breaker(it, "line", "new", "chroot", true);
    it.farm.sql(
        "UPDATE breaker SET closed = now() - CASE key WHEN 'old' THEN interval '9 days' ELSE "
        "interval '7 days' END; INSERT INTO breakerprobe (breaker, build) SELECT id, 1001 FROM "
        "breaker");
    it.run({"cycle"});
    CHECK(it.farm.value("SELECT string_agg(key, ' ') FROM breaker") == "new");
    CHECK(it.farm.value("SELECT count(*) FROM breakerprobe") == "1");
}
