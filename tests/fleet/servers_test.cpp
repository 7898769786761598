// The web server and the SMTP sink that run beside the builders.
#include <algorithm>
#include <curl/curl.h>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "fleet/fleet_process.hpp"
#include "fleet/http_client.hpp"
#include "test.hpp"

using namespace fleet;

namespace {

std::string text_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t read_text(char* bytes, std::size_t size, std::size_t count, void* text) {
    auto& left = *static_cast<std::string_view*>(text);
    const std::size_t length = std::min(size * count, left.size());
    left.copy(bytes, length);
    left.remove_prefix(length);
    return length;
}

// libcurl's code, CURLE_OK when the server took the message.
CURLcode send_mail(const std::string& url, long patience_ms = 20'000) {
    std::string_view text = "Subject: hello\r\n\r\n.a line with a dot\r\n";
    CURL* handle = curl_easy_init();
    curl_slist* to = curl_slist_append(nullptr, "<alice@example.org>");
    to = curl_slist_append(to, "<carol@example.org>");
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_MAIL_FROM, "<buildd@example.org>");
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, read_text);
    curl_easy_setopt(handle, CURLOPT_READDATA, &text);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, patience_ms);
    const CURLcode code = curl_easy_perform(handle);
    curl_slist_free_all(to);
    curl_easy_cleanup(handle);
    return code;
}

}  // namespace

TEST_CASE("the web server gives out its folders and nothing else") {
    Fleet maker({});
    const std::string root = maker.folder() + "/root";
    std::filesystem::create_directories(root + "/pool");
    std::ofstream(root + "/pool/a~b+c.txt") << "content";
    std::ofstream(maker.folder() + "/secret") << "secret";
    Fleet fleet({}, {"--web", "ubuntu=" + root, "--web", "ubuntu/private=" + root + "/pool",
                     "--web-password", "ubuntu/private=u:p"});
    const auto get = [&](const std::string& path, const std::vector<std::string>& headers = {}) {
        return http("GET", fleet.web_url() + path, "", headers);
    };
    CHECK(get("ubuntu/pool/a~b+c.txt").body == "content");
    CHECK(get("ubuntu/pool/a%7Eb%2Bc.txt").body == "content");
    CHECK(get("ubuntu/pool/a~b+c.txt", {"Range: bytes=2-3"}).body == "nt");
    CHECK(http("HEAD", fleet.web_url() + "ubuntu/pool/a~b+c.txt").status == 200);
    CHECK(get("ubuntu/../secret").status == 404);
    CHECK(get("ubuntu/%2e%2e/secret").status == 404);
    CHECK(get("ubuntu/pool").status == 404);
    CHECK(get("debian/pool/a~b+c.txt").status == 404);
    CHECK(get("ubuntu/private/a~b+c.txt").status == 401);
    CHECK(get("ubuntu/private/a~b+c.txt", {"Authorization: Basic dTpx"}).status == 401);
    CHECK(get("ubuntu/private/a~b+c.txt", {"Authorization: Basic dTpw"}).body == "content");
}

TEST_CASE("the SMTP sink stores messages or misbehaves as it is told") {
    Fleet folder({});
    const std::string mails = folder.folder() + "/mails";
    Fleet fleet({}, {"--smtp-dir", mails});
    const std::string url = fleet.smtp_url();
    CHECK(send_mail(url) == CURLE_OK);
    CHECK(text_of(mails + "/0001.eml") ==
          "X-Envelope-From: buildd@example.org\nX-Envelope-To: alice@example.org\n"
          "X-Envelope-To: carol@example.org\nSubject: hello\n\n.a line with a dot\n");
    const auto code_in_mode = [&](const std::string& mode) {
        fleet.say("smtp " + mode);
        return send_mail(url);
    };
    CHECK(code_in_mode("refuse") == CURLE_COULDNT_CONNECT);
    fleet.say("smtp hang");
    CHECK(send_mail(url, 300) == CURLE_OPERATION_TIMEDOUT);
    CHECK(code_in_mode("reject-rcpt") != CURLE_OK);
    CHECK(code_in_mode("reject-data") != CURLE_OK);
    CHECK(fleet.mails() == 1);
    CHECK(code_in_mode("drop-after-data") != CURLE_OK);
    CHECK(fleet.mails() == 2);
    CHECK(code_in_mode("ok") == CURLE_OK);
    CHECK(fleet.mails() == 3);
}
