// Handing one message to a mail server (libcurl's SMTP).
#pragma once

#include <chrono>
#include <string>

#include "net/http.hpp"

namespace buildd::net {

struct SmtpEnvelope {
    std::string url;  // smtp://host:25, smtps://…, user and password in it where needed
    std::string sender, recipient;  // bare addresses
    std::chrono::seconds timeout{30};
    bool tls = false;  // STARTTLS with a certificate that the system trusts, or no mail
};

// `message`: complete, with CRLF line ends. Success: the server has taken responsibility for it.
// Ends at `timeout` whatever the server does, and so does its connection; at once, when the flow is
// destroyed. A mail whose answer did not come may have been taken.
Task<Result<void, HttpError>> send_mail(Loop& loop, SmtpEnvelope envelope, std::string message);

}  // namespace buildd::net
