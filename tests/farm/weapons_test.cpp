// Uploads made to harm whoever reads them.
#include <cstdlib>
#include <fmt/format.h>

#include "base/files.hpp"
#include "support/result.hpp"
#include "support/scenario.hpp"
#include "test.hpp"

using namespace buildd;
using test::Scenario;

namespace {

constexpr const char* changes_name = "mozilla-firefox_0.9_i386.changes";

// What the mail about build 8's failed upload says.
std::string mail_about(const test::TempFolder& results) {
    test::write_changes(results.path(), changes_name, {});
    Scenario it("current");
    it.set_up_job();
    it.collect_waiting("OK", "files=" + results.path());
    CHECK(it.farm.state(8) == "FAILEDTOUPLOAD");
    CHECK(it.farm.value("SELECT count(*) FROM binarypackagerelease WHERE build = 8") == "0");
    return it.mail();
}

}  // namespace

TEST_CASE(
    "a package that unpacks to 2 GiB and a control that is a FIFO or a link fail their own "
    "upload") {
    const std::string deb = "mozilla-firefox_0.9_i386.deb";
    const std::string pack = "tar -cf control.tar control && ";
    for (const auto& [make, reason] : std::vector<std::pair<std::string, std::string>>{
             {"truncate -s 2G control && tar -cf - control 2>/dev/null | head -c 512 | xz -0 "
              ">control.tar.xz; head -c 67108864 /dev/zero | xz -1 >zeros.xz; "
              "for i in $(seq 32); do cat zeros.xz >>control.tar.xz; done; rm zeros.xz; ",
              "control is longer than 1048576 bytes"},
             {"mkfifo control && " + pack, "control is not a regular file"},
             {"ln -s /etc/passwd control && " + pack, "control is not a regular file"}}) {
        const test::TempFolder results;
        INFO(make);
        const std::string script = fmt::format(
            "cd {} && {} echo 2.0 >debian-binary && ar qc {} debian-binary control.tar* && "
            "rm control debian-binary control.tar*",
            results.path(), make, deb);
        REQUIRE(std::system(script.c_str()) == 0);
        CHECK(mail_about(results).find(deb + " does not open: " + reason) != std::string::npos);
    }
}

TEST_CASE("an upload of a thousand faults tells a hundred of them") {
    const test::TempFolder results;
    for (int i = 0; i < 900; ++i) results.write(fmt::format("a{}_1_i386.deb", i), "no package");
    const auto mail = mail_about(results);
    CHECK(mail.find("and 800 more") != std::string::npos);
}
