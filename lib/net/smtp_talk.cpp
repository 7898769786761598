#include "net/smtp_talk.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/no_waiting.hpp"
#include "net/offloader.hpp"
#include "net/transfer.hpp"

namespace buildd::net {

namespace {

// What a thread whose connection is cut needs at most, if it is not kept by a name server.
constexpr Milliseconds last_wait{500};

constexpr int poll_milliseconds = 1000;

struct MultiCleanup {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

struct ListFree {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

}  // namespace

struct SmtpCallbacks {
    static curl_socket_t open(void* self, curlsocktype, curl_sockaddr* address) {
        auto& talk = *static_cast<SmtpTalk*>(self);
        const std::lock_guard lock(talk.mutex_);
        if (talk.hung_up_) return CURL_SOCKET_BAD;
        const int fd =
            ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
        if (fd < 0) return CURL_SOCKET_BAD;
        talk.sockets_.insert(fd);
        return fd;
    }

    static int close(void* self, curl_socket_t fd) {
        auto& talk = *static_cast<SmtpTalk*>(self);
        const std::lock_guard lock(talk.mutex_);
        talk.sockets_.erase(fd);
        return ::close(fd);
    }

    // Asked about once a second; not 0: end it.
    static int progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
        auto& talk = *static_cast<SmtpTalk*>(self);
        const std::lock_guard lock(talk.mutex_);
        return talk.hung_up_ ? 1 : 0;
    }

    static std::size_t read(char* buffer, std::size_t size, std::size_t count, void* self) {
        if (progress(self, 0, 0, 0, 0) != 0) return CURL_READFUNC_ABORT;
        auto& rest = static_cast<SmtpTalk*>(self)->rest_;
        const std::size_t length = std::min(size * count, rest.size());
        std::memcpy(buffer, rest.data(), length);
        rest.remove_prefix(length);
        return length;
    }

    static std::size_t drop(char*, std::size_t size, std::size_t count, void*) {
        return size * count;
    }

    static void set(CURL* easy, SmtpTalk& talk) {
        void* const self = &talk;
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &open);
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, self);
        curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &close);
        curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, self);
        curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &progress);
        curl_easy_setopt(easy, CURLOPT_XFERINFODATA, self);
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, &read);
        curl_easy_setopt(easy, CURLOPT_READDATA, self);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &drop);
    }
};

SmtpTalk::SmtpTalk(SmtpEnvelope envelope, std::string message)
    : envelope_(std::move(envelope)),
      message_(std::move(message)),
      rest_(message_),
      over_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void SmtpTalk::run() {
    try {
        result_ = talk();
    } catch (const std::exception& error) {
        result_ = HttpError{HttpError::Kind::refused, error.what()};
    }
    over();
}

Result<void, HttpError> SmtpTalk::talk() {
    const std::unique_ptr<curl_slist, ListFree> recipients(
        curl_slist_append(nullptr, ("<" + envelope_.recipient + ">").c_str()));
    const Easy easy = make_easy();
    SmtpCallbacks::set(easy.get(), *this);
    curl_easy_setopt(easy.get(), CURLOPT_URL, envelope_.url.c_str());
    curl_easy_setopt(easy.get(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    if (envelope_.tls)
        curl_easy_setopt(easy.get(), CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    curl_easy_setopt(easy.get(), CURLOPT_QUICK_EXIT, 1L);  // a name server is not waited for
    curl_easy_setopt(easy.get(), CURLOPT_MAIL_FROM, ("<" + envelope_.sender + ">").c_str());
    curl_easy_setopt(easy.get(), CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(easy.get(), CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy.get(), CURLOPT_INFILESIZE_LARGE,
                     static_cast<curl_off_t>(message_.size()));
    const CURLcode code = perform(easy.get());
    if (code == CURLE_OK) return {};
    HttpError error = curl_error(easy.get(), code, envelope_.url, envelope_.timeout);
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &error.status);
    if (error.status >= 400)
        error.message = fmt::format("{} answered {}", host_and_port(envelope_.url), error.status);
    else if (code == CURLE_USE_SSL_FAILED)
        error.message = fmt::format("{} offers no STARTTLS", host_and_port(envelope_.url));
    return error;
}

// As curl_easy_perform(), which ends a message that is not whole yet with its dot where it cannot
// wait (poll(2) lacks memory): the server would take it.
CURLcode SmtpTalk::perform(CURL* easy) {
    assert(!NoWaiting::in_force());
    const std::unique_ptr<CURLM, MultiCleanup> multi(curl_multi_init());
    CURLMcode well = curl_multi_add_handle(multi.get(), easy);
    for (int running = 1; well == CURLM_OK && running > 0;) {
        well = curl_multi_perform(multi.get(), &running);
        if (well == CURLM_OK && running > 0)
            well = curl_multi_poll(multi.get(), nullptr, 0, poll_milliseconds, nullptr);
    }
    if (well != CURLM_OK) hang_up();
    int left = 0;
    const CURLMsg* end = curl_multi_info_read(multi.get(), &left);
    const CURLcode code = end == nullptr ? CURLE_OUT_OF_MEMORY : end->data.result;
    curl_multi_remove_handle(multi.get(), easy);
    close_for_reading();
    return code;
}

// The server's QUIT is sent, its answer not waited for.
void SmtpTalk::close_for_reading() {
    const std::lock_guard lock(mutex_);
    for (const int fd : sockets_) ::shutdown(fd, SHUT_RD);
}

void SmtpTalk::over() {
    const std::lock_guard lock(mutex_);
    over_ = true;
    (void)::eventfd_write(over_fd_.get(), 1);
    changed_.notify_all();
}

bool SmtpTalk::hang_up() {
    const std::lock_guard lock(mutex_);
    if (std::exchange(hung_up_, true)) return false;
    sockaddr_storage peer{};
    for (const int fd : sockets_) {
        socklen_t length = sizeof peer;
        if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &length) == 0) connected_ = true;
        ::shutdown(fd, SHUT_RDWR);
    }
    return true;
}

bool SmtpTalk::wait_until_over(Milliseconds time) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [this] { return over_; });
}

bool SmtpTalk::connected() {
    const std::lock_guard lock(mutex_);
    return connected_;
}

Result<std::unique_ptr<SmtpThread>> SmtpThread::start(SmtpEnvelope envelope, std::string message) {
    auto talk = std::make_shared<SmtpTalk>(std::move(envelope), std::move(message));
    if (talk->over_fd() < 0) return system_error("cannot make", "an eventfd");
    try {
        return std::unique_ptr<SmtpThread>(new SmtpThread(std::move(talk)));
    } catch (const std::system_error& error) {
        return Error{std::string("cannot start a thread: ") + error.what()};
    }
}

SmtpThread::SmtpThread(std::shared_ptr<SmtpTalk> talk)
    : talk_(std::move(talk)), thread_([talk = talk_] {
          block_signals();
          talk->run();
      }) {}

SmtpThread::~SmtpThread() {
    const bool over = talk_->wait_until_over(Milliseconds(0));
    if (over || (talk_->hang_up() && talk_->wait_until_over(last_wait)))
        thread_.join();
    else
        thread_.detach();
}

}  // namespace buildd::net
