// archive refresh over real HTTP: what has changed, moved, gone or stayed since the last time.
#include <fmt/format.h>

#include "db/archive_suites.hpp"
#include "mirror.hpp"

using namespace buildd;
using fleet::Fleet;
using test::gz;
using test::Lines;
using test::Mirror;
using test::stanza;

TEST_CASE("a suite or a component that is no longer there keeps its rows until it is forgotten") {
    Mirror mirror;
    mirror.publish(stanza("a1", "1"));
    mirror.apt.put_index("hoary", "universe", "i386", stanza("game", "3"));
    mirror.apt.release("hoary");
    mirror.refresh();
    const auto known = mirror.rows();
    REQUIRE(known.size() == 2);
    mirror.apt.forget("hoary", "universe");
    mirror.apt.release("hoary");
    CHECK(mirror.refresh().text() == "is so already");
    CHECK(mirror.warnings() ==
          Lines{"WARNING ubuntu/primary: universe for i386 is no longer in hoary; what is known of "
                "it stays until 'archive refresh --forget-missing'"});
    CHECK(mirror.rows() == known);
    mirror.apt.remove("hoary", "Release");
    CHECK_FALSE(mirror.refresh().failed);
    CHECK(mirror.warnings() ==
          Lines{"WARNING ubuntu/primary: the suite hoary is no longer there; what is known of it "
                "stays until 'archive refresh --forget-missing'"});
    CHECK(mirror.rows() == known);
    mirror.forget_missing = true;
    CHECK(mirror.refresh().text() == "0 indexes, 0 binaries: 2 removed");
    CHECK(mirror.rows().empty());
    CHECK(mirror.refresh().text() == "is so already");
    CHECK(mirror.warnings().empty());
}

TEST_CASE("a suite that was forgotten is read again though it comes back as it was") {
    Mirror mirror;
    mirror.publish(stanza("a1", "1"));
    mirror.apt.put_index("hoary", "universe", "i386", stanza("game", "3"));
    mirror.apt.release("hoary");
    mirror.refresh();
    mirror.refresh();
    const std::string release = mirror.folder.path() + "/dists/hoary/Release";
    REQUIRE(::rename(release.c_str(), (release + ".away").c_str()) == 0);
    mirror.forget_missing = true;
    CHECK(mirror.refresh().removed == 2);
    mirror.forget_missing = false;
    REQUIRE(::rename((release + ".away").c_str(), release.c_str()) == 0);
    CHECK(mirror.refresh().text() == "2 indexes, 2 binaries: 2 added");
    mirror.apt.forget("hoary", "universe");
    mirror.apt.release("hoary");
    mirror.refresh();
    CHECK(mirror.rows().size() == 2);
    mirror.forget_missing = true;  // though Release is the same as just now
    CHECK(mirror.refresh().removed == 1);
}

TEST_CASE("an architecture that is enabled again is read again") {
    Mirror mirror;
    mirror.publish(stanza("a1", "1"));
    mirror.refresh();
    mirror.farm.sql("UPDATE distroarchseries SET enabled = false WHERE id = 6");
    mirror.publish(stanza("a1", "2"));
    mirror.refresh();
    mirror.farm.sql("UPDATE distroarchseries SET enabled = true WHERE id = 6");
    CHECK(mirror.refresh().text() == "1 index, 1 binaries: 1 added, 1 removed");
}

TEST_CASE("one bad component does not keep the others from being read") {
    Mirror mirror;
    mirror.publish(stanza("a1", "1"));
    mirror.apt.put_index("hoary", "universe", "i386", stanza("game", "3"));
    mirror.apt.release("hoary");
    mirror.refresh();
    mirror.publish(stanza("a1", "2"));
    mirror.apt.put_index("hoary", "universe", "i386", stanza("game", "4"));
    mirror.apt.release("hoary");
    mirror.apt.alter("hoary", "universe/binary-i386/Packages.gz", "no index");
    const auto result = mirror.refresh();
    CHECK(result.failed);
    CHECK(result.text() == "1 index, 1 binaries: 1 added, 1 removed");
    CHECK(mirror.rows() == Lines{"6|RELEASE|a1|2||main", "6|RELEASE|game|3||universe"});
    mirror.apt.put_index("hoary", "universe", "i386", stanza("game", "4"));
    CHECK(mirror.refresh().text() == "1 index, 1 binaries: 1 added, 1 removed");  // this one alone
}

TEST_CASE("a package that moves to another component is had there and not lost") {
    Mirror mirror;
    mirror.publish(stanza("a1", "1") + stanza("b1", "1"));
    mirror.apt.put_index("hoary", "universe", "i386", stanza("game", "3"));
    mirror.apt.release("hoary");
    mirror.refresh();
    mirror.apt.put_index("hoary", "main", "i386", stanza("a1", "1"));
    mirror.apt.put_index("hoary", "universe", "i386", stanza("game", "3") + stanza("b1", "1"));
    mirror.apt.release("hoary");
    mirror.refresh();
    CHECK(mirror.rows() ==
          Lines{"6|RELEASE|a1|1||main", "6|RELEASE|b1|1||universe", "6|RELEASE|game|3||universe"});
    mirror.apt.put_index("hoary", "main", "i386", stanza("a1", "1") + stanza("b1", "1"));
    mirror.apt.put_index("hoary", "universe", "i386", stanza("game", "3"));
    mirror.apt.release("hoary");
    CHECK(mirror.refresh().text() == "2 indexes, 3 binaries: 1 added, 1 removed");
    mirror.apt.put_index("hoary", "universe", "i386", stanza("game", "3") + stanza("b1", "1"));
    mirror.apt.release("hoary");
    mirror.refresh();
    mirror.apt.put_index("hoary", "main", "i386", stanza("a1", "1"));  // of both to one
    mirror.apt.release("hoary");
    mirror.refresh();
    CHECK(mirror.rows() ==
          Lines{"6|RELEASE|a1|1||main", "6|RELEASE|b1|1||universe", "6|RELEASE|game|3||universe"});
}

TEST_CASE("what is unchanged is not fetched again") {
    Mirror mirror;
    mirror.publish(stanza("a1", "1"));
    mirror.apt.put_index("hoary", "universe", "i386", stanza("game", "3"));
    mirror.apt.release("hoary");
    mirror.refresh();
    mirror.apt.remove("hoary", gz);
    mirror.apt.remove("hoary", "universe/binary-i386/Packages.gz");
    CHECK_FALSE(mirror.refresh().failed);
    CHECK(mirror.said("INFO    ubuntu/primary hoary is unchanged"));
    mirror.apt.put_index("hoary", "main", "i386", stanza("a1", "2"));
    mirror.apt.release("hoary");
    CHECK(mirror.refresh().text() == "1 index, 1 binaries: 1 added, 1 removed");  // main's
    mirror.farm.sql(
        "INSERT INTO distroarchseries (distroseries, processorfamily, architecturetag) "
        "VALUES (3, 1, 'amd64')");
    mirror.refresh();
    CHECK_FALSE(mirror.said("INFO    ubuntu/primary hoary is unchanged"));  // not for that one
}

TEST_CASE("what external lines bring ends waits of that archive's builds") {
    Mirror mirror;
    mirror.publish(stanza("a1", "1"));
    mirror.apt.put_index("other", "main", "i386", stanza("ext", "1") + stanza("a1", "1"));
    mirror.apt.put_index("other", "contrib", "i386", stanza("not", "1"));
    mirror.apt.release("other");
    const auto lines = [&](const std::string& text) {
        mirror.farm.sql("UPDATE archive SET external_lines = '" + text + "' WHERE id = 1");
    };
    lines("deb [trusted=yes] " + mirror.url("joe:secret@") + " other main\n# deb x y z\n");
    CHECK(mirror.refresh().text() == "3 indexes, 5 binaries: 5 added");  // of both series
    const Lines known{"1|RELEASE|a1|1||", "1|RELEASE|ext|1||", "6|RELEASE|a1|1||",
                      "6|RELEASE|a1|1||main", "6|RELEASE|ext|1||"};
    CHECK(mirror.rows() == known);
    CHECK(mirror.refresh().text() == "is so already");
    lines("deb " + mirror.url("joe:secret@") + " none main");
    CHECK(mirror.refresh().failed);
    CHECK(mirror.rows() == known);
    lines("deb " + mirror.url("joe:secret@") + " other main universe");
    CHECK(mirror.refresh().failed);
    CHECK(mirror.said("names the component universe, and Release has no packages of it"));
    CHECK(mirror.rows() == known);
    lines("");
    CHECK(mirror.refresh().text() == "0 indexes, 0 binaries: 4 removed");
}

TEST_CASE("an archive that another process refreshes is left to it") {
    Mirror mirror;
    mirror.publish(stanza("a1", "1"));
    db::Database other(mirror.farm.db().conninfo());
    REQUIRE(db::begin_refresh(other, ArchiveId{1}));
    CHECK(mirror.refresh().text() == "is so already");
    CHECK(mirror.said("ubuntu/primary is being refreshed by another process"));
    db::end_refresh(other, ArchiveId{1});
    CHECK(mirror.refresh().added == 1);
}
