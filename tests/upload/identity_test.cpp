// Does what a builder made belong to the build it was made for?
#include "upload/identity.hpp"

#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;

namespace {

constexpr const char* md5 = "900150983cd24fb0d6963f7d28e17f72";

}  // namespace

TEST_CASE("a recorded builder's changes file is accepted for its build") {
    const auto changes =
        parse_changes(test::fixture("wire/output-tinytilde_1.0~rc1+b1_amd64.changes"));
    REQUIRE(changes.ok());
    CHECK(changes->files.size() == 3);
    const UploadExpectation expected{
        {{1}, "tinytilde", "2:1.0~rc1+b1"}, "amd64", true, "bookworm", "bookworm"};
    CHECK(check_identity(*changes, expected).empty());
    const auto stated = [&](const BinaryFields& binary) {
        return check_binary(binary, *changes, expected).empty();
    };
    CHECK(stated({"tinytilde_1.0~rc1+b1_amd64.deb", "tinytilde", "2:1.0~rc1+b1", "amd64", "",
                  "tinytilde (2:1.0~rc1)"}));
    CHECK(stated({"tinytilde-doc_1.0~rc1+b1_all.deb", "tinytilde-doc", "2:1.0~rc1+b1", "all", "",
                  "tinytilde (2:1.0~rc1)"}));
}

namespace {

Changes changes_of(const std::string& source, const std::string& version,
                   const std::string& architecture, const std::string& file = "a_1_i386.deb",
                   const std::string& distribution = "hoary") {
    auto changes =
        parse_changes("Source: " + source + "\nBinary: a\nVersion: " + version +
                      "\nArchitecture: " + architecture + "\nDistribution: " + distribution +
                      "\nFiles:\n " + md5 + " 3 misc optional " + file + "\n");
    REQUIRE(changes.ok());
    return std::move(*changes);
}

const UploadExpectation expected_a{{{1}, "a", "2:1"}, "i386", false, "hoary-updates", "hoary"};

}  // namespace

TEST_CASE("each part of a changes file's identity is compared with the build") {
    using L = std::vector<std::string>;
    CHECK(check_identity(changes_of("a", "2:1", "i386"), expected_a).empty());
    CHECK(check_identity(changes_of("b", "2:1", "i386"), expected_a) ==
          L{"Source is b, the build's is a"});
    CHECK(check_identity(changes_of("a", "1", "i386"), expected_a) ==
          L{"Version is 1, the build's is 2:1"});
    CHECK(check_identity(changes_of("a", "2:1", "i386 all"), expected_a) ==
          L{"Architecture all is not the build's (i386)"});
    CHECK(check_identity(changes_of("a", "2:1", "source i386"), expected_a) ==
          L{"Architecture source is not the build's (i386)"});
    CHECK(check_identity(changes_of("a", "2:1", "i386", "a.txt"), expected_a) ==
          L{"it holds no binary package"});
    CHECK(check_identity(changes_of("a (2:0)", "2:1", "i386"), expected_a) ==
          L{"Source names version 2:0, which is not that of Version 2:1"});
    const UploadExpectation binnmu{{{1}, "a", "2:1+b3"}, "i386", false, "hoary", "hoary"};
    CHECK(check_identity(changes_of("a (2:1)", "2:1+b3", "i386"), binnmu).empty());
    CHECK(check_identity(changes_of("b", "1", "hppa"), expected_a).size() == 3);
}

TEST_CASE("a binary's own fields agree with its name and the changes file") {
    const Changes changes = changes_of("a", "2:1", "i386");
    const auto reasons = [&](const BinaryFields& binary) {
        return check_binary(binary, changes, expected_a);
    };
    const std::string from = "a (2:1)";
    CHECK(reasons({"a_1_i386.deb", "a", "2:1", "i386", "", ""}).empty());
    CHECK(reasons({"a_9_i386.deb", "a", "3:9", "i386", "", from}).empty());
    CHECK(reasons({"a_1_i386.udeb", "a", "1", "i386", "", from}).empty());
    CHECK(reasons({"a-dbgsym_1_i386.ddeb", "a-dbgsym", "1", "i386", "", from}).empty());
    CHECK(reasons({"a_1_i386.deb", "b", "1", "i386", "", from}).size() == 2);
    CHECK(reasons({"a_1_i386.deb", "a", "2", "i386", "", from}) ==
          std::vector<std::string>{"a_1_i386.deb says Version 2, its name says 1"});
    CHECK(reasons({"a_1_hppa.deb", "a", "1", "hppa", "", from}) ==
          std::vector<std::string>{"a_1_hppa.deb: architecture hppa is not one of this upload"});
    CHECK(reasons({"a.deb", "a", "1", "i386", "", from}) ==
          std::vector<std::string>{"a.deb is not called <package>_<version>_<architecture>"});
}

TEST_CASE("files beside a changes file that it does not list are named") {
    const Changes changes = changes_of("a", "2:1", "i386");
    CHECK(check_unlisted(changes, {"a_1_i386.deb"}).empty());
    CHECK(check_unlisted(changes, {"x", "sub/a_1_i386.deb"}).size() == 2);
}

TEST_CASE("a package whose Source is not the build's is refused with and without a version") {
    const Changes changes = changes_of("a", "2:1", "i386");
    const auto reasons = [&](const std::string& version, const std::string& source) {
        return check_binary({"a_1_i386.deb", "a", version, "i386", "", source}, changes,
                            expected_a);
    };
    using L = std::vector<std::string>;
    const std::string wanted = ", the build's source is a 2:1";
    CHECK(reasons("2:1", "a").empty());
    CHECK(reasons("2:1", "a (2:1)").empty());
    CHECK(reasons("2:1", "b") == L{"a_1_i386.deb was built from b 2:1" + wanted});
    CHECK(reasons("2:1", "b (2:1)") == L{"a_1_i386.deb was built from b 2:1" + wanted});
    CHECK(reasons("2:1", "a (2:0)") == L{"a_1_i386.deb was built from a 2:0" + wanted});
    CHECK(reasons("1", "a") == L{"a_1_i386.deb was built from a 1" + wanted});
    CHECK(reasons("1", "") == L{"a_1_i386.deb was built from a 1" + wanted});
}

TEST_CASE("a changes file is for the build's suite or its series") {
    const auto reasons = [](const std::string& distribution) {
        return check_identity(changes_of("a", "2:1", "i386", "a_1_i386.deb", distribution),
                              expected_a);
    };
    CHECK(reasons("hoary").empty());
    CHECK(reasons("hoary-updates").empty());
    for (const char* other : {"warty", "hoary-security", "UNRELEASED", "hoary warty"})
        CHECK(reasons(other) == std::vector<std::string>{std::string("Distribution is ") + other +
                                                         ", the build's is hoary-updates"});
}

TEST_CASE("a changes file may be for the usual suite that its archive now calls otherwise") {
    auto expected = expected_a;
    expected.suite = "hoary-pu";
    expected.usual_suite = "hoary-proposed";
    const auto reasons = [&](const std::string& distribution) {
        return check_identity(changes_of("a", "2:1", "i386", "a_1_i386.deb", distribution),
                              expected);
    };
    for (const char* name : {"hoary-pu", "hoary-proposed", "hoary"}) CHECK(reasons(name).empty());
    CHECK(reasons("hoary-updates") ==
          std::vector<std::string>{"Distribution is hoary-updates, the build's is hoary-pu"});
}

TEST_CASE("upper-case names and versions that are none are refused") {
    const Changes changes = changes_of("a", "2:1", "i386");
    const std::string from = "a (2:1)";
    const auto upper =
        check_binary({"A_1_i386.deb", "A", "1", "i386", "", from}, changes, expected_a);
    REQUIRE(upper.size() == 2);
    CHECK(upper[0].starts_with("A_1_i386.deb: Package A is no name: lower-case letters"));
    CHECK(check_binary({"a_1=2_i386.deb", "a", "1=2", "i386", "", from}, changes, expected_a) ==
          std::vector<std::string>{"a_1=2_i386.deb: Version 1=2 is none"});
}

TEST_CASE("two versions of a package and a name twice are refused but not a udeb beside its deb") {
    const BinaryFields deb{"a_1_i386.deb", "a", "1", "i386", "", ""};
    CHECK(check_together({deb, {"a_1_i386.udeb", "a", "1", "i386", "", ""}}).empty());
    CHECK(check_together({deb, {"b_2_i386.deb", "b", "2", "i386", "", ""}}).empty());
    using L = std::vector<std::string>;
    CHECK(check_together({deb, {"a_1_all.deb", "a", "1", "all", "", ""}}) ==
          L{"a_1_i386.deb and a_1_all.deb are both the package a"});
    CHECK(check_together({deb, {"a_2_i386.udeb", "a", "2", "i386", "", ""}}) ==
          L{"a_1_i386.deb and a_2_i386.udeb are two versions of a"});
    CHECK(check_together({deb, {"a_1_i386.deb", "a", "1:1", "i386", "", ""}}).size() == 2);
}
