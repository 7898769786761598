#include "farm/outbox.hpp"

#include "db/mail.hpp"
#include "net/smtp.hpp"
#include "policy/backoff.hpp"

namespace buildd::farm {

namespace {

constexpr int mails_per_round = 500;

void note_failure(db::Database& database, const DueMail& due, const std::string& reason, Log& log,
                  OutboxResult& result) {
    if (due.age >= policy::mail_lifetime) {
        db::mark_unsent(database, due.id, reason, std::nullopt);
        ++result.given_up;
        log.error("Mail {} to {} is given up after {} tries: {} -- tell them otherwise: {}",
                  due.id.value, due.recipient, due.attempts + 1, reason, due.subject);
        return;
    }
    db::mark_unsent(database, due.id, reason, policy::mail_backoff(due.attempts + 1));
    ++result.postponed;
    log.info("Mail {} to {} could not be sent, tried again later: {}", due.id.value, due.recipient,
             reason);
}

}  // namespace

net::Task<OutboxResult> send_due(net::Loop& loop, db::Database& database,
                                 const OutboxSettings& settings, Log& log) {
    OutboxResult result;
    const auto mails = db::due_mails(database, mails_per_round);
    for (const auto& due : mails) {
        net::SmtpEnvelope envelope{settings.smtp_url, settings.sender_address, due.recipient,
                                   settings.timeout};
        auto sent = co_await net::send_mail(loop, std::move(envelope), due.message);
        if (sent) {
            db::mark_sent(database, due.id);
            ++result.sent;
            log.info("Mail {} sent to {}: {}", due.id.value, due.recipient, due.subject);
            continue;
        }
        note_failure(database, due, sent.error().message, log, result);
        if (sent.error().kind == net::HttpError::Kind::unreachable) break;
    }
    co_return result;
}

}  // namespace buildd::farm
