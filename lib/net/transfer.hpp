// One libcurl transfer on the loop. Private to net.
#pragma once

#include <curl/curl.h>
#include <memory>
#include <string>

#include "net/http.hpp"

namespace buildd::net {

// The URL's host and port and a readable sentence for a libcurl failure.
HttpError curl_error(CURL* easy, CURLcode code, const std::string& url,
                     std::chrono::seconds deadline);

Easy make_easy();

class Transfer {
 public:
    // With a handle of its own, or with one that was made for another.
    Transfer(Loop& loop, std::string url, std::chrono::seconds deadline, Easy easy = make_easy());
    ~Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    CURL* easy() const { return easy_.get(); }

    // For another transfer. What is not set anew stays as it is; this one has come to its end.
    Easy give_up_easy();

    // The body goes to `sink`, at most `max_bytes` of it.
    void receive(BodySink sink, std::uint64_t max_bytes);

    // Stops whenever it is pulled.
    void obey(Brake& brake) { brake_ = &brake; }
    void go_on();

    // Runs to its end or its deadline. Success means an answer came; see status().
    Task<Result<void, HttpError>> perform();

    // Ends perform() now, with cut_error().
    void cut();
    HttpError cut_error() const;

    long status() const;

 private:
    static std::size_t write(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t header(char* data, std::size_t size, std::size_t count, void* self);

    Loop& loop_;
    std::string url_;
    std::chrono::seconds deadline_;
    Easy easy_;
    Event finished_;
    Loop::TransferDone done_;
    CURLcode code_ = CURLE_OK;
    bool expired_ = false;
    bool cut_ = false;
    bool headers_ended_ = false;
    BodySink sink_;
    std::uint64_t left_ = 0;       // bytes that may still come
    std::uint64_t discarded_ = 0;  // bytes of an error page
    bool overflow_ = false;
    Brake* brake_ = nullptr;
    Result<void> refused_;
};

}  // namespace buildd::net
