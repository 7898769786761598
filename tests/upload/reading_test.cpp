// What the reader of a leaf tells us.
#include "upload/reading.hpp"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>

#include "support/result.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"
#include "upload/reasons.hpp"

using namespace buildd;

TEST_CASE("a leaf's changes file and packages are read") {
    const test::TempFolder leaf;
    test::ResultWish wish;
    wish.provides = "www-browser";
    wish.multiarch = "foreign";
    const auto changes = leaf.path() + "/" + test::make_result(leaf.path(), wish);
    const Reading reading = read_leaf(changes);
    CHECK(reading.malformed == "");
    CHECK(reading.changes.fields.get("Source") == "mozilla-firefox");
    CHECK(reading.changes.files.size() == 1);
    REQUIRE(reading.packages.size() == 1);
    const auto& fields = reading.packages.at("mozilla-firefox_0.9_i386.deb");
    CHECK(fields.package == "mozilla-firefox");
    CHECK(fields.provides == "www-browser");
    CHECK(fields.multiarch == "foreign");
    const auto again = unpack(pack(reading));
    REQUIRE(again.ok());
    CHECK(again->packages.at("mozilla-firefox_0.9_i386.deb").multiarch == "foreign");
    CHECK(pack(*again) == pack(reading));
}

TEST_CASE("what a reader cannot have said is not believed") {
    Reading reading;
    reading.changes.files.push_back({"a_1_i386.deb", 3, "m", "", ""});
    const std::string packed = pack(reading);
    REQUIRE(unpack(packed).ok());
    for (std::size_t size = 0; size < packed.size(); ++size)
        CHECK_FALSE(unpack(packed.substr(0, size)).ok());
    for (const char* bad :
         {"x", "4:what", "9:malformed", "99999999999999999999:x", "-1:", "4:file1:a"})
        CHECK_FALSE(unpack(bad).ok());
}

TEST_CASE("a changes file of 7 million words or of more than 8 MiB is refused at once") {
    const test::TempFolder leaf;
    std::string words;
    for (int i = 0; i < 7'000'000; ++i) words += " a";
    const auto refusal = [&](const std::string& architecture) {
        const std::string changes = fmt::format(
            "Source: a\nVersion: 1\nDistribution: sid\nFiles: x\nArchitecture:{}\n", architecture);
        return read_leaf(leaf.write("a.changes", changes)).malformed;
    };
    CHECK(refusal(words) == "a.changes: it is longer than 8388608 bytes");
    CHECK(refusal(words.substr(0, 8'000'000)) ==
          "a.changes: Architecture holds more than 10000 words");
}

TEST_CASE("of many reasons a hundred are told and the number of the others") {
    Reasons reasons;
    CHECK(reasons.empty());
    for (int i = 0; i < 7'000'000; ++i) reasons.add("reason");
    const auto lines = reasons.lines();
    REQUIRE(lines.size() == 101);
    CHECK(lines.back() == "… and 6999900 more");
    Reasons one;
    one.add(std::string(5000, 'x'));
    CHECK(one.lines().front().size() < 1010);
}

TEST_CASE("a package of 313 KB that unpacks to 2 GiB is refused") {
    const test::TempFolder leaf;
    const std::string make = fmt::format(
        "cd {} && truncate -s 2G control && tar -cf - control 2>/dev/null | head -c 512 | xz -0 "
        ">control.tar.xz && head -c 67108864 /dev/zero | xz -6 >zeros.xz && "
        "for i in $(seq 32); do cat zeros.xz >>control.tar.xz; done && rm control zeros.xz && "
        "echo 2.0 >debian-binary && ar qc a_1_i386.deb debian-binary control.tar.xz && "
        "rm debian-binary control.tar.xz",
        leaf.path());
    REQUIRE(std::system(make.c_str()) == 0);
    CHECK(std::filesystem::file_size(leaf.path() + "/a_1_i386.deb") < 400'000);
    test::write_changes(leaf.path(), "a.changes", {"a", "1"});
    const Reading reading = read_leaf(leaf.path() + "/a.changes");
    CHECK(reading.packages.empty());
    CHECK(reading.unreadable.at("a_1_i386.deb") ==
          "a_1_i386.deb does not open: control is longer than 1048576 bytes");
}
