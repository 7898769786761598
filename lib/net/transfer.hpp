// One libcurl transfer on the loop. Private to net.
#pragma once

#include <curl/curl.h>
#include <memory>
#include <optional>
#include <string>

#include "net/http.hpp"

namespace buildd::net {

// The URL's host and port and a readable sentence for a libcurl failure.
HttpError curl_error(CURL* easy, CURLcode code, const std::string& url,
                     std::chrono::seconds deadline);

Easy make_easy();

HttpError longer_than_allowed(const std::string& url);

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

    // What `request`, which outlives this, says of resuming, of its brake and of giving way. After
    // receive().
    void fetch(const GetRequest& request);
    void go_on();

    // Runs to its end or its deadline. Success means an answer came; see status().
    Task<Result<void, HttpError>> perform();

    // Ends perform() now, with stop_error().
    void stop(HttpError::Kind why);
    HttpError stop_error(HttpError::Kind why) const;

    long status() const;

 private:
    static std::size_t write(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t header(char* data, std::size_t size, std::size_t count, void* self);
    void know_headers();  // once, before the first byte of the body
    bool resumes();       // the answer does what was asked
    void keep_header(const char* name, std::string* where) const;
    bool was_promised(std::uint64_t size);
    bool all_came() const;
    bool has_stalled() const;
    HttpError stalled() const;
    void ask_to_give_way();
    HttpError not_resumed() const;

    Loop& loop_;
    std::string url_;
    std::chrono::seconds deadline_;
    Easy easy_;
    Event finished_;
    Loop::TransferDone done_;
    CURLcode code_ = CURLE_OK;
    bool expired_ = false;
    std::optional<HttpError::Kind> stopped_;
    bool headers_ended_ = false;
    bool headers_known_ = false;
    bool refuses_to_resume_ = false;
    const GetRequest* request_ = nullptr;
    std::uint64_t promised_ = 0;  // bytes of a 206 that have not come yet
    std::optional<Loop::TimerId> give_way_timer_;
    BodySink sink_;
    std::uint64_t left_ = 0;       // bytes that may still come
    std::uint64_t discarded_ = 0;  // bytes of an error page
    bool overflow_ = false;
    Brake* brake_ = nullptr;
    Result<void> refused_;
};

}  // namespace buildd::net
