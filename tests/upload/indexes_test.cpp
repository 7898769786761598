// Release files and Packages indexes of apt repositories.
#include "base/text.hpp"
#include "test.hpp"
#include "upload/packages_file.hpp"
#include "upload/release_file.hpp"

using namespace buildd;

namespace {

// "name version architecture (provides)" of each, and the first fault; given in pieces of that
// length.
std::string read_index(std::string_view text, std::size_t piece) {
    std::string out;
    PackagesReader reader([&](const IndexedPackage& package) {
        out += package.name + " " + package.version + " " + package.architecture + " (" +
               package.provides + ")\n";
    });
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
        reader.write(text.substr(0, piece));
    reader.finish();
    return out + reader.first_fault();
}

}  // namespace

TEST_CASE("an index is read alike in pieces of any size") {
    const std::string text =
        "\n\nPackage: a1\r\nVersion: 1\nArchitecture: i386\nDescription: x\n .\n y\n\n\n"
        "Package: b1\nProvides: c1,\n d1 (= 2)\nVersion: 1:2-3\narchitecture: all";
    for (const std::size_t piece : {1U, 2U, 3U, 7U, 64U, 1000U}) {
        INFO(piece);
        CHECK(read_index(text, piece) == "a1 1 i386 ()\nb1 1:2-3 all (c1,  d1 (= 2))\n");
        CHECK(read_index(text + "\nrubbish\n\nPackage: c1\nVersion: 1\nArchitecture: all\n",
                         piece) == "a1 1 i386 ()\nc1 1 all ()\nline 16: a line is no field");
    }
    CHECK(read_index("", 1).empty());
    CHECK(read_index("\n \n", 1).empty());
    CHECK(read_index(" continued\n", 1) == "line 1: a continuation line has no field before it");
}

TEST_CASE("two dots inside a component's name are a part of it") {
    const auto release =
        parse_release("SHA256:\n " + std::string(64, 'a') + " 7 m..ain/binary-i386/Packages\n");
    REQUIRE(release.ok());
    REQUIRE(packages_indexes(*release, "i386").size() == 1);
    CHECK(packages_indexes(*release, "i386")[0].component == "m..ain");
}

TEST_CASE("a signed Release is of one suite and not for ever") {
    const auto release = [](const std::string& fields) {
        const auto parsed = parse_release(fields + "SHA256:\n");
        REQUIRE(parsed.ok());
        return *parsed;
    };
    const auto now = std::chrono::system_clock::from_time_t(1'800'000'000);  // Jan 15 2027
    for (const char* present :
         {"", "Suite: hoary\n", "Suite: oldstable\nCodename: hoary\n",
          "Suite: hoary\nValid-Until: Fri, 15 Jan 2027 08:00:01 UTC\n", "Valid-Until: nonsense\n"})
        CHECK(why_stale(release(present), "hoary", now).empty());
    for (const char* stale : {"Suite: hoary-security\n", "Codename: warty\n",
                              "Suite: hoary\nValid-Until: Fri, 15 Jan 2027 07:59:59 UTC\n"})
        CHECK_FALSE(why_stale(release(stale), "hoary", now).empty());
}

TEST_CASE("a Release names the indexes of an architecture by component") {
    const std::string sum(64, 'a');
    std::string text =
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nMD5Sum:\n nonsense\n"
        "SHA256:\n";
    for (const char* path :
         {"main/binary-i386/Packages", "main/binary-i386/Packages.gz", "main/binary-i386/Release",
          "contrib/binary-i386/Packages.xz", "main/binary-i3866/Packages", "main/source/Sources",
          "main/binary-all/Packages.gz", "../binary-i386/Packages"})
        text += " " + sum + " 7 " + path + "\n";
    const auto release = parse_release(text + "-----BEGIN PGP SIGNATURE-----\n");
    REQUIRE(release.ok());
    const auto indexes = packages_indexes(*release, "i386");
    REQUIRE(indexes.size() == 3);
    CHECK(indexes[0].component == "contrib");
    CHECK(indexes[0].paths == std::vector<std::string>{"contrib/binary-i386/Packages.xz"});
    CHECK(indexes[1].component == "main");
    CHECK(indexes[1].paths ==
          std::vector<std::string>{"main/binary-i386/Packages.gz", "main/binary-i386/Packages"});
    CHECK(by_hash_path(*release, "main/binary-i386/Packages").empty());
    CHECK(indexes[1].plain_size == 7U);
    CHECK(indexes[2].folder == "main/binary-all");
    CHECK_FALSE(indexes[2].plain_size.has_value());
    CHECK(packages_indexes(*release, "hppa").size() == 1);
}
