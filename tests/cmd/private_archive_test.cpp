// An archive becomes private, or public again, with all that it has.
#include <fstream>
#include <sys/stat.h>
#include <thread>

#include "admin.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "db/archives.hpp"
#include "librarian/librarian.hpp"
#include "support/scenario.hpp"

using namespace buildd;
using test::Admin;
namespace fs = std::filesystem;

namespace {

constexpr const char* dsc = "10/mozilla-firefox_0.9.dsc";

void put_file(const std::string& path, const std::string& content) {
    std::ofstream(path) << content;
}

// All of the sample farm's sources are the primary archive's alone; build 8 has failed, its leaf
// lies in accepted.
struct Farm : Admin {
    Farm() {
        farm.sql("DELETE FROM sourcepackagepublishinghistory WHERE archive <> 1");
        put(BuildState::FAILEDTOBUILD);
        run({"collect"});
        fs::create_directories(leaf_path() + "/ubuntu");
        put_file(leaf_path() + "/ubuntu/x", "x");
    }
    std::string leaf_path() const { return farm.file(std::string("accepted/") + leaf); }
    std::string open(const std::string& name) const { return farm.file("librarian/" + name); }
    std::string closed(const std::string& name) const {
        return farm.file("librarian/restricted/" + name);
    }
    test::ProgramRun set(const char* is_private, const std::string& archive = "ubuntu/primary") {
        return run({"archive", "set", archive, "--private", is_private});
    }
    // Committed, and then killed.
    void only_commit(bool is_private) {
        db::ArchiveWish wish;
        wish.distribution = "ubuntu";
        wish.name = "primary";
        wish.is_private = is_private;
        db::set_archive(farm.db().session(), wish);
    }
    // The .dsc is ubuntu/partner's, too.
    void share_dsc() {
        farm.sql(
            "INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, distroseries, "
            "archive, component, status) VALUES (14, 3, 12, 1, 'SUPERSEDED')");
    }
    void await_waiting_for_privacy() {
        test::Scenario::await([&] {
            return farm.value(
                       "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT "
                       "granted)") == "true";
        });
    }
    bool is_closed() {
        return !fs::exists(open("10")) && !fs::exists(open("20")) && mode(closed(dsc)) == 0640 &&
               mode(closed("10")) == 0750 && mode(leaf_path()) == 0750 &&
               mode(leaf_path() + "/ubuntu/x") == 0640 && nothing_is_left();
    }
    bool is_open() {
        return !fs::exists(closed("10")) && !fs::exists(closed("20")) && mode(open(dsc)) == 0644 &&
               mode(open("10")) == 0755 && mode(leaf_path()) == 0755 &&
               mode(leaf_path() + "/ubuntu/x") == 0644 && nothing_is_left();
    }
    bool nothing_is_left() {
        return farm.value("SELECT count(*) FROM librarymove") == "0" &&
               list_folder(farm.file("librarian/pending"))->empty();
    }
    // What `db check` says of files.
    std::string wrong_files() {
        std::string wrong;
        for (const auto& line : split(run({"db", "check"}).out, '\n'))
            if (line.find("library file") != line.npos) wrong += line + "\n";
        return wrong;
    }
    static unsigned mode(const std::string& path) {
        struct stat info {};
        return ::lstat(path.c_str(), &info) == 0 ? info.st_mode & 07777U : 0;
    }
};

}  // namespace

TEST_CASE("an archive that becomes private takes its files out of public folders and back") {
    Farm it;
    const std::string content = test::read(it.open(dsc));
    it.says({"archive", "set", "ubuntu/primary", "--private", "yes"},
            "archive ubuntu/primary: changed: private no -> yes\n");
    CHECK(it.is_closed());
    CHECK(test::read(it.closed(dsc)) == content);
    CHECK(fs::exists(it.open("1")));  // a chroot is nobody's
    CHECK(it.wrong_files().empty());
    CHECK(it.set("no").status == 0);
    CHECK(it.is_open());
    CHECK(test::read(it.open(dsc)) == content);
    CHECK(it.wrong_files().empty());
}

TEST_CASE("a file of two archives is restricted when both are private") {
    Farm it;
    it.share_dsc();
    CHECK(it.set("yes").status == 0);
    CHECK(fs::exists(it.open(dsc)));
    CHECK(fs::exists(it.closed("20")));
    CHECK(it.set("yes", "ubuntu/partner").status == 0);
    CHECK(it.is_closed());
    CHECK(it.set("no").status == 0);
    CHECK(fs::exists(it.open(dsc)));
    CHECK(it.wrong_files().empty());
}

TEST_CASE("a link that others have to a file does not become private with it") {
    Farm it;
    const std::string link = it.open("900/mozilla-firefox_0.9.dsc");
    fs::create_directories(it.open("900"));
    fs::create_hard_link(it.open(dsc), link);
    CHECK(it.set("yes").status == 0);
    CHECK(it.is_closed());
    CHECK(Farm::mode(link) == 0644);
    CHECK(fs::hard_link_count(link) == 1);
    CHECK(test::read(link) == test::read(it.closed(dsc)));
}

TEST_CASE("what a killed change of privacy has left is done by the next pass or call") {
    for (const bool by_pass : {true, false}) {
        Farm it;
        it.only_commit(true);
        CHECK(fs::exists(it.open(dsc)));
        CHECK_FALSE(it.wrong_files().empty());
        fs::create_directories(it.closed("20"));  // it was killed behind this one's move
        fs::rename(it.open("20"), it.closed("20"));
        fs::create_directories(it.closed("10"));  // and in the middle of a copy
        put_file(it.closed(std::string(dsc) + ".new"), "half");
        if (by_pass)
            CHECK(it.run({"collect"}).status <= 1);
        else
            CHECK(it.set("yes").status == 0);
        CHECK(it.is_closed());
        CHECK(list_folder(it.closed("10"))->size() == 1);
        it.only_commit(false);
        CHECK(it.run({"collect"}).status <= 1);
        CHECK(it.is_open());
        CHECK(it.wrong_files().empty());
    }
}

TEST_CASE("what was stored in public while its archive became private follows") {
    Farm it;
    CHECK(it.set("yes").status == 0);
    fs::create_directories(it.open("300"));
    put_file(it.open("300/log.txt.gz"), "log");
    it.farm.sql(
        "INSERT INTO libraryfilealias (id, content, filename) VALUES (300, 1, 'log.txt.gz'), "
        "(301, 1, 'paper'), (302, 1, 'a.deb'), (303, 1, 'upload.log'), (304, 1, 'b.dsc');"
        "INSERT INTO buildattempt (id, build, cookie, outcome, buildlog) VALUES (900, 8, '8-900', "
        "'OK', 300); INSERT INTO buildattemptfile VALUES (900, 301);"
        "INSERT INTO binarypackagefile VALUES (1, 302); UPDATE build SET upload_log = 303 WHERE "
        "id = 8; INSERT INTO sourcepackagereleasefile VALUES (17, 304); INSERT INTO "
        "sourcepackagepublishinghistory (sourcepackagerelease, distroseries, archive, component, "
        "pocket) VALUES (17, 3, 1, 1, 'UPDATES')");
    CHECK(it.farm.value("SELECT count(*) FROM libraryfilealias WHERE id BETWEEN 300 AND 304 AND "
                        "restricted") == "5");
    CHECK(it.run({"collect"}).status <= 1);
    CHECK_FALSE(fs::exists(it.open("300")));
    CHECK(Farm::mode(it.closed("300/log.txt.gz")) == 0640);
    CHECK(it.nothing_is_left());
}

TEST_CASE("two archives with a file in common that become private at once have it restricted") {
    Farm it;
    it.share_dsc();
    test::ProgramRun done;
    std::jthread other;
    {
        db::Transaction transaction(it.farm.db().session());
        it.only_commit(true);
        other = std::jthread([&] { done = it.set("yes", "ubuntu/partner"); });
        it.await_waiting_for_privacy();
        transaction.commit();
    }
    other.join();
    CHECK(done.status == 0);
    CHECK(it.is_closed());
}

TEST_CASE("what fails while an archive's files follow keeps nothing else from being done") {
    Farm it;
    std::ofstream(it.farm.file("librarian/restricted")) << "in the way of all files";
    const auto done = it.set("yes");
    CHECK(done.status == 69);
    CHECK(done.out == "archive ubuntu/primary: changed: private no -> yes\n");
    CHECK(done.err.find("; what is left is moved by the next pass") != std::string::npos);
    CHECK(Farm::mode(it.leaf_path()) == 0750);
    CHECK(Farm::mode(it.open("10")) == 0750);
}

TEST_CASE("a pass moves as many files as it has time for") {
    Farm it;
    it.farm.sql(
        "INSERT INTO libraryfilealias (id, content, filename, restricted) SELECT i, 1, 'x', true "
        "FROM generate_series(2001, 3100) i; INSERT INTO librarymove SELECT id FROM "
        "libraryfilealias WHERE id > 2000");
    CHECK(it.run({"collect"}).status <= 1);
    CHECK(it.nothing_is_left());
}

TEST_CASE("files and leaves of an archive that was private before are closed after an upgrade") {
    Farm it;
    CHECK(it.set("yes").status == 0);
    for (const std::string& path : {it.closed(""), it.closed("10"), it.leaf_path()})
        fs::permissions(path, static_cast<fs::perms>(0755));
    for (const std::string& path : {it.closed(dsc), it.leaf_path() + "/ubuntu/x"})
        fs::permissions(path, static_cast<fs::perms>(0644));
    it.farm.sql("INSERT INTO librarymove SELECT id FROM libraryfilealias WHERE restricted");
    SECTION("by the next pass") {
        CHECK(it.run({"collect"}).status <= 1);
    }
    SECTION("by db check --repair") {
        const std::string leaf = "leaf " + it.leaf_path() + " can be read by others\n";
        CHECK(it.run({"db", "check"}).out.find(leaf) != std::string::npos);
        CHECK(it.run({"db", "check", "--repair"}).out.find(leaf) == std::string::npos);
        it.farm.sql("DELETE FROM librarymove");
    }
    CHECK(it.is_closed());
    CHECK(it.wrong_files().empty());
}

TEST_CASE("a change of privacy waits for who stores a file of the archive and takes it along") {
    Farm it;
    fs::create_directories(it.open("300"));
    put_file(it.open("300/log.txt.gz"), "log");
    db::Database& session = it.farm.db().session();
    test::ProgramRun done;
    std::jthread setter;
    {
        db::Transaction transaction(session);
        session.execute(
            "INSERT INTO libraryfilealias (id, content, filename) VALUES (300, 1, 'log.txt.gz')");
        session.execute(
            "INSERT INTO buildattempt (build, cookie, outcome, buildlog) VALUES (8, '8-900', "
            "'OK', 300)");
        setter = std::jthread([&] { done = it.set("yes"); });
        it.await_waiting_for_privacy();
        transaction.commit();
    }
    setter.join();
    CHECK(done.status == 0);
    CHECK_FALSE(fs::exists(it.open("300")));
    CHECK(it.is_closed());
}

TEST_CASE("a change of privacy waits for a file that is on its way into the librarian") {
    Farm it;
    const Librarian librarian(it.farm.file("librarian"), {});
    auto begun = librarian.begin({300}, false);
    REQUIRE(begun.ok());
    std::optional<StoredFile> stored(std::move(*begun));
    REQUIRE(stored->finish("log.txt.gz", "text/plain").ok());
    test::ProgramRun done;
    std::jthread setter([&] { done = it.set("yes"); });
    test::Scenario::await([&] {
        return it.farm.value("SELECT private FROM archive WHERE id = 1") == "true" &&
               fs::exists(it.closed("20"));
    });
    it.farm.sql(
        "INSERT INTO libraryfilealias (id, content, filename) VALUES (300, 1, 'log.txt.gz');"
        "INSERT INTO buildattempt (build, cookie, outcome, buildlog) VALUES (8, '8-900', 'OK', "
        "300)");
    stored->keep();
    stored.reset();  // and the lock with it
    setter.join();
    CHECK(done.status == 0);
    CHECK(Farm::mode(it.closed("300/log.txt.gz")) == 0640);
    CHECK(it.is_closed());
}

TEST_CASE("the pages for everybody are made anew before an archive is private") {
    Farm it;
    const std::string page = it.farm.file("status.html"), gone = it.farm.file("gone.html");
    for (const auto& path : {page, gone}) it.says({"status", "--html", path}, "");
    fs::remove(gone);
    CHECK(test::read(page).find("mozilla-firefox") != std::string::npos);
    CHECK(it.set("yes").status == 0);
    CHECK(test::read(page).find("mozilla-firefox") == std::string::npos);
    CHECK_FALSE(fs::exists(gone));
    fs::create_directories(page + ".new/in-the-way");
    const auto done = it.set("no");
    CHECK(done.status == 69);
    CHECK(done.out == "archive ubuntu/primary: changed: private yes -> no\n");
    CHECK(done.err.find("a page for everybody still shows what it did: ") != std::string::npos);
    CHECK(it.is_open());
}

TEST_CASE("db check finds files that others than they should can read and mends them") {
    Farm it;
    CHECK(it.set("yes").status == 0);
    fs::permissions(it.closed(dsc), fs::perms::all);
    fs::create_directories(it.open("20"));
    CHECK(it.wrong_files() ==
          fmt::format("library file {} can be read by others, or lies in two places\n"
                      "library file {} can be read by others, or lies in two places\n",
                      it.closed(dsc), it.closed("20/foobar_1.0_i386.deb")));
    it.farm.sql("UPDATE libraryfilealias SET restricted = false WHERE id = 20");
    CHECK(it.wrong_files().find("library file 20, foobar_1.0_i386.deb, is public though its "
                                "archives are private\n") == 0);
    const auto mended = it.run({"db", "check", "--repair"});
    CHECK(mended.out.find("mended: library file 20, foobar_1.0_i386.deb, is restricted\n") !=
          std::string::npos);
    CHECK(it.run({"collect"}).status <= 1);
    CHECK(it.is_closed());
    CHECK(it.wrong_files().empty());
}

TEST_CASE("a dry run of a change of privacy moves nothing") {
    Farm it;
    const std::string before = it.digest();
    const auto done = it.run({"archive", "set", "ubuntu/primary", "--private", "yes", "-n"});
    CHECK(done.status == 0);
    CHECK(it.digest() == before);
    CHECK(fs::exists(it.open(dsc)));
}
