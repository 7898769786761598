// A mail about a build (spec: behaviour §10). Pure: same facts, same message.
#pragma once

#include <chrono>
#include <string>

#include "model/mail.hpp"

namespace buildd::mail {

struct Sender {
    std::string name;
    std::string address;
};

// What the facts do not hold. `unique` makes the Message-ID one of a kind.
struct Occasion {
    std::chrono::system_clock::time_point now;
    std::string unique;
    std::string build_log_url;  // empty: none
    std::string source_url;     // empty: none
};

Mail compose(const MailFacts& facts, const Recipient& recipient, const Sender& sender,
             const Occasion& occasion);

// A mail about no single build, to those who look after the farm.
struct Notice {
    std::string subject;
    std::string text;
};
Mail compose_notice(const Notice& notice, const std::string& address, const Sender& sender,
                    const Occasion& occasion);

// Subject of a mail: `[Build #<id>] <state>: <title>`, PPA: ` (<owner> PPA)` appended.
std::string subject(const BuildFacts& build);

// RFC 2045 quoted-printable with CRLF line ends.
std::string quoted_printable(std::string_view text);

// A header value that cannot break out of its line: RFC 2047 where it is not plain ASCII.
std::string header_value(std::string_view text);

}  // namespace buildd::mail
