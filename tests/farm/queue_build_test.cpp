// queue build (behaviour §9) and source import.
#include "db/queue_build.hpp"

#include <fmt/format.h>

#include "farm/queue_build.hpp"
#include "importer.hpp"

using namespace buildd;
using test::Importer;
using test::make_dsc;
using test::TestFarm;

namespace {

farm::QueueResult build_queue(TestFarm& farm, std::vector<std::string>& lines) {
    Log log(Level::DEBUG);
    log.add_sink([&](Level, std::string_view line) { lines.emplace_back(line); });
    return farm::build_queue(farm.settings().settings, farm.db().session(), log);
}

farm::QueueResult build_queue(TestFarm& farm) {
    std::vector<std::string> lines;
    return build_queue(farm, lines);
}

// What becomes of build 8 (hoary i386, main, RELEASE) when it waits for that.
std::string state_after_wait(TestFarm& farm, const std::string& dependencies) {
    farm.sql(
        "DELETE FROM buildqueue WHERE build = 8; UPDATE build SET buildstate = 'BUILDING' "
        "WHERE id = 8 AND buildstate = 'NEEDSBUILD'; UPDATE build SET buildstate = "
        "'MANUALDEPWAIT', dependencies = '" +
        dependencies + "' WHERE id = 8");
    build_queue(farm);
    return farm.state(8);
}

}  // namespace

TEST_CASE("published sources get the builds and jobs that they miss once") {
    TestFarm farm;
    const auto first = build_queue(farm);
    CHECK(first.builds > 0);
    CHECK(farm.value("SELECT count(*) FROM build WHERE sourcepackagerelease = 15") == "2");
    CHECK(farm.value("SELECT count(*) FROM build WHERE buildstate = 'NEEDSBUILD' AND NOT EXISTS "
                     "(SELECT 1 FROM buildqueue WHERE build = build.id)") == "0");
    const auto second = build_queue(farm);
    CHECK(second.builds == 0);
    CHECK(second.jobs == 0);
}

TEST_CASE("many builds are made in batches and their tables counted anew") {
    TestFarm farm;
    build_queue(farm);
    farm.sql(
        "INSERT INTO sourcepackagename (id, name) SELECT i, 's' || i FROM generate_series(1001, "
        "7000) i; INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component) "
        "SELECT i, i, '1.0', 1 FROM generate_series(1001, 7000) i; INSERT INTO "
        "sourcepackagereleasefile SELECT i, 10 FROM generate_series(1001, 7000) i; INSERT INTO "
        "sourcepackagepublishinghistory (sourcepackagerelease, distroseries, archive, component, "
        "status) SELECT i, 3, 1, 1, 'PUBLISHED' FROM generate_series(1001, 7000) i");
    std::vector<std::string> progress;
    Log log(Level::ERROR);
    log.on_progress([&](std::string_view text) { progress.emplace_back(text); });
    const auto made = farm::build_queue(farm.settings().settings, farm.db().session(), log);
    CHECK(made.builds == 12'000);
    CHECK(made.jobs == 12'000);
    CHECK(made.scored >= 12'000);
    const auto told = [&](const char* line) {
        return std::find(progress.begin(), progress.end(), line) != progress.end();
    };
    for (const char* line : {"making builds 5000/12000", "making builds 12000/12000",
                             "making jobs 10000/12000", "making jobs 12000/12000"}) {
        INFO(line);
        CHECK(told(line));
    }
    CHECK(progress.back().empty());
    for (const char* table : {"build", "buildqueue"}) {
        INFO(table);
        CHECK(farm.value(fmt::format("SELECT reltuples >= 12000 FROM pg_class WHERE relname = '{}'",
                                     table)) == "true");
    }
    CHECK(farm.value("SELECT count(*) FROM buildqueue WHERE lastscore = 0") == "0");
}

TEST_CASE("architecture hints decide what is built where") {
    TestFarm farm;
    const auto architectures = [&](const std::string& hints) {
        farm.sql(
            fmt::format("UPDATE sourcepackagerelease SET architecturehintlist = '{}' WHERE id = "
                        "15; DELETE FROM buildqueue USING build WHERE build = build.id AND "
                        "sourcepackagerelease = 15; DELETE FROM build WHERE "
                        "sourcepackagerelease = 15",
                        hints));
        build_queue(farm);
        return farm.value(
            "SELECT coalesce(string_agg(architecturetag, ' ' ORDER BY architecturetag), '') FROM "
            "build JOIN distroarchseries das ON das.id = distroarchseries WHERE "
            "sourcepackagerelease = 15");
    };
    CHECK(architectures("any") == "hppa i386");
    CHECK(architectures("all") == "i386");
    CHECK(architectures("hppa all") == "hppa i386");
    CHECK(architectures("any-i386") == "i386");
    CHECK(architectures("kfreebsd-any") == "");
}

TEST_CASE("sources that are not published or whose archive is disabled get no build") {
    TestFarm farm;
    farm.sql("UPDATE sourcepackagepublishinghistory SET status = 'SUPERSEDED'");
    CHECK(build_queue(farm).builds == 0);
    TestFarm disabled;
    disabled.sql("UPDATE archive SET enabled = false");
    CHECK(build_queue(disabled).builds == 0);
}

TEST_CASE("jobs of sources without files are removed and not made") {
    TestFarm farm;
    farm.sql("DELETE FROM sourcepackagereleasefile WHERE sourcepackagerelease = 14");
    std::vector<std::string> lines;
    CHECK(build_queue(farm, lines).removed == 1);
    CHECK(farm.value("SELECT count(*) FROM buildqueue JOIN build ON build.id = build WHERE "
                     "sourcepackagerelease = 14") == "0");
}

TEST_CASE("jobs are scored with a line that explains it") {
    TestFarm farm;
    farm.sql(
        "UPDATE sourcepackagerelease SET urgency = 'HIGH' WHERE id = 14; UPDATE build SET pocket = "
        "'BACKPORTS' WHERE id = 8; UPDATE archive SET score = 3 WHERE id = 1");
    std::vector<std::string> lines;
    build_queue(farm, lines);
    CHECK(farm.value("SELECT lastscore FROM buildqueue WHERE build = 7") == "2508");
    CHECK(farm.value("SELECT lastscore FROM buildqueue WHERE build = 8") == "1018");
    CHECK(std::find(
              lines.begin(), lines.end(),
              "DEBUG   i386 build of mozilla-firefox 0.9 in ubuntu hoary BACKPORTS (10) -> U+15 "
              "C+1000 A+3 T+0 = 1018") != lines.end());
}

TEST_CASE("all jobs of a group wait by one clock and it moves when another comes") {
    TestFarm farm;
    const auto score = [&](int build) {
        return farm.value(fmt::format("SELECT lastscore FROM buildqueue WHERE build = {}", build));
    };
    farm.sql("UPDATE buildqueue SET created = now() - interval '3 hours'");
    build_queue(farm);
    CHECK(score(8) == "2805");
    // Two hours later: none has come since.
    farm.sql(
        "UPDATE waitingclock SET at = at - interval '2 hours';"
        "UPDATE buildqueue SET created = created - interval '2 hours'");
    CHECK(build_queue(farm).scored == 0);
    farm.sql("UPDATE buildqueue SET created = now() - interval '1 minute' WHERE build = 7");
    build_queue(farm);
    CHECK(score(8) == "3005");
    CHECK(score(7) == "2506");
}

TEST_CASE("a person's score grows with waiting and nothing else") {
    TestFarm farm;
    farm.sql(
        "UPDATE buildqueue SET manual = true, given_score = 20, lastscore = 20, given_at = now() - "
        "interval '2 hours' WHERE build = 7");
    std::vector<std::string> lines;
    build_queue(farm, lines);
    CHECK(farm.value("SELECT lastscore FROM buildqueue WHERE build = 7") == "220");
    CHECK(std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
              return line.ends_with(" (20) -> S+20 T+200 = 220");
          }) == 1);
}

TEST_CASE("jobs of an archive in which everything is built anew stand behind uploads") {
    TestFarm farm;
    farm.sql(
        "UPDATE archive SET rebuild = true WHERE id = 1;"
        "UPDATE buildqueue SET created = now() - interval '3 hours'");
    build_queue(farm);
    CHECK(farm.value("SELECT lastscore FROM buildqueue WHERE build = 8") ==
          std::to_string(5 + 1000 + 1500 - 2600 + 30 + 720));
}

TEST_CASE("a dependency wait beside an active build of the same source is left as history") {
    TestFarm farm;
    farm.sql(
        "UPDATE build SET distroarchseries = 6 WHERE id = 6;"
        "INSERT INTO build (id, processor, distroarchseries, buildstate, sourcepackagerelease, "
        "archive, dependencies) VALUES (50, 1, 6, 'MANUALDEPWAIT', 14, 1, 'foobar')");
    CHECK(farm.state(8) == "NEEDSBUILD");
    build_queue(farm);
    CHECK(farm.state(50) == "MANUALDEPWAIT");
    farm.sql("UPDATE build SET buildstate = 'SUPERSEDED' WHERE id = 8");
    build_queue(farm);
    CHECK(farm.state(50) == "NEEDSBUILD");
}

TEST_CASE("a dependency wait is tried again when what it waits for is published") {
    TestFarm farm;
    const auto wait_for = [&](const std::string& dependencies) {
        return state_after_wait(farm, dependencies);
    };
    farm.sql(
        "UPDATE build SET distroarchseries = 6 WHERE id = 6;"
        "UPDATE binarypackagerelease SET provides = 'virtual-foo'");
    CHECK(wait_for("nope") == "MANUALDEPWAIT");
    CHECK(wait_for("foobar (>> 1.0)") == "MANUALDEPWAIT");
    CHECK(wait_for("not a dependency line") == "MANUALDEPWAIT");
    CHECK(wait_for("foobar (>= 1.0)") == "NEEDSBUILD");
    CHECK(farm.value("SELECT dependencies IS NULL AND failure_count = 0 FROM build WHERE id = 8") ==
          "true");
    CHECK(farm.value("SELECT count(*) FROM buildqueue WHERE build = 8") == "1");
    CHECK(wait_for("nope | virtual-foo") == "NEEDSBUILD");
    farm.sql("UPDATE build SET distroarchseries = 12 WHERE id = 6");
    CHECK(wait_for("foobar") == "MANUALDEPWAIT");  // another architecture's
    farm.sql("UPDATE binarypackagerelease SET architecture = 'all'");
    CHECK(wait_for("foobar") == "NEEDSBUILD");
    farm.sql("INSERT INTO archivebinary VALUES (1, 6, 'RELEASE', 'upstream', '2.0')");
    CHECK(wait_for("upstream (<< 2.0)") == "MANUALDEPWAIT");
    CHECK(wait_for("upstream (= 2.0)") == "NEEDSBUILD");
}

TEST_CASE("binaries read from an archive end waits by every relation and by what they provide") {
    TestFarm farm;
    farm.sql(
        "INSERT INTO archivebinary VALUES "
        "(1, 6, 'RELEASE', 'lib', '2:1.0-1', 'liba (= 1:3), libb, (, libc (= 0.9)', 'main'),"
        "(1, 12, 'RELEASE', 'elsewhere', '1', '', 'main')");
    for (const char* met : {"lib", "lib (>> 9)", "lib (>= 2:1.0-1)", "lib (= 2:1.0-1)",
                            "lib (<= 2:1.0-1)", "lib (<< 2:1.0-2)", "nope | lib (>= 2:0)",
                            "liba (>> 1:2)", "libb, libc (<< 1)", "lib:any (>= 2:1~) [i386]"}) {
        INFO(met);
        CHECK(state_after_wait(farm, met) == "NEEDSBUILD");
    }
    for (const char* unmet :
         {"lib (<< 2:1.0-1)", "lib (>> 2:1.0-1)", "lib (= 1.0-1)", "lib (<= 1)", "liba (>= 1:4)",
          "libb (>= 0)", "lib, nope", "nope | lib (>= 3:0)", "elsewhere", "libc (= 1)"}) {
        INFO(unmet);
        CHECK(state_after_wait(farm, unmet) == "MANUALDEPWAIT");
    }
}

TEST_CASE("a wait does not end by binaries that its builder would not be shown") {
    TestFarm farm;
    farm.sql(
        "INSERT INTO archivebinary VALUES (1, 6, 'PROPOSED', 'soon', '1', '', 'main'),"
        "(1, 6, 'RELEASE', 'game', '1', '', 'universe'),"
        "(9, 6, 'RELEASE', 'private', '1', '', 'main')");
    for (const char* hidden : {"soon", "game", "private"})
        CHECK(state_after_wait(farm, hidden) == "MANUALDEPWAIT");
    farm.sql(
        "UPDATE sourcepackagepublishinghistory SET component = 3 WHERE sourcepackagerelease = "
        "14");
    CHECK(state_after_wait(farm, "game") == "NEEDSBUILD");
    farm.sql("UPDATE build SET pocket = 'PROPOSED' WHERE id = 8");
    CHECK(state_after_wait(farm, "soon") == "NEEDSBUILD");
    farm.sql(
        "DELETE FROM buildqueue; DELETE FROM build WHERE archive = 9;"
        "UPDATE build SET pocket = 'RELEASE', archive = 9 WHERE id = 8");
    CHECK(state_after_wait(farm, "soon") == "MANUALDEPWAIT");
    CHECK(state_after_wait(farm, "private") == "NEEDSBUILD");
}

TEST_CASE("a wait does not end by a binary of ours that a later build replaced") {
    TestFarm farm;
    farm.sql("UPDATE build SET distroarchseries = 6 WHERE id = 6");
    CHECK(state_after_wait(farm, "foobar (<< 2)") == "NEEDSBUILD");
    farm.sql(
        "INSERT INTO build (id, processor, distroarchseries, buildstate, sourcepackagerelease, "
        "archive) VALUES (40, 1, 6, 'FULLYBUILT', 16, 1); INSERT INTO binarypackagerelease (build, "
        "binarypackagename, version, architecture, component) VALUES (40, 1, '2.0', 'i386', 1)");
    CHECK(state_after_wait(farm, "foobar (<< 2)") == "MANUALDEPWAIT");
    CHECK(state_after_wait(farm, "foobar (= 2.0)") == "NEEDSBUILD");
}

TEST_CASE("a source is imported once with all its files") {
    Importer importer;
    const std::string dsc = make_dsc(importer.folder, "1.0");
    CHECK(importer.import(dsc) == db::Change::created);
    CHECK(importer.import(dsc) == db::Change::unchanged);
    CHECK(importer.published() == "1.0 PUBLISHED");
    CHECK(importer.farm.value("SELECT count(*) FROM sourcepackagereleasefile f JOIN "
                              "sourcepackagerelease spr ON spr.id = f.sourcepackagerelease WHERE "
                              "version = '1.0' AND sourcepackagename > 100") == "2");
    CHECK_FALSE(importer.librarian.has_pending());
    const auto place = importer.farm.value(
        "SELECT id || '/' || filename FROM libraryfilealias WHERE filename = 'tiny_1.0.tar'");
    CHECK(test::read(importer.farm.file("librarian/" + place)) == "tarball");
}

TEST_CASE("an import counts the sources that it checks and stores") {
    Importer importer;
    importer.import(make_dsc(importer.folder, "1.0"));
    CHECK(importer.progress ==
          std::vector<std::string>{"checking 1/1: tiny_1.0.dsc", "storing 1/1: tiny_1.0.dsc", ""});
}

TEST_CASE("a newer version supersedes the older one and an older one is refused") {
    Importer importer;
    const std::string old = make_dsc(importer.folder, "1.0~rc1");
    CHECK(importer.import(old) == db::Change::created);
    CHECK(importer.import(make_dsc(importer.folder, "1.0")) == db::Change::created);
    CHECK(importer.published() == "1.0~rc1 SUPERSEDED, 1.0 PUBLISHED");
    CHECK(importer.refusal(importer.order({old})) ==
          old + ": tiny 1.0~rc1 is older than 1.0, which ubuntu/primary publishes in hoary");
    CHECK(importer.published() == "1.0~rc1 SUPERSEDED, 1.0 PUBLISHED");
}

TEST_CASE("the same version with other contents is refused") {
    Importer importer;
    importer.import(make_dsc(importer.folder, "1.0"));
    const std::string dsc = make_dsc(importer.folder, "1.0", "other");
    CHECK(importer.refusal(importer.order({dsc})) ==
          dsc + ": ubuntu/primary holds tiny 1.0 already, with other contents");
}

TEST_CASE("one bad source in a list keeps all of them out") {
    Importer importer;
    const std::string good = make_dsc(importer.folder, "1.0");
    const std::string bad = make_dsc(importer.folder, "2.0");
    importer.folder.write("tiny_2.0.tar", "truncated");
    CHECK(importer.refusal(importer.order({good, bad})) ==
          bad + ": tiny_2.0.tar has 9 bytes, 7 were expected");
    CHECK(importer.published() == "NULL");
    CHECK_FALSE(importer.librarian.has_pending());
}

TEST_CASE("places and people that do not exist are named") {
    Importer importer;
    auto wish = importer.order({make_dsc(importer.folder, "1.0")});
    wish.archive = "ubuntu/none";
    CHECK(importer.refusal(wish).find("there is no archive 'ubuntu/none'") == 0);
    wish.archive = "ubuntu/primary";
    wish.series = "gutsy";
    CHECK(importer.refusal(wish).find("ubuntu has no series 'gutsy'") == 0);
    wish.series = "hoary";
    wish.creator = "nobody";
    CHECK(importer.refusal(wish).find("there is no person 'nobody'") == 0);
}

TEST_CASE("a chroot is stored once and replaced when it changes") {
    Importer importer;
    auto& session = importer.farm.db().session();
    const auto arch = db::find_architecture(session, "ubuntu", "hoary", "hppa");
    const std::string path = importer.folder.write("chroot.tar.gz", "one");
    const auto store = [&] {
        return farm::store_chroot(session, importer.librarian, arch, Pocket::RELEASE, path);
    };
    CHECK(store() == db::Change::created);
    CHECK(store() == db::Change::unchanged);
    importer.folder.write("chroot.tar.gz", "two");
    CHECK(store() == db::Change::changed);
    CHECK_THROWS_AS(farm::store_chroot(session, importer.librarian, arch, Pocket::RELEASE, "/none"),
                    Failure);
}
