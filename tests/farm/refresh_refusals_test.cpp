// archive refresh over real HTTP: what is refused or passed over, with its reason.
#include <cstdlib>
#include <fmt/format.h>
#include <sys/stat.h>

#include "mirror.hpp"

using namespace buildd;
using fleet::Fleet;
using test::gz;
using test::Lines;
using test::Mirror;
using test::stanza;

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
    mirror.apt.remove("hoary", "Release.gpg");
    mirror.apt.release("hoary", "Valid-Until: Sat, 05 Dec 2020 10:00:00 UTC\n");
    sign("archive", "--clear-sign", "InRelease");
    mirror.refuses("InRelease",
                   "its Valid-Until is over: the mirror is old, or somebody shows an old one");
    mirror.apt.alter("hoary", "Release", mirror.apt.release_text("hoary-security"));
    sign("archive", "--clear-sign", "InRelease");
    mirror.refuses("InRelease", "it is of the suite 'hoary-security' ()");
    mirror.apt.alter("hoary", "Release", "Codename: warty\n" + mirror.apt.release_text("hoary"));
    sign("archive", "--clear-sign", "InRelease");
    CHECK_FALSE(mirror.refresh().failed);  // one of its two names
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
