#include "net/transfer.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <new>
#include <utility>

#include "net/content_range.hpp"

namespace buildd::net {

namespace {

constexpr std::uint64_t max_error_page = 64 << 10;
constexpr Milliseconds give_way_pause{250};  // between two questions
constexpr std::size_t max_kept_header = 200;
constexpr long partial_content = 206, range_not_satisfiable = 416;

// libcurl leaves 0 where it ran into a limit before connect(2).
std::string connect_reason(CURL* easy) {
    long os_error = 0;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_error);
    return os_error == 0 ? "no connection" : std::strerror(static_cast<int>(os_error));
}

// What the answer's header `name` says; nullptr: there is none, or more than one.
const char* only_header(CURL* easy, const char* name) {
    curl_header* header = nullptr;
    const auto found = curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header);
    return found == CURLHE_OK && header->amount == 1 ? header->value : nullptr;
}

// One that was kept alive took no time to connect.
bool connected(CURL* easy) {
    curl_off_t connect_time = 0;
    long new_connections = 0;
    curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connect_time);
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &new_connections);
    const char* address = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address);
    const bool kept_alive = new_connections == 0 && address != nullptr && *address != '\0';
    return connect_time > 0 || kept_alive;
}

}  // namespace

HttpError curl_error(CURL* easy, CURLcode code, const std::string& url,
                     std::chrono::seconds deadline) {
    using Kind = HttpError::Kind;
    const std::string peer = host_and_port(url);
    switch (code) {
        case CURLE_COULDNT_CONNECT:
            return {Kind::unreachable,
                    fmt::format("cannot connect to {}: {}", peer, connect_reason(easy))};
        case CURLE_COULDNT_RESOLVE_HOST:
            return {Kind::unreachable, fmt::format("the host name of {} is not known", peer)};
        case CURLE_UNSUPPORTED_PROTOCOL:
            if (url.starts_with("http"))
                return {Kind::broken, fmt::format("{} does not speak HTTP", peer)};
            [[fallthrough]];
        case CURLE_URL_MALFORMAT:
            return {Kind::unreachable, fmt::format("'{}' is no usable URL", peer)};
        case CURLE_OPERATION_TIMEDOUT:
            if (!connected(easy))
                return {Kind::unreachable, fmt::format("cannot connect to {}: timed out", peer)};
            return {Kind::timeout,
                    fmt::format("{} did not answer within {} s", peer, deadline.count())};
        case CURLE_GOT_NOTHING:
            return {Kind::broken, fmt::format("{} closed the connection without an answer", peer)};
        case CURLE_PARTIAL_FILE:
            return {Kind::broken, fmt::format("{} cut its answer off", peer)};
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
            return {Kind::broken, fmt::format("the connection to {} broke", peer)};
        default:
            return {Kind::broken, fmt::format("{}: {}", peer, curl_easy_strerror(code))};
    }
}

HttpError longer_than_allowed(const std::string& url) {
    return {HttpError::Kind::too_large, host_and_port(url) + " sends more than is allowed"};
}

void Brake::release() {
    pulled_ = false;
    if (Transfer* transfer = std::exchange(standing_, nullptr)) transfer->go_on();
}

void EasyCleanup::operator()(void* easy) const {
    curl_easy_cleanup(easy);
}

Easy make_easy() {
    Easy easy(curl_easy_init());
    if (!easy) throw std::bad_alloc();
    curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy.get(), CURLOPT_DNS_CACHE_TIMEOUT, -1L);
    return easy;
}

Transfer::Transfer(Loop& loop, std::string url, std::chrono::seconds deadline, Easy easy)
    : loop_(loop),
      url_(std::move(url)),
      deadline_(deadline),
      easy_(std::move(easy)),
      finished_(loop),
      done_([this](int code) {
          code_ = static_cast<CURLcode>(code);
          finished_.set();
      }) {
    curl_easy_setopt(easy_.get(), CURLOPT_URL, url_.c_str());
}

Transfer::~Transfer() {
    if (brake_ != nullptr) brake_->standing_ = nullptr;
    if (give_way_timer_) loop_.cancel_timer(*give_way_timer_);
    if (easy_) loop_.remove_transfer(easy_.get());
}

Easy Transfer::give_up_easy() {
    loop_.remove_transfer(easy_.get());
    return std::move(easy_);
}

void Transfer::receive(BodySink sink, std::uint64_t max_bytes) {
    sink_ = std::move(sink);
    left_ = max_bytes;
    curl_easy_setopt(easy_.get(), CURLOPT_WRITEFUNCTION, &Transfer::write);
    curl_easy_setopt(easy_.get(), CURLOPT_WRITEDATA, static_cast<void*>(this));
    curl_easy_setopt(easy_.get(), CURLOPT_HEADERFUNCTION, &Transfer::header);
    curl_easy_setopt(easy_.get(), CURLOPT_HEADERDATA, static_cast<void*>(this));
}

void Transfer::fetch(const GetRequest& request) {
    request_ = &request;
    brake_ = request.brake;
    if (request.gives_way) ask_to_give_way();
}

void Transfer::ask_to_give_way() {
    give_way_timer_ = loop_.add_timer(loop_.now() + give_way_pause, [this] {
        if (request_->gives_way())
            stop(HttpError::Kind::yielded);
        else
            ask_to_give_way();
    });
}

void Transfer::know_headers() {
    if (std::exchange(headers_known_, true) || request_ == nullptr) return;
    if (request_->resume_from > 0) {
        refuses_to_resume_ = !resumes();
        return;
    }
    keep_header("ETag", request_->etag);
    keep_header("Last-Modified", request_->last_modified);
    curl_off_t length = -1;
    curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    const bool stated = status() == 200 && length > 0 && request_->total != nullptr;
    if (stated) *request_->total = static_cast<std::uint64_t>(length);
}

// What is sent back as it is must be short and plain.
void Transfer::keep_header(const char* name, std::string* where) const {
    if (where == nullptr || status() != 200) return;
    const char* text = only_header(easy_.get(), name);
    const std::string_view value = text == nullptr ? "" : text;
    const bool plain =
        std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
    *where = plain && value.size() <= max_kept_header ? value : "";
}

// Other errors than these say nothing about going on: a proxy's 502 costs no bytes.
bool Transfer::resumes() {
    if (status() >= 300) return status() != range_not_satisfiable;
    const char* text = only_header(easy_.get(), "Content-Range");
    const auto range = text == nullptr ? std::nullopt : parse_content_range(text);
    const std::uint64_t wanted = request_->expected_total;
    if (status() != partial_content || !range || range->first != request_->resume_from ||
        range->last + 1 != range->total || (wanted != 0 && range->total != wanted))
        return false;
    promised_ = range->total - range->first;
    if (request_->total != nullptr) *request_->total = range->total;
    return true;
}

HttpError Transfer::not_resumed() const {
    return {HttpError::Kind::not_resumed,
            fmt::format("{} does not go on at byte {}", host_and_port(url_), request_->resume_from),
            status()};
}

std::size_t Transfer::header(char* data, std::size_t size, std::size_t count, void* self) {
    const std::string_view line(data, size * count);
    static_cast<Transfer*>(self)->headers_ended_ = line == "\r\n" || line == "\n";
    return line.size();
}

std::size_t Transfer::write(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::string_view piece(data, size * count);
    transfer.know_headers();
    if (transfer.refuses_to_resume_) return 0;
    if (transfer.status() >= 300) {  // an error page: not wanted, but a little of it is harmless
        transfer.discarded_ += piece.size();
        return transfer.discarded_ > max_error_page ? 0 : piece.size();
    }
    if (transfer.brake_ != nullptr && transfer.brake_->pulled()) {
        transfer.brake_->standing_ = &transfer;
        return CURL_WRITEFUNC_PAUSE;  // libcurl keeps the piece and brings it again
    }
    if (piece.size() > transfer.left_) {
        transfer.overflow_ = true;
        return 0;
    }
    transfer.left_ -= piece.size();
    if (!transfer.was_promised(piece.size())) return 0;
    try {
        transfer.refused_ = transfer.sink_(piece);
    } catch (const std::exception& error) {  // it must not pass through libcurl
        transfer.refused_ = Error{error.what()};
    }
    return transfer.refused_ ? piece.size() : 0;
}

// libcurl brings what it has kept at once; when the sink refuses that, it leaves the rest to us.
void Transfer::go_on() {
    const CURLcode code = curl_easy_pause(easy_.get(), CURLPAUSE_CONT);
    if (code != CURLE_OK) done_(static_cast<int>(code));
}

void Transfer::stop(HttpError::Kind why) {
    stopped_ = why;
    finished_.set();
}

HttpError Transfer::stop_error(HttpError::Kind why) const {
    return {why, "the time was over for " + host_and_port(url_)};
}

Task<Result<void, HttpError>> Transfer::perform() {
    const auto timer = loop_.add_timer(loop_.now() + deadline_, [this] {
        expired_ = true;
        finished_.set();
    });
    loop_.add_transfer(easy_.get(), &done_);
    co_await finished_;
    loop_.cancel_timer(timer);
    if (overflow_) co_return longer_than_allowed(url_);
    if (!refused_) co_return HttpError{HttpError::Kind::refused, refused_.error().message};
    if (refuses_to_resume_) co_return not_resumed();
    if (stopped_) co_return stop_error(*stopped_);
    if (discarded_ > max_error_page) co_return Result<void, HttpError>();
    if (expired_) code_ = CURLE_OPERATION_TIMEDOUT;
    if (code_ == CURLE_OK && !all_came()) code_ = CURLE_PARTIAL_FILE;
    if (code_ == CURLE_OPERATION_TIMEDOUT && !expired_ && has_stalled()) co_return stalled();
    if (code_ != CURLE_OK) co_return curl_error(easy_.get(), code_, url_, deadline_);
    know_headers();  // of an answer without a body
    if (refuses_to_resume_) co_return not_resumed();
    co_return Result<void, HttpError>();
}

// libcurl has one code for this and for a host that takes no connection.
bool Transfer::has_stalled() const {
    return request_ != nullptr && connected(easy_.get());
}

HttpError Transfer::stalled() const {
    curl_off_t came = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_SIZE_DOWNLOAD_T, &came);
    const char* did = came > 0 ? "sent less than 1 KiB/s for" : "did not answer within";
    return {HttpError::Kind::timeout,
            fmt::format("{} {} {} s", host_and_port(url_), did, request_->stall.count())};
}

// Of a 206 that states no Content-Length only its Content-Range says how much is to come.
bool Transfer::was_promised(std::uint64_t size) {
    if (request_ == nullptr || request_->resume_from == 0) return true;
    refuses_to_resume_ = size > promised_;
    promised_ -= std::min(promised_, size);
    return !refuses_to_resume_;
}

// libcurl 7.88 is content with an answer that ends within its headers, and it does not compare a
// 206 with what its Content-Range says.
bool Transfer::all_came() const {
    return (headers_ended_ || !url_.starts_with("http")) && promised_ == 0;
}

long Transfer::status() const {
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
}

}  // namespace buildd::net
