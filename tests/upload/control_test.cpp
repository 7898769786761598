#include "upload/control.hpp"

#include "base/text.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"
#include "upload/changes.hpp"
#include "upload/dsc.hpp"

using namespace buildd;

namespace {

constexpr const char* md5 = "900150983cd24fb0d6963f7d28e17f72";  // of "abc"
constexpr const char* sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d";
constexpr const char* sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

std::string dsc_text(const std::string& more = "") {
    return std::string(
               "Format: 3.0 (native)\nSource: tiny\nVersion: 1:1.0~rc1\nArchitecture: any all\n") +
           more + "Checksums-Sha1:\n " + sha1 + " 3 tiny.tar\nChecksums-Sha256:\n " + sha256 +
           " 3 tiny.tar\nFiles:\n " + md5 + " 3 tiny.tar\n";
}

std::string refusal(const std::string& text) {
    const auto dsc = parse_dsc(text);
    return dsc ? "" : dsc.error().message;
}

}  // namespace

TEST_CASE("paragraphs of fields are read with their continuation lines") {
    const auto paragraphs =
        parse_control("# comment\nA: 1\nB:\n x\n  y\r\n\n\nC: \xC3\xBC\nempty:\n\n");
    REQUIRE(paragraphs.ok());
    REQUIRE(paragraphs->size() == 2);
    CHECK((*paragraphs)[0].get("a") == "1");
    CHECK((*paragraphs)[0].get("B") == "\n x\n  y");
    CHECK((*paragraphs)[1].get("C") == "\xC3\xBC");
    CHECK((*paragraphs)[1].find("Empty") != nullptr);
    CHECK((*paragraphs)[1].find("none") == nullptr);
}

TEST_CASE("malformed control data is refused with its line") {
    CHECK(parse_control(" x\n").error().message ==
          "line 1: a continuation line has no field before it");
    CHECK(parse_control("A: 1\nrubbish\n").error().message == "line 2: a line is no field");
    CHECK(parse_control(":x\n").error().message == "line 1: a line is no field");
    CHECK(parse_control("A b: x\n").error().message == "line 1: a field name holds a blank");
    CHECK(parse_control("A: 1\na: 2\n").error().message == "line 3: the field a stands twice");
    CHECK(parse_single("A: 1\n\nB: 2\n").error().message == "it has 2 paragraphs instead of one");
    CHECK(parse_single("").error().message == "it has 0 paragraphs instead of one");
    CHECK(parse_single(std::string("A: \0\n", 6)).error().message ==
          "it is not text: it holds a NUL");
}

TEST_CASE("a paragraph of ever more fields is refused before it takes long") {
    std::string text;
    for (int i = 0; i < 200'000; ++i) text += "f" + std::to_string(i) + ":\n";
    const auto parsed = parse_control(text);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().message == "line 1002: a paragraph has more than 1000 fields");
    CHECK(parse_control(text.substr(0, text.find("f999:"))).ok());
}

TEST_CASE("a list of more files than a job may have is refused before it takes long") {
    std::string text = "Files:\n";
    for (int i = 0; i < 200'000; ++i)
        text += std::string(" ") + md5 + " 3 a" + std::to_string(i) + "\n";
    const auto files = listed_files(*parse_single(text), false);
    REQUIRE_FALSE(files.ok());
    CHECK(files.error().message == "Files lists more than 1000 files");
}

TEST_CASE("a clear signature around control data is taken off") {
    const auto paragraph = parse_single(
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nSource: x\n-----BEGIN PGP "
        "SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n");
    REQUIRE(paragraph.ok());
    CHECK(paragraph->get("Source") == "x");
    CHECK(paragraph->find("Hash") == nullptr);
}

TEST_CASE("a clear signature is taken off with any line ends and a blank line of blanks") {
    const std::string text =
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n \t\nSource: x\nFormat : 3.0 "
        "\n-----BEGIN "
        "PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n";
    std::string crlf;
    for (const char c : text) crlf += c == '\n' ? "\r\n" : std::string(1, c);
    for (const auto& one : {text, crlf}) {
        const auto paragraph = parse_single(one);
        REQUIRE(paragraph.ok());
        CHECK(paragraph->get("Source") == "x");
        CHECK(paragraph->get("Format") == "3.0");
        CHECK(paragraph->find("Hash") == nullptr);
    }
    CHECK_FALSE(parse_single("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\nSource: x\n").ok());
}

TEST_CASE("fields that nobody uses need not be UTF-8") {
    const auto dsc = parse_dsc(dsc_text("Maintainer: Ren\xE9 <r@example.org>\n"));
    REQUIRE(dsc.ok());
    CHECK(dsc->source == "tiny");
    const auto changes = parse_changes(
        std::string(
            "Source: tiny\nVersion: 1\nArchitecture: i386\nDistribution: x\nMaintainer: Ren\xE9 "
            "<r@example.org>\nChanges:\n tiny: caf\xE9\nFiles:\n ") +
        md5 + " 3 misc optional tiny_1_i386.deb\n");
    REQUIRE(changes.ok());
    CHECK(changes->fields.get("Version") == "1");
}

TEST_CASE("a dsc gives what the farm needs of it") {
    const auto dsc =
        parse_dsc(dsc_text("Build-Depends: a (>= 1),\n b\nBuild-Depends-Arch: c\n"
                           "Build-Depends-Indep: d\n"
                           "Package-List:\n tiny deb universe/misc optional arch=any\n"));
    REQUIRE(dsc.ok());
    CHECK(dsc->source == "tiny");
    CHECK(dsc->version == "1:1.0~rc1");
    CHECK(dsc->architectures == "any all");
    CHECK(dsc->build_depends == "a (>= 1),  b, c");
    CHECK(dsc->build_depends_indep == "d");
    CHECK(dsc->component == "universe");
    REQUIRE(dsc->files.size() == 1);
    CHECK(dsc->files[0].sha256 == sha256);
    CHECK(parse_dsc(dsc_text())->component == "main");
    CHECK(parse_dsc(dsc_text("Section: contrib/misc\n"))->component == "contrib");
}

TEST_CASE("a dsc without a usable field or with contradicting lists is refused") {
    const std::string start = "Source: tiny\nVersion: 1\nArchitecture: any\n";
    const std::string files = std::string("Files:\n ") + md5 + " 3 a\n";
    CHECK(refusal("Version: 1\n" + files) == "it has no usable Source field");
    CHECK(refusal("Source: ../x\n" + files) == "it has no usable Source field");
    CHECK(refusal("Source: tiny\nVersion: 1/2\n" + files) == "it has no usable Version field");
    CHECK(refusal("Source: tiny\nVersion: 1\n" + files) == "it has no Architecture field");
    CHECK(refusal(start + "Section: a b/misc\n" + files) == "it has no usable Section");
    CHECK(refusal(start + "Section: \x1B/misc\n" + files) == "it has no usable Section");
    CHECK(refusal(start) == "it lists no files");
    CHECK(refusal(start + "Files:\n x 3 a\n") == "Files has a malformed line 'x 3 a'");
    CHECK(refusal(start + "Files:\n " + md5 + " -3 a\n").find("malformed line") !=
          std::string::npos);
    CHECK(refusal(start + "Files:\n " + md5 + " 3 ../a\n").find("begins with - or .") !=
          std::string::npos);
    CHECK(refusal(start + files + " " + md5 + " 3 a\n") == "Files lists a twice");
    CHECK(refusal(start + files + "Checksums-Sha1:\n " + sha1 + " 4 a\n") ==
          "Checksums-Sha1 and Files disagree about a");
    CHECK(refusal(start + files + "Checksums-Sha1:\n " + sha1 + " 3 b\n") ==
          "Checksums-Sha1 and Files disagree about b");
    CHECK(refusal(start + files + "Checksums-Sha256:\n") ==
          "Checksums-Sha256 does not list all of Files");
}

TEST_CASE("a dsc that lies about its files is refused with what was expected and found") {
    const test::TempFolder folder;
    const std::string path = folder.write("tiny.dsc", dsc_text());
    const auto says = [&] {
        const auto checked = check_dsc(path);
        return checked ? std::string("ok") : join(checked.error(), "; ");
    };
    CHECK(says().find("cannot open " + folder.path() + "/tiny.tar: No such file") !=
          std::string::npos);
    folder.write("tiny.tar", "ab");
    CHECK(says() == path + ": tiny.tar has 2 bytes, 3 were expected");
    folder.write("tiny.tar", "abd");
    CHECK(says() == path + ": tiny.tar has the MD5 4911e516e5aa21d327512e0c8b197616, " + md5 +
                        " was expected");
    folder.write("tiny.tar", "abc");
    CHECK(says() == "ok");
    std::string wrong = dsc_text();
    wrong.replace(wrong.find(sha256), 4, "0000");
    folder.write("tiny.dsc", wrong);
    CHECK(says().find("tiny.tar has the SHA-256 ba78") != std::string::npos);
    wrong = dsc_text();
    wrong.replace(wrong.find(sha1), 4, "0000");
    folder.write("tiny.dsc", wrong);
    CHECK(says().find("tiny.tar has the SHA-1 a999") != std::string::npos);
    CHECK(check_dsc(folder.path() + "/tiny.tar").error()[0].find("it is not called *.dsc") !=
          std::string::npos);
    CHECK_FALSE(check_dsc(folder.path() + "/none.dsc").ok());
}

TEST_CASE("a changes file without a needed field is refused") {
    for (const char* field : {"Source", "Version", "Architecture", "Distribution", "Files"}) {
        std::string text;
        for (const char* other : {"Source", "Version", "Architecture", "Distribution", "Files"})
            if (std::string(other) != field) text += std::string(other) + ": x\n";
        CHECK(parse_changes(text).error().message == std::string("it has no field ") + field);
    }
}
