#include "mail/compose.hpp"

#include "base/text.hpp"
#include "test.hpp"

using namespace buildd;
using namespace buildd::mail;

namespace {

MailFacts firefox(BuildState state = BuildState::FAILEDTOBUILD) {
    MailFacts facts;
    facts.build.id = {8};
    facts.build.state = state;
    facts.build.target = {"ubuntu", "hoary", "i386", SeriesStatus::DEVELOPMENT, Pocket::RELEASE};
    facts.build.source = {{14}, "mozilla-firefox", "0.9"};
    facts.component = "main";
    facts.builder = "bob";
    facts.archive_title = "primary";
    facts.duration = std::chrono::seconds(125);
    return facts;
}

const Sender sender{"Buildd Master", "buildd@example.org"};
const Occasion occasion{std::chrono::system_clock::from_time_t(1112345678), "abc",
                        "http://l/5/buildlog_x.txt.gz", "http://l/10/mozilla-firefox_0.9.dsc"};

std::string composed(const MailFacts& facts, const Recipient& to = {"mark@hbd.com", true}) {
    return compose(facts, to, sender, occasion).message;
}

}  // namespace

TEST_CASE("a mail about a failed build has the headers that people filter by") {
    const std::string message = composed(firefox());
    CHECK(
        message.starts_with("From: \"Buildd Master\" <buildd@example.org>\r\n"
                            "To: mark@hbd.com\r\n"
                            "Subject: [Build #8] Failed to build: i386 build of mozilla-firefox "
                            "0.9 in ubuntu hoary RELEASE\r\n"
                            "Date: Fri, 01 Apr 2005 08:54:38 +0000\r\n"
                            "Message-ID: <8.abc@example.org>\r\n"
                            "MIME-Version: 1.0\r\n"
                            "Content-Type: text/plain; charset=\"utf-8\"\r\n"
                            "Content-Transfer-Encoding: quoted-printable\r\n"
                            "X-Launchpad-Build-State: FAILEDTOBUILD\r\n"
                            "X-Launchpad-Build-Component: main\r\n"
                            "X-Launchpad-Build-Arch: i386\r\n"
                            "X-Creator-Recipient: mark@hbd.com\r\n"
                            "Auto-Submitted: auto-generated\r\n"
                            "Precedence: bulk\r\n\r\n"));
    CHECK(composed(firefox(), {"a@b", false}).find("X-Creator-Recipient") == std::string::npos);
}

TEST_CASE("a mail's body tells what was built where by whom") {
    const std::string message = replace_all(composed(firefox()), "=\r\n", "");
    for (const char* line :
         {" * Source Package: mozilla-firefox\r\n", " * Version: 0.9\r\n",
          " * Architecture: i386\r\n", " * Archive: ubuntu/primary\r\n", " * Component: main\r\n",
          " * State: Failed to build\r\n", " * Duration: 2 min 5 s\r\n",
          " * Build Log: http://l/5/buildlog_x.txt.gz\r\n", " * Builder: bob\r\n",
          " * Source: http://l/10/mozilla-firefox_0.9.dsc\r\n"}) {
        INFO(line);
        CHECK(message.find(line) != std::string::npos);
    }
    CHECK(message.find("Upload log:") == std::string::npos);
}

TEST_CASE("a mail ends with the last lines of the build log with passwords masked") {
    MailFacts facts = firefox();
    CHECK(composed(facts).find("last lines") == std::string::npos);
    facts.log_tail = "make: *** [all] Error 2\nhttp://u:secret@h/";
    const std::string message = composed(facts);
    CHECK(message.find("\r\nThe last lines of the build log:\r\nmake: *** [all] Error 2\r\n") !=
          std::string::npos);
    CHECK(message.find("secret") == std::string::npos);
}

TEST_CASE("a failed upload's mail quotes the upload log with passwords masked") {
    MailFacts facts = firefox(BuildState::FAILEDTOUPLOAD);
    facts.upload_log = "INFO    creating lockfile\nDEBUG   http://u:secret@h/\n";
    const std::string message = composed(facts);
    CHECK(message.find("\r\nUpload log:\r\nINFO    creating lockfile\r\n") != std::string::npos);
    CHECK(message.find("secret") == std::string::npos);
}

TEST_CASE("a PPA's mail names its owner in the subject") {
    MailFacts facts = firefox();
    facts.build.archive.purpose = ArchivePurpose::PPA;
    facts.build.archive.owner = "cprov";
    facts.build.archive.name = "tools";
    CHECK(subject(facts.build) ==
          "[Build #8] Failed to build: i386 build of mozilla-firefox 0.9 in ubuntu hoary RELEASE, "
          "archive tools "
          "(cprov PPA)");
}

TEST_CASE("no header can be injected from package data") {
    MailFacts facts = firefox();
    facts.build.source.version = "1.0\r\nBcc: victim@example.org\r\n\r\nbody";
    facts.component = "main\nX-Evil: 1";
    facts.build.target.architecture_tag = "i386\rX-Evil: 2";
    const std::string message =
        compose(facts, {"a@b\r\nCc: c@d", true}, {"N\r\nX-Evil: 3", "s@x\nX-Evil: 4"}, occasion)
            .message;
    const std::string headers = message.substr(0, message.find("\r\n\r\n"));
    for (const char* evil : {"\r\nBcc:", "\r\nX-Evil", "\r\nCc:", "\nX-Evil"})
        CHECK(headers.find(evil) == std::string::npos);
    CHECK(message.find("victim@example.org") > headers.find("Subject:"));
}

TEST_CASE("names and titles that are not ASCII are encoded in headers and body") {
    CHECK(header_value("plain") == "plain");
    CHECK(header_value("Gr\xC3\xBC\xC3\x9F") == "=?utf-8?q?Gr=C3=BC=C3=9F?=");
    MailFacts facts = firefox();
    facts.detail = "Gr\xC3\xBC\xC3\x9F";
    const std::string message =
        compose(facts, {"a@b", false}, {"J\xC3\xB6rg \"J\" X", "j@x"}, occasion).message;
    CHECK(message.starts_with("From: =?utf-8?q?J=C3=B6rg=20=22J=22=20X?= <j@x>\r\n"));
    CHECK(message.find("Gr=C3=BC=C3=9F") != std::string::npos);
    CHECK(compose(facts, {"a@b", false}, {"J \"J\" X", "j@x"}, occasion)
              .message.starts_with("From: \"J \\\"J\\\" X\" <j@x>\r\n"));
}

TEST_CASE("long headers are folded between whole characters") {
    std::string name;
    for (int i = 0; i < 40; ++i) name += "\xC3\xBC";
    for (const auto& line : split(header_value(name), '\n')) {
        CHECK(line.size() <= 77);
        CHECK(line.find("=C3?=") == std::string::npos);
    }
}

TEST_CASE("quoted-printable lines are short and end as mail's do") {
    CHECK(quoted_printable("a=b \nx\ty\t") == "a=3Db=20\r\nx\ty=09\r\n");
    const std::string encoded = quoted_printable(std::string(200, 'x') + "\n.\nFrom x");
    for (const auto& line : split(encoded, '\n')) CHECK(line.size() <= 77);
    CHECK(replace_all(encoded, "=\r\n", "") == std::string(200, 'x') + "\r\n.\r\nFrom x\r\n");
}
