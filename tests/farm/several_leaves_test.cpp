// Several leaves in one run of process-upload: what befalls one is not the others'.
#include <filesystem>
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "support/result.hpp"
#include "support/scenario.hpp"
#include "test.hpp"
#include "upload/tries.hpp"

using namespace buildd;
using test::Scenario;
namespace fs = std::filesystem;

namespace {

// Builds 301 to 304 of sources of their own, gathered, taken in by one slot.
struct Several {
    Scenario it{"current"};
    test::TempFolder results;

    Several() {
        it.farm.options["upload_jobs"] = "1";
        for (int build = 301; build <= 304; ++build) gather(build);
    }

    void gather(int build) {
        it.farm.sql(fmt::format(
            "INSERT INTO sourcepackagename (id, name) VALUES ({0}, 's{0}');"
            "INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component, creator, "
            "architecturehintlist) VALUES ({0}, {0}, '0.9', 1, 1, 'i386');"
            "INSERT INTO sourcepackagepublishinghistory (sourcepackagerelease, distroseries, "
            "archive, "
            "component, status) VALUES ({0}, 3, 1, 1, 'PUBLISHED');"
            "INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, archive) "
            "VALUES ({0}, 1, 6, {0}, 1)",
            build));
        const std::string folder = fmt::format("{}/{}", results.path(), build);
        test::ResultWish wish;
        wish.source = fmt::format("s{}", build);
        test::make_result(folder, wish);
        const auto cookie = it.set_up_job(build);
        it.fleet.say(fmt::format("bob state WAITING OK {} files={}", cookie, folder));
        REQUIRE(it.run({"collect", "--no-work"}) == 0);
        REQUIRE(it.farm.state(build) == "UPLOADING");
    }

    std::string leaf(int build) { return it.build("upload_leaf", build); }
    std::string package(int build) {
        const std::string name = fmt::format("s{}_0.9_i386.deb", build);
        for (const auto& entry :
             fs::recursive_directory_iterator(it.farm.file("incoming/" + leaf(build))))
            if (entry.path().filename() == name) return entry.path();
        return "";
    }
    int tries(int build) { return read_tries(it.farm.file("children/" + leaf(build))).tries; }
    std::string states() {
        std::string all;
        for (int build = 301; build <= 304; ++build) all += it.farm.state(build) + " ";
        return all;
    }
};

}  // namespace

TEST_CASE("leaves that wait together are taken in by one program over one connection") {
    Several they;
    they.it.farm.sql(
        "CREATE TABLE takers (pid integer); CREATE FUNCTION note_taker() RETURNS trigger LANGUAGE "
        "plpgsql AS $$ BEGIN INSERT INTO takers VALUES (pg_backend_pid()); RETURN NEW; END $$;"
        "CREATE TRIGGER note_taker BEFORE INSERT ON binarypackagerelease FOR EACH ROW "
        "EXECUTE FUNCTION note_taker()");
    CHECK(they.it.run({"work"}) == 0);
    CHECK(they.states() == "FULLYBUILT FULLYBUILT FULLYBUILT FULLYBUILT ");
    CHECK(they.it.farm.value("SELECT count(*) || ' by ' || count(DISTINCT pid) FROM takers") ==
          "4 by 1");
    CHECK(*list_folder(they.it.farm.file("children")) == std::vector<std::string>{"last-upload"});
    for (const char* folder : {"incoming", "tmp"})
        CHECK(list_folder(they.it.farm.file(folder))->empty());
}

TEST_CASE("a leaf that is refused beside others fails its own build") {
    Several they;
    const std::string refused = they.leaf(302);
    std::FILE* file = std::fopen(they.package(302).c_str(), "a");
    std::fputs("more", file);
    std::fclose(file);
    CHECK(they.it.run({"work"}) == 0);
    CHECK(they.states() == "FULLYBUILT FAILEDTOUPLOAD FULLYBUILT FULLYBUILT ");
    const auto rejected = list_folder(they.it.farm.file("rejected"));
    REQUIRE(rejected->size() == 1);
    CHECK(rejected->front() == refused);
    CHECK(they.it.mail().find("s302_0.9_i386.deb") != std::string::npos);
    CHECK(they.it.mail().find("s301_0.9_i386.deb") == std::string::npos);
}

TEST_CASE("of leaves that share a program only the one at which it is ended is tried later") {
    Several they;
    they.it.farm.options["uploader_timeout"] = "1 s";
    db::Database holder(they.it.farm.db().conninfo());
    holder.script("BEGIN; SELECT 1 FROM build WHERE id = 302 FOR UPDATE");
    CHECK(they.it.run({"work"}) == 0);
    CHECK(they.states() == "FULLYBUILT UPLOADING FULLYBUILT FULLYBUILT ");
    CHECK(they.tries(302) == 1);
    CHECK(they.it.lines_with("was not examined") == 1);
    holder.script("ROLLBACK");
}

TEST_CASE("process-upload takes several leaves by hand and tells each end in a line") {
    Several they;
    std::vector<std::string> words{"process-upload"};
    for (const int build : {301, 302})
        for (const auto& word :
             {std::string("-d"), std::string("ubuntu"), std::string("-s"), std::string("hoary"),
              std::string("-b"), std::to_string(build), std::string("-J"), they.leaf(build)})
            words.push_back(word);
    words.push_back(they.it.farm.root());
    const auto first = they.leaf(301), second = they.leaf(302);
    CHECK(they.it.run(words) == 75);  // no verdict for whoever loses these lines
    CHECK(they.it.out() ==
          fmt::format("begin {0}\nend {0} 0 0 \nbegin {1}\nend {1} 0 0 \n", first, second));
    CHECK(they.it.run({"process-upload", "-d", "ubuntu", "-s", "hoary", "-b", "303", "-J",
                       they.leaf(303), "-J", they.leaf(304), they.it.farm.root()}) == 64);
    CHECK(they.it.log().find("-d,--distribution: each leaf has options of its own") !=
          std::string::npos);
}
