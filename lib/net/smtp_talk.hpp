// One mail's talk with its server, on a thread of its own. Private to net.
//
// libcurl waits for what a mail server says inside curl_multi_perform (the answer to the final dot)
// and curl_easy_cleanup (the answer to QUIT), up to two minutes each, whatever the transfer's own
// deadline is. So it runs where nobody waits for it, and what ends it is its socket, shut down from
// outside: then every read and write of libcurl's fails at once.
#pragma once

#include <condition_variable>
#include <curl/curl.h>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "base/fd.hpp"
#include "net/smtp.hpp"

namespace buildd::net {

class SmtpTalk {
 public:
    SmtpTalk(SmtpEnvelope envelope, std::string message);  // throws bad_alloc

    // The thread's whole work.
    void run();

    // From now on nothing that the thread does takes time. The message is not ended by it: a server
    // that has not got all of it must throw it away. false: it was hung up before.
    bool hang_up();

    int over_fd() const { return over_fd_.get(); }  // readable once run() has returned
    bool wait_until_over(Milliseconds time);        // false: it has not
    bool connected();                               // to the server, at some time
    // Once over: what became of the mail.
    const Result<void, HttpError>& result() const { return *result_; }

 private:
    friend struct SmtpCallbacks;
    Result<void, HttpError> talk();
    CURLcode perform(CURL* easy);
    void over();
    void close_for_reading();

    const SmtpEnvelope envelope_;
    const std::string message_;
    std::string_view rest_;  // of the message
    Fd over_fd_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool hung_up_ = false;
    bool over_ = false;
    bool connected_ = false;
    std::set<int> sockets_;
    std::optional<Result<void, HttpError>> result_;
};

// The thread. Gone, or with its connection cut and left to itself, when destroyed.
class SmtpThread {
 public:
    // Error: the system has no descriptor or no thread to give.
    static Result<std::unique_ptr<SmtpThread>> start(SmtpEnvelope envelope, std::string message);
    ~SmtpThread();
    SmtpThread(const SmtpThread&) = delete;
    SmtpThread& operator=(const SmtpThread&) = delete;

    SmtpTalk& talk() { return *talk_; }

 private:
    explicit SmtpThread(std::shared_ptr<SmtpTalk> talk);

    std::shared_ptr<SmtpTalk> talk_;  // the thread's too
    std::thread thread_;
};

}  // namespace buildd::net
