#include "net/transfer.hpp"

#include <cstring>
#include <fmt/format.h>
#include <new>
#include <utility>

namespace buildd::net {

namespace {

constexpr std::uint64_t max_error_page = 64 << 10;

// libcurl leaves 0 where it ran into a limit before connect(2).
std::string connect_reason(CURL* easy) {
    long os_error = 0;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_error);
    return os_error == 0 ? "no connection" : std::strerror(static_cast<int>(os_error));
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

std::size_t Transfer::header(char* data, std::size_t size, std::size_t count, void* self) {
    const std::string_view line(data, size * count);
    static_cast<Transfer*>(self)->headers_ended_ = line == "\r\n" || line == "\n";
    return line.size();
}

std::size_t Transfer::write(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::string_view piece(data, size * count);
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

void Transfer::cut() {
    cut_ = true;
    finished_.set();
}

HttpError Transfer::cut_error() const {
    return {HttpError::Kind::cut, "the time was over for " + host_and_port(url_)};
}

Task<Result<void, HttpError>> Transfer::perform() {
    const auto timer = loop_.add_timer(loop_.now() + deadline_, [this] {
        expired_ = true;
        finished_.set();
    });
    loop_.add_transfer(easy_.get(), &done_);
    co_await finished_;
    loop_.cancel_timer(timer);
    if (overflow_)
        co_return HttpError{HttpError::Kind::too_large,
                            host_and_port(url_) + " sends more than is allowed"};
    if (!refused_) co_return HttpError{HttpError::Kind::refused, refused_.error().message};
    if (cut_) co_return cut_error();
    if (discarded_ > max_error_page) co_return Result<void, HttpError>();
    if (expired_) code_ = CURLE_OPERATION_TIMEDOUT;
    // libcurl 7.88 is content with an answer that ends within its headers.
    if (code_ == CURLE_OK && !headers_ended_ && url_.starts_with("http"))
        code_ = CURLE_PARTIAL_FILE;
    if (code_ != CURLE_OK) co_return curl_error(easy_.get(), code_, url_, deadline_);
    co_return Result<void, HttpError>();
}

long Transfer::status() const {
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
}

}  // namespace buildd::net
