// archive refresh (spec: behaviour §9) over real HTTP: what is read.
#include <cstdlib>
#include <fmt/format.h>

#include "mirror.hpp"

using namespace buildd;
using fleet::Fleet;
using test::gz;
using test::Lines;
using test::Mirror;
using test::stanza;

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
