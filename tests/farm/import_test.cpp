// source import: all is checked before anything is stored, and nobody comes in between.
#include <thread>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "db/sources.hpp"
#include "importer.hpp"
#include "support/scenario.hpp"

using namespace buildd;
using test::Importer;
using test::make_dsc;

TEST_CASE("an older version among the sources of a call keeps all of them out") {
    Importer importer;
    importer.import(make_dsc(importer.folder, "1.0", "tarball", "aa"));
    const std::string old = make_dsc(importer.folder, "0.9", "tarball", "aa");
    const std::string good = make_dsc(importer.folder, "1.0", "tarball", "bb");
    CHECK(importer.refusal(importer.order({good, old})) ==
          old + ": aa 0.9 is older than 1.0, which ubuntu/primary publishes in hoary");
    CHECK(importer.published("bb") == "NULL");
}

TEST_CASE("every bad file of a call is named") {
    Importer importer;
    importer.import(make_dsc(importer.folder, "1.0", "tarball", "aa"));
    const std::string old = make_dsc(importer.folder, "0.9", "tarball", "aa");
    const std::string good = make_dsc(importer.folder, "1.0", "tarball", "bb");
    const std::string altered = make_dsc(importer.folder, "1.0", "tarball", "cc");
    importer.folder.write("cc_1.0.tar", "altered it");
    const std::string none = importer.folder.path() + "/none.dsc";
    const std::string no_dsc = importer.folder.write("dd_1.0.dsc", "Source: dd\n");
    CHECK(importer.refusal(importer.order({old, good, altered, none, no_dsc})) ==
          "4 files are not as they should be: no source is taken in");
    REQUIRE(importer.lines.size() == 4);
    CHECK(importer.lines[0] == "ERROR   " + altered + ": cc_1.0.tar has 10 bytes, 7 were expected");
    CHECK(importer.lines[1].find(none) != std::string::npos);
    CHECK(importer.lines[2] == "ERROR   " + no_dsc + ": it has no usable Version field");
    CHECK(importer.lines[3] ==
          "ERROR   " + old + ": aa 0.9 is older than 1.0, which ubuntu/primary publishes in hoary");
    CHECK(importer.published("bb") == "NULL");
    CHECK_FALSE(importer.librarian.has_pending());
}

TEST_CASE("every bad file of one source is named") {
    Importer importer;
    const auto one = digest_file(importer.folder.write("one", "1"));
    const std::string dsc = importer.folder.write(
        "tiny_1.0.dsc",
        fmt::format("Source: tiny\nVersion: 1.0\nArchitecture: any\nFiles:\n {0} 1 one\n {0} 1 "
                    "two\n {0} 1 three\n",
                    one->md5));
    importer.folder.write("three", "333");
    CHECK(importer.refusal(importer.order({dsc})) ==
          "2 files are not as they should be: no source is taken in");
    REQUIRE(importer.lines.size() == 2);
    CHECK(importer.lines[0].find("/two: No such file") != std::string::npos);
    CHECK(importer.lines[1].find("three has 3 bytes, 1 were expected") != std::string::npos);
}

TEST_CASE("versions of one name in one call are stored lowest first in whatever order they stand") {
    Importer importer;
    const std::string ten = make_dsc(importer.folder, "1.10");
    const std::string nine = make_dsc(importer.folder, "1.9");
    CHECK(importer.refusal(importer.order({ten, nine})).empty());
    CHECK(importer.published() == "1.9 SUPERSEDED, 1.10 PUBLISHED");
}

TEST_CASE("two sources of one version with different contents in one call are refused") {
    Importer importer;
    const std::string one = make_dsc(importer.folder, "1.0");
    const test::TempFolder elsewhere;
    const std::string other = make_dsc(elsewhere, "1.0", "other");
    CHECK(importer.refusal(importer.order({one, other})) ==
          "2 files are not as they should be: no source is taken in");
    CHECK(importer.lines[0] ==
          fmt::format("ERROR   {}: {} is tiny 1.0 too, with other contents", one, other));
    CHECK(importer.published() == "NULL");
    CHECK(importer.refusal(importer.order({one, one})).empty());
    CHECK(importer.published() == "1.0 PUBLISHED");
}

TEST_CASE("a call that was cut short can be made again") {
    Importer importer;
    const std::string nine = make_dsc(importer.folder, "1.9");
    const std::string ten = make_dsc(importer.folder, "1.10");
    const std::string other = make_dsc(importer.folder, "1.0", "tarball", "zz");
    importer.import(nine);
    importer.import(ten);
    const auto again = farm::import_sources(importer.farm.db().session(), importer.librarian,
                                            importer.order({other, ten, nine}), importer.log);
    REQUIRE(again.size() == 3);
    CHECK(again[0].change == db::Change::unchanged);
    CHECK(again[1].change == db::Change::unchanged);
    CHECK(again[2].change == db::Change::created);
    CHECK(importer.published() == "1.9 SUPERSEDED, 1.10 PUBLISHED");
    const std::string never = make_dsc(importer.folder, "1.9.1");
    CHECK(importer.refusal(importer.order({never, ten})) ==
          never + ": tiny 1.9.1 is older than 1.10, which ubuntu/primary publishes in hoary");
}

TEST_CASE("an import waits for another of the same name and then sees what it stored") {
    for (const std::string& version : std::vector<std::string>{"1.0", "2.0"}) {
        INFO(version);
        Importer importer;
        const std::string dsc = make_dsc(importer.folder, "1.0");
        const auto digests = digest_file(dsc);
        db::Database other(importer.farm.db().conninfo());
        const auto place = db::find_source_place(other, "ubuntu/primary", "hoary", Pocket::RELEASE);
        std::string refusal = "none yet";
        std::jthread importing;
        {
            db::Transaction transaction(other);
            db::lock_source_name(transaction, "tiny");
            importing = std::jthread([&] { refusal = importer.refusal(importer.order({dsc})); });
            test::Scenario::await([&] {
                return !other
                            .query(
                                "SELECT 1 FROM pg_stat_activity WHERE datname = "
                                "current_database() AND wait_event_type = 'Lock'")
                            .empty();
            });
            LibraryFile file{LibraryFileId{900}, "tiny_" + version + ".dsc", "text/plain", false,
                             *digests};
            const auto id = db::insert_source(
                transaction,
                {"tiny", version, "main", Urgency::LOW, {}, "any", "", "", "", {file}});
            db::insert_publication(transaction, place, id, "main");
            transaction.commit();
        }
        importing.join();
        CHECK(refusal == (version == "1.0" ? ""
                                           : dsc + ": tiny 1.0 is older than 2.0, which "
                                                   "ubuntu/primary publishes in hoary"));
        CHECK(importer.published() == version + " PUBLISHED");
    }
}

TEST_CASE("a file that changes after its check is not taken in") {
    Importer importer;
    const std::string dsc = make_dsc(importer.folder, "1.0");
    importer.log.on_progress([&](std::string_view text) {
        if (text.starts_with("storing")) importer.folder.write("tiny_1.0.tar", "7 bytes");
    });
    CHECK(importer.refusal(importer.order({dsc})) ==
          importer.folder.path() + "/tiny_1.0.tar was changed after it had been checked");
    CHECK(importer.published() == "NULL");
}

TEST_CASE("an equal version in other words neither supersedes nor is published beside") {
    Importer importer;
    importer.import(make_dsc(importer.folder, "1.0"));
    const std::string equal = make_dsc(importer.folder, "1.0-0");
    CHECK(importer.refusal(importer.order({equal})) ==
          equal +
              ": tiny 1.0-0 is the same version as 1.0, which ubuntu/primary publishes in hoary");
    CHECK(importer.published() == "1.0 PUBLISHED");
    const std::string one = make_dsc(importer.folder, "2.0", "tarball", "other");
    const std::string two = make_dsc(importer.folder, "0:2.0", "tarball", "other");
    CHECK_FALSE(importer.refusal(importer.order({one, two})).empty());
    CHECK(importer.lines.back().ends_with("is an equal version"));
    CHECK(importer.published("other") == "NULL");
}

TEST_CASE("a file of a known name with other contents is refused") {
    Importer importer;
    const auto import = [&](const std::string& version, const std::string& orig) {
        const test::TempFolder folder;
        const auto sums = digest_file(folder.write("tiny_1.0.orig.tar.gz", orig));
        const std::string dsc = folder.write(
            "tiny_" + version + ".dsc",
            fmt::format("Source: tiny\nVersion: {}\nArchitecture: any\nChecksums-Sha256:\n {} {} "
                        "tiny_1.0.orig.tar.gz\nFiles:\n {} {} tiny_1.0.orig.tar.gz\n",
                        version, sums->sha256, sums->size, sums->md5, sums->size));
        return replace_all(importer.refusal(importer.order({dsc})), dsc, "DSC");
    };
    CHECK(import("1.0-1", "upstream").empty());
    CHECK(import("1.0-2", "upstream").empty());
    CHECK(import("1.0-3", "something else") ==
          "DSC: ubuntu/primary holds a tiny_1.0.orig.tar.gz already, with other contents");
    CHECK(importer.published() == "1.0-1 SUPERSEDED, 1.0-2 PUBLISHED");
    CHECK_FALSE(importer.librarian.has_pending());
}

TEST_CASE("an archive that becomes private during an import gets no public files") {
    Importer importer;
    const std::string dsc = make_dsc(importer.folder, "1.0");
    importer.log.on_progress(
        [&](std::string_view) { importer.farm.sql("UPDATE archive SET private = true"); });
    CHECK(importer.refusal(importer.order({dsc})) ==
          "somebody has changed whether the archive is private: try again");
    CHECK(importer.published() == "NULL");
}
