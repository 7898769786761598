// Nothing is published that is not what its build was to make.
#include <fmt/format.h>

#include "base/files.hpp"
#include "support/result.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

constexpr const char* changes_name = "mozilla-firefox_0.9_i386.changes";

// Each upload is of a build of mozilla-firefox 0.9; publish_command would leave a mark.
struct Uploads {
    Scenario it{"current"};

    Uploads() { it.farm.options["publish_command"] = "touch " + it.farm.file("published"); }

    // Of one package; answers the build's state.
    std::string upload(const test::ResultWish& wish, int build = 8) {
        const test::TempFolder results;
        test::make_result(results.path(), wish);
        return take(results, build);
    }
    std::string take(const test::TempFolder& results, int build = 8) {
        if (build != 8)
            it.farm.sql(
                fmt::format("INSERT INTO build (id, processor, distroarchseries, "
                            "sourcepackagerelease, archive) VALUES ({}, 1, 6, 14, 1)",
                            build));
        it.set_up_job(build);
        it.collect_waiting("OK", "files=" + results.path());
        return it.farm.state(build);
    }
    bool published() { return exists(it.farm.file("published")); }
};

test::ResultWish named(const std::string& package, const std::string& version = "0.9") {
    return {"mozilla-firefox", "0.9", "i386", package, version};
}

}  // namespace

TEST_CASE("a package of another source is refused before anything is published") {
    struct Case {
        const char* reason;
        test::ResultWish wish;
    };
    test::ResultWish warty;
    warty.distribution = "warty";
    for (const auto& [reason, wish] :
         std::vector<Case>{{"Source is iceweasel", {"iceweasel", "0.9"}},
                           {"Distribution is warty, the build's is hoary", warty}}) {
        Uploads uploads;
        INFO(reason);
        CHECK(uploads.upload(wish) == "FAILEDTOUPLOAD");
        CHECK(uploads.it.mails().find(reason) != std::string::npos);
        CHECK_FALSE(uploads.published());
    }
    Uploads uploads;  // its .changes says the right source
    const test::TempFolder results;
    test::make_result(results.path(), {"iceweasel", "0.9"});
    REQUIRE(remove_tree(results.path() + "/iceweasel_0.9_i386.changes").ok());
    test::write_changes(results.path(), changes_name, named("iceweasel"));
    CHECK(uploads.take(results) == "FAILEDTOUPLOAD");
    CHECK(uploads.it.mails().find("iceweasel_0.9_i386.deb was built from iceweasel 0.9, the "
                                  "build's source is mozilla-firefox 0.9") != std::string::npos);
    CHECK_FALSE(uploads.published());
}

TEST_CASE("a file name that the archive has with other bytes is refused whatever the epochs") {
    Uploads uploads;
    REQUIRE(uploads.upload(named("lib", "1:3")) == "FULLYBUILT");
    REQUIRE(uploads.published());
    REQUIRE(remove_tree(uploads.it.farm.file("published")).ok());
    CHECK(uploads.upload(named("lib", "2:3"), 90) == "FAILEDTOUPLOAD");
    CHECK(uploads.it.mails().find("primary has another file of the name lib_3_i386.deb") !=
          std::string::npos);
    CHECK_FALSE(uploads.published());
    CHECK(uploads.upload(named("lib", "2:4"), 91) == "FULLYBUILT");
}

TEST_CASE("a deb and a udeb of one name and version are published together") {
    Uploads uploads;
    const test::TempFolder results;
    auto wish = named("lib");
    test::make_result(results.path(), wish);
    wish.type = "udeb";
    test::make_result(results.path(), wish);
    CHECK(uploads.take(results) == "FULLYBUILT");
    CHECK(uploads.it.farm.value("SELECT string_agg(lfa.filename, ' ' ORDER BY filetype) "
                                "FROM binarypackagerelease bpr JOIN binarypackagefile bpf "
                                "ON bpf.binarypackagerelease = bpr.id JOIN libraryfilealias lfa "
                                "ON lfa.id = bpf.libraryfile WHERE build = 8") ==
          "lib_0.9_i386.deb lib_0.9_i386.udeb");
}

TEST_CASE("two versions of a package in one upload are refused") {
    Uploads uploads;
    const test::TempFolder results;
    test::make_result(results.path(), named("lib", "1"));
    test::make_result(results.path(), named("lib", "2"));
    CHECK(uploads.take(results) == "FAILEDTOUPLOAD");
    CHECK(uploads.it.mails().find("are two versions of lib") != std::string::npos);
    CHECK_FALSE(uploads.published());
}
