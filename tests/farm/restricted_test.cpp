// Files of private archives: who can read them, and by which URL.
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

#include "base/files.hpp"
#include "base/text.hpp"
#include "librarian/gzip.hpp"
#include "librarian/url_key.hpp"
#include "support/nginx.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Nginx;
using test::Scenario;
using namespace std::chrono_literals;

namespace {

// The sample farm's .dsc of build 8, and any other file, in the restricted part of the librarian.
struct Restricted {
    Scenario it;
    std::string key_file = it.farm.file("url-key.conf");

    explicit Restricted(const std::string& generation = "current") : it(generation) {
        it.farm.sql("UPDATE libraryfilealias SET restricted = true WHERE id = 10");
        std::filesystem::create_directories(it.farm.file("librarian/restricted"));
        std::filesystem::rename(it.farm.file("librarian/10"),
                                it.farm.file("librarian/restricted/10"));
        REQUIRE(make_url_key(key_file).ok());
    }
    LibraryFile put(std::int64_t id, const std::string& name, const std::string& content) const {
        std::filesystem::create_directories(
            it.farm.file(fmt::format("librarian/restricted/{}", id)));
        std::ofstream(it.farm.file(fmt::format("librarian/restricted/{}/{}", id, name))) << content;
        return {{id}, name, "", true, {}};
    }
    Librarian librarian(const Nginx& nginx) const {
        return {it.farm.file("librarian"), {nginx.url(), nginx.url() + "/restricted", key_file}};
    }
};

std::string packed(const std::string& text) {
    std::string out;
    GzipStream gzip([&](std::string_view piece) -> Result<void> {
        out.append(piece);
        return {};
    });
    REQUIRE(gzip.write(text).ok());
    REQUIRE(gzip.finish().ok());
    return out;
}

}  // namespace

TEST_CASE("nginx opens a restricted file by its URL for a while and by no other") {
    const Restricted farm;
    const Nginx nginx(farm.it.farm);
    const Librarian librarian = farm.librarian(nginx);
    const std::string text = "what is in it\n";
    for (const auto& file : {farm.put(500, "a+b_1%2:0~rc=1&x?.dsc", text),
                             farm.put(501, "buildlog_a.txt.gz", packed(text))}) {
        INFO(file.filename);
        const std::string plain = librarian.url(file);
        const std::string good = *librarian.url_for(file, 600s);
        const std::string token = good.substr(good.find('?'));
        CHECK(Nginx::get(good).status == 200);
        CHECK(Nginx::get(good).body == text);
        CHECK(Nginx::get(*librarian.url_for(file, -10s)).status == 410);
        CHECK(Nginx::get(plain).status == 403);
        CHECK(Nginx::get(plain + "?md5=&expires=").status == 403);
        CHECK(Nginx::get(librarian.url({{10}, "mozilla-firefox_0.9.dsc", "", true, {}}) + token)
                  .status == 403);
        CHECK(Nginx::get(good + "0").status == 403);
        CHECK(Nginx::get(plain + replace_all(token, "&expires=", "&expires=1")).status == 403);
    }
    CHECK(Nginx::get(*librarian.url_for({{9}, "gone", "", true, {}}, 600s)).status == 404);
    CHECK(nginx.own_log().find("/restricted/500/a+b_1%2:0~rc=1&x?.dsc") != std::string::npos);
    CHECK(nginx.own_log().find("md5=") == std::string::npos);
    CHECK(Nginx::get(nginx.url() + "/1/chroot-hoary-i386.tar.gz").status == 200);
    CHECK(Nginx::get(nginx.url() + "/farm-uuid").status == 404);
}

TEST_CASE("nginx opens no restricted file as long as the farm has no key") {
    const Restricted farm;
    std::filesystem::remove(farm.key_file);
    const Nginx nginx(farm.it.farm);
    REQUIRE(make_url_key(farm.key_file).ok());
    const auto file = farm.put(500, "a.dsc", "");
    const Librarian librarian = farm.librarian(nginx);
    CHECK(Nginx::get(*librarian.url_for(file, 600s)).status == 403);
    CHECK(Nginx::get(librarian.url(file)).status == 403);
}

TEST_CASE(
    "a restricted file is fetched by a URL that is made anew at each asking and told nobody") {
    Restricted farm(GENERATE("classic", "current"));
    Scenario& it = farm.it;
    INFO(it.generation);
    const Nginx nginx(it.farm);
    it.farm.options["librarian_url"] = nginx.url();
    it.farm.options["librarian_restricted_url"] = nginx.url() + "/restricted";
    const auto asked = [&] {
        std::vector<std::string> tokens;
        for (const auto& word : split_words(nginx.log()))
            if (const auto at = word.find("?md5="); at != word.npos)
                tokens.push_back(word.substr(at + 5, 22));
        return tokens;
    };
    CHECK(it.start() == 0);
    CHECK(it.fleet.state("bob") == "BUILDING");
    CHECK(nginx.log().find("/restricted/10/mozilla-firefox_0.9.dsc?md5=") != std::string::npos);
    std::string seen = it.log();
    it.farm.options["start_timeout"] = "700 s";
    std::filesystem::remove(farm.key_file);  // nginx goes on with the old one
    it.farm.sql("DELETE FROM buildqueue; UPDATE build SET buildstate = 'NEEDSBUILD' WHERE id = 8");
    CHECK(it.start() == 69);  // nor does it open for us
    CHECK(it.farm.state(8) == "NEEDSBUILD");
    CHECK(it.line_with("WARNING Slave 'bob' (")
              .find("was unable to fetch file. " + nginx.url() +
                    "/restricted/10/mozilla-firefox_0.9.dsc: ") != std::string::npos);
    CHECK(it.run({"build", "show", "8"}) == 0);
    seen += it.log() + it.out();
    for (const auto& table : it.farm.db().rows("SELECT tablename FROM pg_tables WHERE schemaname = "
                                               "current_schema()"))
        for (const auto& row : it.farm.db().rows("SELECT * FROM " + table)) seen += row;
    const auto tokens = asked();
    REQUIRE(tokens.size() >= 2);
    CHECK(tokens.front() != tokens.back());
    for (const auto& token : tokens) CHECK(seen.find(token) == std::string::npos);
}

TEST_CASE("a restricted file's URL lives ten minutes longer than a start") {
    Restricted farm;
    Scenario& it = farm.it;
    const Nginx nginx(it.farm);
    it.farm.options["librarian_url"] = nginx.url();
    it.farm.options["librarian_restricted_url"] = nginx.url() + "/restricted";
    it.farm.options["start_timeout"] = "2 h";
    const auto soonest = std::time(nullptr) + 7200 + 600;
    CHECK(it.start() == 0);
    const std::string log = nginx.log(), key = "&expires=";
    const auto at = log.find(key);
    REQUIRE(at != log.npos);
    CHECK(std::stoll(log.substr(at + key.size())) >= soonest);
}

TEST_CASE("a farm has one key that its owner alone reads and no command shows") {
    Scenario it("current");
    CHECK(it.run({"config", "check"}) == 0);
    const auto key = read_url_key(it.farm.file("url-key.conf"));
    REQUIRE(key.ok());
    CHECK(is_lower_hex(*key, 64));
    CHECK((std::filesystem::status(it.farm.file("url-key.conf")).permissions() &
           std::filesystem::perms::all) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    for (const char* command : {"show", "check"}) {
        CHECK(it.run({"config", command}) == 0);
        CHECK((it.out() + it.log()).find(*key) == std::string::npos);
    }
    CHECK(*read_url_key(it.farm.file("url-key.conf")) == *key);
    Scenario other("current");
    CHECK(other.run({"config", "check"}) == 0);
    CHECK(*read_url_key(other.farm.file("url-key.conf")) != *key);
}

TEST_CASE("a start whose file cannot be fetched through our own fault is counted against nobody") {
    Scenario it("current");
    std::string said;
    SECTION("it is missing") {
        std::filesystem::rename(it.farm.file("librarian/1"), it.farm.file("elsewhere"));
        said = "/1/chroot-hoary-i386.tar.gz is missing";
    }
    SECTION("it is being moved") {
        it.farm.sql("INSERT INTO librarymove VALUES (1)");
        said = "/1/chroot-hoary-i386.tar.gz is being moved to where builders fetch it";
    }
    SECTION("it is private and the web server wants the password of older versions") {
        it.farm.options["librarian_password"] = "s3cret";
        it.farm.sql("UPDATE libraryfilealias SET restricted = true WHERE id = 1");
        std::filesystem::create_directories(it.farm.file("librarian/restricted"));
        std::filesystem::rename(it.farm.file("librarian/1"),
                                it.farm.file("librarian/restricted/1"));
        said = "the web server may still want librarian_password";
    }
    it.fleet.say("bob fetch Forbidden");
    it.start();
    CHECK(it.lines_with(said) >= 1);
    CHECK(it.fleet.count("build") == 0);
    CHECK(it.farm.state(8) == "NEEDSBUILD");
    CHECK(it.farm.value("SELECT failure_count FROM build WHERE id = 8") == "0");
    CHECK(it.farm.value("SELECT failure_count FROM builder WHERE name = 'bob'") == "0");
}

TEST_CASE("settings that are no longer used are named and do no harm") {
    Scenario it("current");
    it.farm.options["librarian_password"] = "s3cret";
    CHECK(it.run({"scan"}) == 0);
    CHECK(it.lines_with(": librarian_password: builders get URLs that open one file for a while; "
                        "this is no longer used: have the web server ask for those instead of a "
                        "password, then take it away") == 1);
}
