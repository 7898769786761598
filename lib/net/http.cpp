#include "net/http.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <memory>

#include "base/text.hpp"
#include "net/transfer.hpp"

namespace buildd::net {

namespace {

constexpr long stall_bytes_per_second = 1024;

struct UrlFree {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, UrlFree>;

// nullptr when libcurl cannot parse it.
Url parse_url(const std::string& text) {
    Url url(curl_url());
    if (url && curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) url.reset();
    return url;
}

std::string part(const Url& url, CURLUPart which, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return {};
    std::string out(text);
    curl_free(text);
    return out;
}

void set_common(CURL* easy, const HttpOptions& options) {
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");  // builders are reached directly
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT,
                     static_cast<long>(options.connect_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "buildd-master");
    curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
}

// libcurl bounds what it keeps only when a call ends: beside as many idle connections as that it
// would open new ones until there are no descriptors left.
void set_connection(CURL* easy, Connection connection) {
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, connection == Connection::fresh ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, connection == Connection::kept ? 0L : 1L);
}

// No `Expect: 100-continue`: old builders do not know it.
std::shared_ptr<curl_slist> xml_headers() {
    curl_slist* list = curl_slist_append(nullptr, "Content-Type: text/xml");
    curl_slist_append(list, "Expect:");
    return {list, curl_slist_free_all};
}

void set_post(CURL* easy, const PostRequest& request) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
    set_connection(easy, request.connection);
}

void set_get(CURL* easy, const GetRequest& request) {
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 128L * 1024);
    set_connection(easy, Connection::closed);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, stall_bytes_per_second);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.stall.count()));
    // Not as CURLOPT_RESUME_FROM: libcurl takes a 416 for success then.
    if (request.resume_from > 0)
        curl_easy_setopt(easy, CURLOPT_RANGE, fmt::format("{}-", request.resume_from).c_str());
    if (!request.user.empty()) {
        curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(easy, CURLOPT_USERNAME, request.user.c_str());
        curl_easy_setopt(easy, CURLOPT_PASSWORD, request.password.c_str());
    }
}

// Outlives the transfer; nullptr: there is nothing to say.
std::shared_ptr<curl_slist> conditions(const GetRequest& request) {
    curl_slist* list = nullptr;
    for (const auto& [name, value] : {std::pair("If-None-Match", &request.if_none_match),
                                      std::pair("If-Modified-Since", &request.if_modified_since)})
        if (!value->empty())
            list = curl_slist_append(list, fmt::format("{}: {}", name, *value).c_str());
    return {list, curl_slist_free_all};
}

HttpError status_error(const std::string& url, long status) {
    return {HttpError::Kind::status, fmt::format("{} answered HTTP {}", host_and_port(url), status),
            status};
}

HttpError crowded(const std::string& url) {
    return {HttpError::Kind::too_large,
            host_and_port(url) + " sends more than there is room for beside others"};
}

}  // namespace

std::string join_url(std::string_view base, std::string_view path) {
    while (base.ends_with('/')) base.remove_suffix(1);
    while (path.starts_with('/')) path.remove_prefix(1);
    return fmt::format("{}/{}", base, path);
}

std::string host_and_port(const std::string& text) {
    const Url url = parse_url(text);
    if (!url) return mask_passwords(one_line(text));
    return part(url, CURLUPART_HOST) + ":" + part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

Result<void> check_builder_url(const std::string& text) {
    const Url url = parse_url(text);
    const bool http = text.starts_with("http://") || text.starts_with("https://");
    if (!url || !http || part(url, CURLUPART_HOST).empty() || one_line(text) != text ||
        text.find(' ') != text.npos)
        return Error{fmt::format("'{}' is no URL of the form http://host:port/", one_line(text))};
    if (!part(url, CURLUPART_QUERY).empty() || !part(url, CURLUPART_FRAGMENT).empty())
        return Error{fmt::format("the URL '{}' has a query or fragment", one_line(text))};
    return {};
}

Http::Http(Loop& loop, const HttpOptions& options)
    : loop_(loop),
      options_(options),
      post_headers_(xml_headers()),
      room_(options.answer_bytes),
      calls_(loop, options.max_calls),
      transfers_(loop, options.max_transfers) {
    curl_multi_setopt(loop.multi(), CURLMOPT_MAXCONNECTS,
                      static_cast<long>(options.max_calls + options.max_transfers));
}

Task<> Http::room_for_a_call() {
    auto permit = co_await calls_.acquire();
}

// To make a handle and to set its options for each call was a twentieth of a scan's instructions.
Easy Http::easy_for_post() {
    if (!spare_.empty()) {
        Easy easy = std::move(spare_.back());
        spare_.pop_back();
        return easy;
    }
    Easy easy = make_easy();
    set_common(easy.get(), options_);
    curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, post_headers_.get());
    curl_easy_setopt(easy.get(), CURLOPT_BUFFERSIZE, 1024L);  // thousands of them are open at once
    return easy;
}

void Http::cut() {
    cut_ = true;
    for (Transfer* transfer : under_way_) transfer->stop(HttpError::Kind::cut);
}

Task<Result<void, HttpError>> Http::perform(Transfer& transfer, bool to_its_end) {
    if (to_its_end) {
        auto done = co_await transfer.perform();
        co_return done;
    }
    if (cut_) co_return transfer.stop_error(HttpError::Kind::cut);
    // Leaves the set even where the flow is destroyed.
    struct UnderWay {
        std::set<Transfer*>& all;
        Transfer* one;
        UnderWay(std::set<Transfer*>& set, Transfer* transfer) : all(set), one(transfer) {
            all.insert(one);
        }
        ~UnderWay() { all.erase(one); }
        UnderWay(const UnderWay&) = delete;
        UnderWay& operator=(const UnderWay&) = delete;
    };
    const UnderWay entry(under_way_, &transfer);
    auto done = co_await transfer.perform();
    co_return done;
}

Task<Result<std::string, HttpError>> Http::post(PostRequest request) {
    auto permit = co_await calls_.acquire();
    Transfer transfer(loop_, request.url, request.deadline, easy_for_post());
    set_post(transfer.easy(), request);
    AnswerRoom::Answer answer(room_);
    transfer.receive(
        [&answer](std::string_view piece) -> Result<void> {
            if (!answer.append(piece)) return Error{"no room"};
            return {};
        },
        request.max_answer);
    auto done = co_await perform(transfer, request.to_its_end);
    const long status = transfer.status();
    if (done) spare_.push_back(transfer.give_up_easy());  // a failed one may keep its errno
    if (answer.gave_way()) co_return crowded(request.url);
    if (!done) co_return done.error();
    if (status != 200) co_return status_error(request.url, status);
    co_return answer.take();
}

Task<Result<void, HttpError>> Http::get(GetRequest request, BodySink sink) {
    auto permit = co_await transfers_.acquire();
    if (request.resume_from > request.max_bytes) co_return longer_than_allowed(request.url);
    const auto headers = conditions(request);
    Transfer transfer(loop_, request.url, request.deadline);
    set_common(transfer.easy(), options_);
    set_get(transfer.easy(), request);
    if (headers) curl_easy_setopt(transfer.easy(), CURLOPT_HTTPHEADER, headers.get());
    transfer.receive(std::move(sink), request.max_bytes - request.resume_from);
    transfer.fetch(request);
    auto done = co_await perform(transfer, false);
    if (!done) co_return done.error();
    const long expected = request.resume_from > 0 ? 206 : 200;
    if (transfer.status() != expected) co_return status_error(request.url, transfer.status());
    co_return Result<void, HttpError>();
}

// Among the calls, for transfers may take all their room for long.
Task<Result<long, HttpError>> Http::head(std::string url, std::chrono::seconds deadline) {
    auto permit = co_await calls_.acquire();
    Transfer transfer(loop_, url, deadline);
    set_common(transfer.easy(), options_);
    set_connection(transfer.easy(), Connection::closed);
    curl_easy_setopt(transfer.easy(), CURLOPT_NOBODY, 1L);
    transfer.receive([](std::string_view) { return Result<void>(); }, 0);
    auto done = co_await perform(transfer, false);
    if (!done) co_return done.error();
    co_return transfer.status();
}

}  // namespace buildd::net
