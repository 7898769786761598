// archive refresh (cli; behaviour §9) over real HTTP.
#include "farm/refresh.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <sys/stat.h>

#include "support/apt_repository.hpp"
#include "support/farm.hpp"
#include "test.hpp"

using namespace buildd;
using fleet::Fleet;
using test::AptRepository;
using test::stanza;
using test::TempFolder;
using test::TestFarm;

namespace {

constexpr const char* gz = "main/binary-i386/Packages.gz";

// The sample farm's primary archive, served from a folder; the other archives are disabled.
struct Mirror {
    TempFolder folder;
    Fleet fleet{{}, {"--web", "ubuntu=" + folder.path(), "--web-password", "ubuntu=joe:secret"}};
    TestFarm farm;
    AptRepository apt{folder.path()};
    std::vector<std::string> lines, progress;
    bool forget_missing = false;

    Mirror() {
        farm.sql(
            fmt::format("UPDATE archive SET enabled = id = 1; UPDATE archive SET url = '{}' "
                        "WHERE id = 1",
                        url("joe:secret@")));
    }
    std::string url(const std::string& user) const {
        std::string web = fleet.web_url();
        return web.insert(web.find("//") + 2, user) + "ubuntu/";
    }
    // Of hoary.
    void publish(const std::string& stanzas) {
        apt.put_index("hoary", "main", "i386", stanzas);
        apt.release("hoary");
    }
    std::vector<farm::ArchiveRefresh> refresh_all(const std::vector<std::string>& names = {}) {
        lines.clear();
        progress.clear();
        Log log(Level::INFO);
        log.on_progress([this](std::string_view text) { progress.emplace_back(text); });
        log.add_sink([this](Level, std::string_view line) { lines.emplace_back(line); });
        const StopSignals signals;
        return farm::refresh_archives(farm.settings().settings, farm.db().session(),
                                      {names, forget_missing}, signals, log);
    }
    std::vector<std::string> warnings() const {
        std::vector<std::string> found;
        for (const auto& line : lines)
            if (line.starts_with("WARNING")) found.push_back(line);
        return found;
    }
    bool said(const std::string& words) const {
        return std::any_of(lines.begin(), lines.end(),
                           [&](const auto& line) { return line.find(words) != std::string::npos; });
    }
    std::string not_found() const {
        const auto peer = fleet.web_url();
        return peer.substr(7, peer.size() - 8) + " answered HTTP 404";
    }
    farm::ArchiveRefresh refresh() { return refresh_all().at(0); }
    // The refresh fails with one error, about that file of hoary and for that reason; nothing
    // changes.
    void refuses(const std::string& path, const std::string& why) {
        const auto before = rows();
        CHECK(refresh().failed);
        std::vector<std::string> errors;
        for (const auto& line : lines)
            if (line.starts_with("ERROR")) errors.push_back(line);
        const std::string file = url("joe:***@") + "dists/hoary/" + path;
        CHECK(errors ==
              std::vector<std::string>{fmt::format("ERROR   ubuntu/primary: {}: {}", file, why)});
        CHECK(rows() == before);
    }
    std::vector<std::string> rows() {
        return farm.db().rows(
            "SELECT distroarchseries, pocket, name, version, provides, component FROM "
            "archivebinary WHERE archive = 1 ORDER BY 1, 2, 3, 4, 6");
    }
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("an archive's indexes become rows and reading them again changes nothing") {
    Mirror mirror;
    mirror.apt.put_index("hoary", "main", "i386",
                         stanza("foo", "1:1.0-1", "i386", "Provides: bar (= 2),\n baz\n") +
                             stanza("doc", "2", "all") + stanza("alien", "1", "amd64"));
    mirror.apt.put_index("hoary", "universe", "i386", stanza("game", "3"));
    mirror.apt.put_index("hoary", "main", "hppa", stanza("doc", "2", "all"));
    mirror.apt.release("hoary");
    mirror.apt.put_index("hoary-updates", "main", "i386", stanza("foo", "1:1.0-2"));
    mirror.apt.release("hoary-updates");
    CHECK(mirror.refresh().text() == "4 indexes, 5 binaries: 5 added");
    CHECK(mirror.rows() == Lines{"6|RELEASE|doc|2||main",
                                 "6|RELEASE|foo|1:1.0-1|bar (= 2),  baz|main",
                                 "6|RELEASE|game|3||universe", "6|UPDATES|foo|1:1.0-2||main",
                                 "12|RELEASE|doc|2||main"});
    const auto written = mirror.farm.value("SELECT string_agg(xmin::text, ' ') FROM archivebinary");
    CHECK(mirror.refresh().text() == "is so already");
    CHECK(mirror.farm.value("SELECT string_agg(xmin::text, ' ') FROM archivebinary") == written);
}

TEST_CASE("a refresh notes Multi-Arch and since when the index is the truth") {
    Mirror mirror;
    mirror.publish(stanza("foo", "1", "i386", "Multi-Arch: allowed\n") + stanza("bar", "1"));
    mirror.refresh();
    CHECK(mirror.farm.db().rows("SELECT name, multiarch FROM archivebinary ORDER BY 1") ==
          Lines{"bar|no", "foo|allowed"});
    const auto read = [&](const std::string& pocket) {
        return mirror.farm.value(
            "SELECT count(*) FROM archiveindex WHERE archive = 1 AND distroarchseries = 6 AND "
            "pocket = '" +
            pocket + "' AND now() - refreshed < interval '1 min'");
    };
    CHECK(read("RELEASE") == "1");
    CHECK(read("UPDATES") == "0");  // it has no such suite, which says nothing of it
    mirror.farm.sql("UPDATE archiveindex SET refreshed = now() - interval '1 d'");
    CHECK(mirror.refresh().text() == "is so already");
    CHECK(read("RELEASE") == "1");
    mirror.farm.sql("UPDATE archiveindex SET refreshed = now() - interval '1 d'");
    mirror.publish(stanza("foo", "2"));
    const std::string good = test::read(mirror.folder.path() + "/dists/hoary/" + gz);
    mirror.apt.alter("hoary", gz, good + "x");
    CHECK(mirror.refresh().failed);
    CHECK(read("RELEASE") == "0");
}

TEST_CASE("a refresh adds changes and removes what the archive did") {
    Mirror mirror;
    mirror.publish(stanza("a1", "1") + stanza("b1", "1") + stanza("c1", "1"));
    mirror.refresh();
    mirror.publish(stanza("a1", "1") + stanza("b1", "1", "i386", "Provides: x1\n") +
                   stanza("c1", "2"));
    CHECK(mirror.refresh().text() == "1 index, 3 binaries: 1 added, 1 changed, 1 removed");
    CHECK(mirror.rows() ==
          Lines{"6|RELEASE|a1|1||main", "6|RELEASE|b1|1|x1|main", "6|RELEASE|c1|2||main"});
}

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

TEST_CASE("indexes are had by their digests where a Release says so") {
    Mirror mirror;
    mirror.publish(stanza("a1", "1"));
    mirror.apt.release("hoary", "Acquire-By-Hash: yes\n");
    const std::string packed = test::read(mirror.folder.path() + "/dists/hoary/" + gz);
    mirror.apt.alter("hoary", gz, "of a later Release");
    CHECK(mirror.refresh().failed);  // not there by its digest either
    mirror.apt.alter(
        "hoary", "main/binary-i386/by-hash/SHA256/" + digest(DigestKind::sha256, packed), packed);
    CHECK(mirror.refresh().text() == "1 index, 1 binaries: 1 added");
}

TEST_CASE("an index is read in each compression in apt's order") {
    for (const char* packer : {"xz", "gzip", "zstd", "cat"}) {
        INFO(packer);
        Mirror mirror;
        const std::string path = mirror.folder.path() + "/plain";
        mirror.folder.write("plain", stanza("a1", "1"));
        const std::string suffix = packer == std::string("xz")     ? ".xz"
                                   : packer == std::string("gzip") ? ".gz"
                                   : packer == std::string("zstd") ? ".zst"
                                                                   : "";
        REQUIRE(std::system(fmt::format("{} <{} >{}.packed", packer, path, path).c_str()) == 0);
        mirror.apt.put("hoary", "main/binary-i386/Packages" + suffix, test::read(path + ".packed"));
        mirror.apt.release("hoary");
        CHECK(mirror.refresh().text() == "1 index, 1 binaries: 1 added");
    }
    Mirror empty;
    empty.publish("");
    CHECK(empty.refresh().text() == "1 index, 0 binaries: is so already");
}

TEST_CASE("an archive with a key is read only where its Release is signed by it") {
    Mirror mirror;
    const test::TempFolder home;
    ::chmod(home.path().c_str(), 0700);
    const auto gpg = [&](const std::string& words) {
        return std::system(
            fmt::format("gpg --homedir {} --batch --quiet --yes --pinentry-mode loopback "
                        "--passphrase '' {} 2>/dev/null",
                        home.path(), words)
                .c_str());
    };
    for (const char* name : {"archive", "other"})
        REQUIRE(gpg(fmt::format("--quick-generate-key {} ed25519 sign never", name)) == 0);
    REQUIRE(gpg(fmt::format("--armor --export archive >{}/key", home.path())) == 0);
    mirror.farm.sql("UPDATE archive SET signing_key = '" + test::read(home.path() + "/key") +
                    "' WHERE id = 1");
    mirror.publish(stanza("a1", "1"));
    const std::string suite = mirror.folder.path() + "/dists/hoary/";
    mirror.refuses("Release", "it has no signature: " + mirror.not_found());
    const auto sign = [&](const std::string& key, const std::string& how, const std::string& to) {
        REQUIRE(gpg(fmt::format("-u {} {} -o {}{} {}Release", key, how, suite, to, suite)) == 0);
    };
    sign("archive", "--armor --detach-sign", "Release.gpg");
    CHECK(mirror.refresh().text() == "1 index, 1 binaries: 1 added");
    sign("other", "--armor --detach-sign", "Release.gpg");
    mirror.publish(stanza("a1", "2"));
    CHECK(mirror.refresh().failed);
    CHECK(mirror.said("is not signed by the archive's key"));
    sign("archive", "--clear-sign", "InRelease");
    CHECK(mirror.refresh().text() == "1 index, 1 binaries: 1 added, 1 removed");
    const std::string good = test::read(suite + "InRelease");
    for (const auto& bad : {"Origin: forged\n" + good, good + "Origin: forged\n",
                            good.substr(0, good.find("SHA256")) + "Origin: forged\n" +
                                good.substr(good.find("SHA256"))}) {
        mirror.apt.alter("hoary", "InRelease", bad);
        CHECK(mirror.refresh().failed);
    }
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

TEST_CASE("a large index is put in place in batches and the table counted anew") {
    Mirror mirror;
    mirror.farm.sql("ANALYZE archivebinary");
    std::string stanzas;
    for (int i = 0; i < 5000; ++i) stanzas += stanza(fmt::format("p{}", i), "1");
    mirror.publish(stanzas + stanza("p77", "2"));
    CHECK(mirror.refresh().text() == "1 index, 5001 binaries: 5001 added");
    CHECK(mirror.progress == Lines{"ubuntu/primary hoary i386 main: 1/3",
                                   "ubuntu/primary hoary i386 main: 2/3",
                                   "ubuntu/primary hoary i386 main: 3/3", ""});
    CHECK(mirror.farm.value("SELECT reltuples FROM pg_class WHERE relname = 'archivebinary'") ==
          "5001");
    mirror.publish(stanzas + stanza("p77", "3") + stanza("zz", "1", "i386", "Provides: x1\n"));
    CHECK(mirror.refresh().text() == "1 index, 5002 binaries: 2 added, 1 removed");
}

TEST_CASE("an index that is not what Release says is refused and the old rows stay") {
    Mirror mirror;
    mirror.publish(stanza("foo", "1"));
    mirror.refresh();
    mirror.publish(stanza("foo", "2"));
    const std::string good = test::read(mirror.folder.path() + "/dists/hoary/" + gz);
    mirror.apt.alter("hoary", gz, good.substr(0, good.size() - 3));
    mirror.refuses(gz,
                   fmt::format("it has {} bytes, Release states {}", good.size() - 3, good.size()));
    mirror.apt.alter("hoary", gz, good + "x");
    mirror.refuses(gz,
                   fmt::format("it is longer than the {} bytes that Release states", good.size()));
    std::string other = good;
    other.back() ^= 1;
    mirror.apt.alter("hoary", gz, other);
    mirror.refuses(
        gz, fmt::format("it has the digest {}, Release states {}",
                        digest(DigestKind::sha256, other), digest(DigestKind::sha256, good)));
    mirror.apt.remove("hoary", gz);
    mirror.refuses("main/binary-i386/Packages", mirror.not_found());
}

TEST_CASE("older digests do when a Release has no better ones") {
    for (const char* field : {"MD5Sum", "SHA1"}) {
        Mirror mirror;
        mirror.publish(stanza("foo", "1"));
        mirror.apt.alter("hoary", "Release", mirror.apt.release_text("hoary", field));
        CHECK(mirror.refresh().text() == "1 index, 1 binaries: 1 added");
        mirror.apt.alter("hoary", "Release",
                         mirror.apt.release_text("hoary", field) + "SHA256:\n " +
                             std::string(64, '0') + " 5 " + gz + "\n");
        CHECK(mirror.refresh().failed);
    }
}

TEST_CASE("an index that is there only in compressions that are not read is named") {
    Mirror mirror;
    mirror.apt.put("hoary", "main/binary-i386/Packages", stanza("foo", "1"));
    mirror.apt.release("hoary");
    CHECK(mirror.refresh().text() == "1 index, 1 binaries: 1 added");
    mirror.apt.put("hoary", "universe/binary-i386/Packages.bz2", "bz2");
    mirror.apt.release("hoary");
    mirror.refuses("universe/binary-i386/Packages",
                   "it is only there in compressions that are not read (not xz, gz or zst)");
}

TEST_CASE("arch:all packages with an index of their own serve every architecture") {
    Mirror mirror;
    mirror.apt.put_index("hoary", "main", "i386", stanza("foo", "1"));
    mirror.apt.put_index("hoary", "main", "all", stanza("doc", "1", "all"));
    mirror.apt.release("hoary");
    mirror.refresh();
    CHECK(mirror.rows() ==
          Lines{"6|RELEASE|doc|1||main", "6|RELEASE|foo|1||main", "12|RELEASE|doc|1||main"});
    mirror.apt.release("hoary", "No-Support-for-Architecture-all: Packages\n");
    CHECK(mirror.refresh().text() == "1 index, 1 binaries: 1 removed");
    CHECK(mirror.warnings().size() == 1);  // hppa's component is gone, and its doc stays
    mirror.apt.release("hoary", "Architectures: i386 hppa all\n");
    CHECK(mirror.refresh().text() == "2 indexes, 2 binaries: 1 added");
    mirror.apt.alter("hoary", "main/binary-all/Packages.gz", "of long ago");
    mirror.apt.release("hoary", "Architectures: i386 hppa\n");
    CHECK(mirror.refresh().text() == "1 index, 1 binaries: 1 removed");
}

TEST_CASE("one archive's failure does not keep another from being read") {
    Mirror mirror;
    mirror.publish(stanza("foo", "1"));
    mirror.farm.sql(
        "UPDATE archive SET enabled = true, url = 'http://joe:secret@127.0.0.1:1/u' WHERE id = 9");
    const auto results = mirror.refresh_all();
    REQUIRE(results.size() == 2);
    CHECK(results[0].archive == "ubuntu/cprov");
    CHECK(results[0].failed);
    CHECK_FALSE(results[1].failed);
    CHECK(results[1].added == 1);
    Lines errors;
    for (const auto& line : mirror.lines)
        if (line.starts_with("ERROR")) errors.push_back(line);
    CHECK(errors ==
          Lines{"ERROR   ubuntu/cprov: http://joe:***@127.0.0.1:1/u/dists/warty/InRelease: "
                "cannot connect to 127.0.0.1:1: Connection refused"});
    CHECK(mirror.refresh_all({"ubuntu/primary"}).size() == 1);
    CHECK(mirror.refresh_all({"1"}).size() == 1);
    CHECK_THROWS_AS(mirror.refresh_all({"ubuntu/none"}), Failure);
}

TEST_CASE("an archive whose server misbehaves fails alone and keeps its rows") {
    Fleet hostile({"builder mirror"});
    Mirror mirror;
    mirror.publish(stanza("foo", "1"));
    mirror.farm.options["transfer_timeout"] = "1 s";
    mirror.farm.sql(
        "UPDATE archive SET enabled = true, url = '" + hostile.url("mirror") +
        "' WHERE id = 9; INSERT INTO archivebinary VALUES (9, 6, 'RELEASE', 'old', '1')");
    for (const char* fault : {"hang", "close", "http=500", "html", "empty", "endless", "gzip",
                              "redirect=http://127.0.0.1:1/", "chunked-garbage", "drip"}) {
        INFO(fault);
        hostile.say(std::string("mirror heal\nmirror fault GET ") + fault);
        const auto results = mirror.refresh_all();
        CHECK(results.at(0).failed);
        CHECK_FALSE(results.at(1).failed);
        CHECK(mirror.farm.value("SELECT name FROM archivebinary WHERE archive = 9") == "old");
    }
    hostile.say("mirror heal");  // it has no such files
    CHECK(mirror.refresh_all().at(0).text() == "is so already");
}

TEST_CASE("the program says what it read and exits with 69 naming what it could not read") {
    Mirror mirror;
    mirror.publish(stanza("foo", "1"));
    const std::map<std::string, std::string> environment{
        {"BUILDD_MASTER_DATABASE", mirror.farm.db().conninfo()}};
    const auto run = [&] { return test::run_program({"archive", "refresh"}, environment); };
    auto done = run();
    CHECK(done.out == "archive ubuntu/primary: 1 index, 1 binaries: 1 added\n");
    CHECK(done.err.empty());
    CHECK(done.status == 0);
    mirror.farm.sql("UPDATE archive SET enabled = true, url = 'http://joe:secret@127.0.0.1:1/'");
    mirror.farm.sql("UPDATE archive SET url = '" + mirror.url("joe:secret@") + "' WHERE id = 1");
    done = run();
    CHECK(done.status == 69);
    CHECK(done.out.find("archive ubuntu/primary: is so already\n") != std::string::npos);
    CHECK(done.err.find("buildd-master: not refreshed, or only in part: ubuntu/cprov, "
                        "ubuntu/partner\n") != std::string::npos);
    CHECK((done.out + done.err).find("secret") == std::string::npos);
    done = test::run_program({"archive", "refresh", "ubuntu/none"}, environment);
    CHECK(done.status == 64);
    CHECK(done.err ==
          "buildd-master: there is no archive 'ubuntu/none': name it as DISTRO/NAME, or "
          "add it with 'buildd-master archive add'\n");
}

TEST_CASE("malformed stanzas of an index are passed over and the first is named with its line") {
    Mirror mirror;
    const auto refuses = [&](const std::string& index, const std::string& why) {
        mirror.publish(stanza("good", "1") + index + "\n\n" + stanza("last", "1"));
        CHECK_FALSE(mirror.refresh().failed);
        CHECK(mirror.said("Packages: 1 malformed stanzas are passed over, the first: " + why));
        CHECK(mirror.rows() == Lines{"6|RELEASE|good|1||main", "6|RELEASE|last|1||main"});
    };
    refuses("Package: x\nnonsense\n", "line 6: a line is no field");
    refuses("Version: 1\nArchitecture: all\n\n", "line 5: a stanza has no usable Package");
    refuses("\nPackage: x\nArchitecture: all\n", "line 6: a stanza has no usable Version");
    refuses("Package: x\nVersion: 1\n", "line 5: a stanza has no usable Architecture");
    refuses(stanza("a b", "1"), "line 5: a stanza has no usable Package");
    refuses(stanza("x", std::string(300, '1')), "line 5: a stanza has no usable Version");
    refuses("Package: x\nPackage: y\n", "line 7: the field Package stands twice");
    refuses("Package: " + std::string(2 << 20, 'x'), "line 5: a stanza is longer than 1.0 MiB");
    mirror.publish("<html>\n\n<body>\n");  // nothing good beside it
    mirror.refuses("main/binary-i386/Packages", "line 1: a line is no field");
}

TEST_CASE("an index that decompresses to more than Release says is refused") {
    Mirror mirror;
    mirror.apt.put("hoary", "main/binary-i386/Packages", stanza("foo", "1"));
    mirror.apt.put("hoary", gz, test::gzipped(std::string(64 << 20, '\n')));
    mirror.apt.release("hoary");
    mirror.refuses("main/binary-i386/Packages", "it decompresses to more than 44 B");
    Mirror unstated;
    unstated.farm.options["max_file_size"] = "1 MiB";
    unstated.apt.put("hoary", gz, test::gzipped(std::string(64 << 20, '\n')));
    unstated.apt.release("hoary");
    unstated.refuses("main/binary-i386/Packages", "it decompresses to more than 1.0 MiB");
    const std::string whole = test::gzipped(stanza("foo", "1"));
    unstated.apt.put("hoary", gz, whole.substr(0, whole.size() - 9));
    unstated.apt.release("hoary");
    unstated.refuses("main/binary-i386/Packages",
                     "it is damaged: it does not decompress (truncated gzip input)");
}

TEST_CASE("a hostile Release is refused or passed over") {
    Mirror mirror;
    mirror.publish(stanza("foo", "1"));
    mirror.refresh();
    const auto release = [&](const std::string& text) {
        mirror.apt.alter("hoary", "Release", text);
    };
    const std::string zeros(64, '0');
    release("SHA256:\n " + zeros + " 99999999999999999999999 " + gz + "\n");
    mirror.refuses("Release", "SHA256 has a malformed line '" + zeros +
                                  " 99999999999999999999999 " + gz + "'");
    release("SHA256:\n " + zeros + " 8000000000000000000 " + gz + "\n");
    mirror.refuses("main/binary-i386/Packages",
                   "Release gives it 7275957.6 TiB, max_file_size is 4.0 GiB");
    release("SHA256:\n " + zeros + " -1 " + gz + "\n");
    mirror.refuses("Release", "SHA256 has a malformed line '" + zeros + " -1 " + gz + "'");
    release("Suite: hoary\n");
    mirror.refuses("Release", "it lists no files with digests");
    release("<html>\n");
    mirror.refuses("Release", "line 1: a line is no field");
    release(std::string("A: \0\n", 5));
    mirror.refuses("Release", "it is not text: it holds a NUL");
    release(std::string(17 << 20, 'x'));
    const auto peer = mirror.fleet.web_url();
    mirror.refuses("Release", peer.substr(7, peer.size() - 8) + " sends more than is allowed");
    std::string odd = mirror.apt.release_text("hoary");
    for (const char* path : {"../binary-i386/Packages.gz", "../../main/binary-i386/Packages",
                             "/binary-i386/Packages", "main/debian-installer/binary-i386/Packages",
                             "main/binary-i386/Packages-secret", "main/binary-i386/../Packages"})
        odd += " " + zeros + " 5 " + path + "\n";
    release(odd);
    CHECK(mirror.refresh().text() == "is so already");
}
