#include "net/smtp.hpp"

#include <fmt/format.h>

#include "net/smtp_talk.hpp"

namespace buildd::net {

namespace {

// After its connection is cut a talk ends at once.
constexpr Milliseconds end_grace{500};

HttpError too_slow(SmtpTalk& talk, const std::string& url, std::chrono::seconds deadline) {
    using Kind = HttpError::Kind;
    const std::string peer = host_and_port(url);
    if (!talk.connected())
        return {Kind::unreachable, fmt::format("cannot connect to {}: timed out", peer)};
    return {Kind::timeout, fmt::format("{} did not answer within {} s", peer, deadline.count())};
}

}  // namespace

Task<Result<void, HttpError>> send_mail(Loop& loop, SmtpEnvelope envelope, std::string message) {
    const std::string url = envelope.url;
    const auto deadline = envelope.timeout;
    Event over(loop);
    bool expired = false;
    const auto started = SmtpThread::start(std::move(envelope), std::move(message));
    if (!started) co_return HttpError{HttpError::Kind::refused, started.error().message};
    SmtpTalk& talk = (*started)->talk();
    const Watch watch(loop, talk.over_fd(), [&over] { over.set(); });
    Loop::TimerId last{};
    const auto timer = loop.add_timer(loop.now() + deadline, [&] {
        expired = true;
        talk.hang_up();
        last = loop.add_timer(loop.now() + end_grace, [&over] { over.set(); });
    });
    co_await over;
    loop.cancel_timer(timer);
    loop.cancel_timer(last);
    const bool ended = talk.wait_until_over(Milliseconds(0));
    if (ended && (talk.result().ok() || !expired)) co_return talk.result();
    co_return too_slow(talk, url, deadline);
}

}  // namespace buildd::net
