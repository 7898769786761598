// What is kept of every attempt.
#include <filesystem>
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "support/result.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

constexpr const char* changes_name = "mozilla-firefox_0.9_i386.changes";
constexpr const char* buildinfo_name = "mozilla-firefox_0.9_i386.buildinfo";

// The path of a paper that `build show` tells.
std::string shown(Scenario& it, const std::string& name) {
    REQUIRE(it.run({"build", "show", "8"}) == 0);
    for (const auto& line : split(it.out(), '\n'))
        if (line.ends_with("/" + name)) return split_words(line).back();
    return "";
}

}  // namespace

TEST_CASE("changes and buildinfo of every attempt outlive its leaf and are shown") {
    for (const bool good : {true, false}) {
        INFO(good);
        Scenario it("current");
        const test::TempFolder results;
        results.write(buildinfo_name, "Format: 1.0\nSource: mozilla-firefox\n");
        test::make_result(results.path());
        if (!good) results.write("stowaway.txt", "x");
        it.farm.options["keep_accepted"] = it.farm.options["keep_failed"] = "0";
        it.set_up_job();
        CHECK(it.collect_waiting("OK", "files=" + results.path()) == 0);
        CHECK(it.farm.state(8) == (good ? "FULLYBUILT" : "FAILEDTOUPLOAD"));
        it.run({"collect"});
        CHECK(list_folder(it.farm.file("accepted"))->empty());
        CHECK(list_folder(it.farm.file("rejected"))->empty());
        for (const auto* name : {changes_name, buildinfo_name}) {
            const auto path = shown(it, name);
            REQUIRE(path.starts_with(it.farm.file("librarian/")));
            CHECK(test::read(path) == test::read(results.path() + "/" + name));
        }
        CHECK(list_folder(it.farm.file("librarian/pending"))->empty());
        CHECK(it.run({"build", "show", "8", "--json"}) == 0);
        CHECK(it.out().find("\"files\"") != std::string::npos);
    }
}

TEST_CASE("papers that no person would read are not kept") {
    Scenario it("current");
    const test::TempFolder results;
    for (int i = 0; i < 30; ++i) results.write(fmt::format("a{}.buildinfo", i), std::to_string(i));
    results.write("large.buildinfo", std::string((8 << 20) + 1, 'x'));
    it.set_up_job();
    it.collect_waiting("OK", "files=" + results.path());
    CHECK(it.farm.state(8) == "FAILEDTOUPLOAD");
    CHECK(it.farm.value("SELECT count(*) FROM buildattemptfile") == "10");
    CHECK(it.farm.value("SELECT count(*) FROM libraryfilealias WHERE filename LIKE 'large%'") ==
          "0");
}
