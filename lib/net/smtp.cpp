#include "net/smtp.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "net/transfer.hpp"

namespace buildd::net {

namespace {

struct Upload {
    std::string_view rest;

    static std::size_t read(char* buffer, std::size_t size, std::size_t count, void* self) {
        auto& rest = static_cast<Upload*>(self)->rest;
        const std::size_t length = std::min(size * count, rest.size());
        std::memcpy(buffer, rest.data(), length);
        rest.remove_prefix(length);
        return length;
    }
};

struct ListFree {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// A transfer with recipients that is removed before its end makes libcurl end the message, so that
// a mail cut short counts as sent, and wait two minutes for the answer. Without recipients it
// only closes the connection.
struct ForgetRecipients {
    void operator()(CURL* easy) const { curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, nullptr); }
};

}  // namespace

Task<Result<void, HttpError>> send_mail(Loop& loop, SmtpEnvelope envelope, std::string message) {
    const std::unique_ptr<curl_slist, ListFree> recipients(
        curl_slist_append(nullptr, ("<" + envelope.recipient + ">").c_str()));
    Upload upload{message};
    Transfer transfer(loop, envelope.url, envelope.timeout);
    CURL* easy = transfer.easy();
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, ("<" + envelope.sender + ">").c_str());
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, &Upload::read);
    curl_easy_setopt(easy, CURLOPT_READDATA, static_cast<void*>(&upload));
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(message.size()));
    transfer.receive([](std::string_view) -> Result<void> { return {}; }, 64U << 10);
    const std::unique_ptr<CURL, ForgetRecipients> hang_up(easy);
    auto done = co_await transfer.perform();
    if (done) co_return Result<void, HttpError>();
    HttpError error = done.error();
    const long code = transfer.status();
    error.status = code;
    if (code >= 400)
        error.message = fmt::format("{} answered {}", host_and_port(envelope.url), code);
    co_return error;
}

}  // namespace buildd::net
