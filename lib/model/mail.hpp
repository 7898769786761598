// Mail about builds.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "model/build.hpp"
#include "model/library.hpp"

namespace buildd {

struct Recipient {
    std::string address;
    bool creator = false;  // written to as the source's creator
};

// What a mail about a build says.
struct MailFacts {
    BuildFacts build;
    std::string component;
    std::string builder;  // name; empty when none is known
    std::string archive_title;
    std::optional<std::chrono::seconds> duration;
    std::optional<LibraryFile> build_log;
    std::optional<LibraryFile> dsc;
    std::string detail;      // why, where the state does not say it
    std::string upload_log;  // FAILEDTOUPLOAD: its last part
    std::string log_tail;    // the build log's last lines; empty: none
};

struct Mail {
    std::string recipient;
    std::string subject;  // as people read it
    std::string message;  // complete, CRLF line ends
};

struct DueMail {
    MailId id;
    std::string recipient;
    std::string subject;
    std::string message;
    int attempts = 0;
    std::chrono::seconds age{};
};

}  // namespace buildd
