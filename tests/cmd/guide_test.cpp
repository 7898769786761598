// buildd-master-guide(7): what it says to type is right.
#include <filesystem>
#include <regex>

#include "admin.hpp"
#include "base/text.hpp"
#include "support/result.hpp"

using namespace buildd;
using test::read;
using test::run_command;

namespace {

std::string guide() {
    return read(FIXTURES "/../man/buildd-master-guide.7");
}

// What stands between a line that ends with `start` and one that is `end`.
std::string between(const std::string& text, const std::string& start, const std::string& end) {
    const auto from = text.find(start + "\n");
    REQUIRE(from != text.npos);
    const auto begin = from + start.size() + 1;
    return text.substr(begin, text.find("\n" + end + "\n", begin) + 1 - begin);
}

// `$ buildd-master series add …`, continued lines joined.
std::vector<std::string> commands() {
    const std::string text = replace_all(guide(), "\\e\n", " ");
    std::vector<std::string> found;
    for (const auto& line : split(text, '\n')) {
        const auto at = line.find("$ buildd-master ");
        if (at != line.npos) found.push_back(line.substr(at + 16));
    }
    return found;
}

}  // namespace

TEST_CASE("every command and option that the guide names exists") {
    CHECK(commands().size() > 15);
    for (const auto& command : commands()) {
        INFO(command);
        std::vector<std::string> words = split_words(command), call;
        while (call.size() < 2 && call.size() < words.size() &&
               std::regex_match(words[call.size()], std::regex("[a-z]+")))
            call.push_back(words[call.size()]);
        call.push_back("--help");
        const auto help = test::run_program(call, {});
        CHECK(help.status == 0);
        for (const auto& word : words)
            if (word.starts_with("--")) CHECK(help.out.find(word) != std::string::npos);
    }
}

TEST_CASE("the guide's publish script fills a signed reprepro archive and may be run again") {
    const test::TempFolder folder;
    const std::string archive = folder.path() + "/archive", keys = folder.path() + "/keys";
    folder.write("archive/debian/conf/distributions",
                 between(guide(), "conf/distributions <<END", "END"));
    const auto script =
        folder.write("publish", replace_all(replace_all(between(guide(), "publish <<'END'", "END"),
                                                        "/srv/archive", archive),
                                            "\\e\n", "\\\n"));
    const std::map<std::string, std::string> home{{"GNUPGHOME", keys}};
    REQUIRE(run_command({"sh", "-c",
                         "mkdir -m 700 " + keys +
                             " && gpg --batch --quiet --passphrase '' --quick-generate-key x"},
                        home)
                .status == 0);
    const std::string leaf = folder.path() + "/leaf";
    test::ResultWish wish{"hello", "1:2.0-1", "amd64"};
    wish.distribution = "bookworm";
    const auto changes = test::make_result(leaf, wish);
    std::filesystem::copy(leaf + "/hello_2.0-1_amd64.deb", leaf + "/hello_2.0-1_amd64.udeb");
    test::write_changes(leaf, changes, wish);
    for (int time = 1; time <= 2; ++time) {
        const auto done =
            run_command({"sh", script, "debian", "bookworm", leaf + "/" + changes}, home);
        INFO(done.out << done.err);
        CHECK(done.status == 0);
        const auto listed =
            run_command({"reprepro", "--basedir", archive + "/debian", "list", "bookworm"}, home);
        CHECK(listed.out ==
              "bookworm|main|amd64: hello 1:2.0-1\nu|bookworm|main|amd64: hello 1:2.0-1\n");
    }
    CHECK(test::read(archive + "/debian/dists/bookworm/InRelease").starts_with("-----BEGIN PGP"));
}
