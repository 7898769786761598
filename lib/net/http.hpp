// HTTP over libcurl for hostile peers (spec: protocol, "Hostile builders"): never a redirect, never
// a content encoding, no other protocol, a deadline and a size limit on everything, no proxy. From
// the loop's thread alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/answer_room.hpp"
#include "net/loop.hpp"
#include "net/semaphore.hpp"

struct curl_slist;

namespace buildd::net {

// Why an exchange gave no usable answer. `message` is readable and names host and port.
struct HttpError {
    enum class Kind {
        unreachable,  // no connection: the request was not sent
        timeout,      // the deadline passed, or a transfer crawled
        broken,       // the connection ended early or the peer does not speak HTTP
        status,       // an answer other than 200 (206 when resuming)
        not_resumed,  // asked to go on, the peer does not, or not with the same file: begin anew
        too_large,    // longer than allowed, or than there is room for
        refused,      // our own sink did not take the bytes (disk full …)
        cut,          // Http::cut(): our own time is over; it says nothing of the peer
        yielded,      // GetRequest::gives_way; nor does this
    };
    Kind kind = Kind::broken;
    std::string message;
    long status = 0;  // for Kind::status
};

struct HttpOptions {
    std::chrono::seconds connect_timeout{10};
    std::size_t max_calls = 900;          // POSTs at once
    std::size_t max_transfers = 32;       // GETs at once
    std::size_t answer_bytes = 8U << 20;  // of all POSTs' answers together
};

// What a call does with its connection. Idle ones count against the limit on open files, so they
// are kept only from one call of a conversation to the next (lessons: L31).
enum class Connection {
    closed,  // after it; one that was kept before may serve
    kept,    // the next call to the same peer follows at once
    fresh,   // a new one, closed after it: libcurl re-sends a POST when a kept one has died
};

struct PostRequest {
    std::string url;
    std::string body;
    std::chrono::seconds deadline{30};  // for all of it, connecting included; more than 0
    std::size_t max_answer = 4U << 20;  // bytes
    Connection connection = Connection::closed;
    bool to_its_end = false;  // cut() leaves it alone
};

class Transfer;

struct EasyCleanup {
    void operator()(void* easy) const;
};
using Easy = std::unique_ptr<void, EasyCleanup>;  // a CURL

// Stops a GET for a while: its sink is given nothing more, and libcurl reads little, until
// released. Outlives the GET.
class Brake {
 public:
    void pull() { pulled_ = true; }
    void release();  // not from within a sink
    bool pulled() const { return pulled_; }

 private:
    friend class Transfer;
    bool pulled_ = false;
    Transfer* standing_ = nullptr;
};

struct GetRequest {
    std::string url;
    std::chrono::seconds deadline{1800};  // for all of it; more than 0
    std::chrono::seconds stall{60};       // below 1 KiB/s for so long is a timeout
    std::uint64_t max_bytes = 0;          // counted with resume_from
    // When not 0: a Range request. Nothing reaches the sink but for a 206 that brings all from
    // there to the end of a file of `expected_total` bytes (0: of any stated size).
    std::uint64_t resume_from = 0;
    std::uint64_t expected_total = 0;
    std::uint64_t* total = nullptr;  // set before the first byte: the file's size, where stated
    std::string user, password;      // Basic authentication when user is not empty
    // Headers of an earlier answer, to be sent back: what has not changed is status 304. And where
    // to put this answer's; empty: it has none.
    std::string if_none_match, if_modified_since;
    std::string *etag = nullptr, *last_modified = nullptr;
    Brake* brake = nullptr;
    std::function<bool()> gives_way;  // asked now and then: true ends it with Kind::yielded
};

// Takes a piece of the body; an error ends the transfer (Kind::refused).
using BodySink = std::function<Result<void>(std::string_view piece)>;

class Http {
 public:
    Http(Loop& loop, const HttpOptions& options);  // `loop` outlives it

    // Waits until a POST could begin at once. Who is about to start a flow that calls somebody
    // waits here first, so that thousands of flows do not exist before they can do anything.
    Task<> room_for_a_call();

    // The answer's body. After an error but Kind::unreachable nobody knows whether the peer has
    // done what it was asked. Waits for a free place of max_calls; the deadline runs from then.
    Task<Result<std::string, HttpError>> post(PostRequest request);
    // Gives the body to `sink` piece by piece. After an error what the sink has taken is the file's
    // beginning, from resume_from on. Waits for a free place of max_transfers.
    Task<Result<void, HttpError>> get(GetRequest request, BodySink sink);
    // Asks what a GET would meet, without its body: the status of whatever answers.
    Task<Result<long, HttpError>> head(std::string url, std::chrono::seconds deadline);

    // From now on every exchange ends at once with Kind::cut, those under way too, but for POSTs
    // `to_its_end`.
    void cut();
    bool is_cut() const { return cut_; }
    void go_on() { cut_ = false; }  // what begins now is not cut

 private:
    Easy easy_for_post();
    Task<Result<void, HttpError>> perform(Transfer& transfer, bool to_its_end);

    Loop& loop_;
    HttpOptions options_;
    std::shared_ptr<curl_slist> post_headers_;  // the same for all
    std::vector<Easy> spare_;                   // of POSTs that were answered, options set
    AnswerRoom room_;
    Semaphore calls_;
    Semaphore transfers_;
    bool cut_ = false;
    std::set<Transfer*> under_way_;  // those that cut() ends
};

// `base` and `path` joined with exactly one slash.
std::string join_url(std::string_view base, std::string_view path);

// Checks that `text` is an http(s) URL with a host and nothing after the path. Error: why not.
Result<void> check_builder_url(const std::string& text);

// "host:port" of a URL, for messages; the URL with its password masked if it has none.
std::string host_and_port(const std::string& url);

}  // namespace buildd::net
