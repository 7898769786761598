#include "farm/outbox.hpp"

#include "db/mail.hpp"
#include "net/smtp.hpp"
#include "policy/backoff.hpp"

namespace buildd::farm {

namespace {

constexpr int looked_at = 100;  // mails at a time
constexpr std::chrono::seconds between_rounds{60};

std::string item_of(MailId mail) {
    return fmt::format("mail-{}", mail.value);
}

bool ends_round(const net::HttpError& error) {
    using Kind = net::HttpError::Kind;
    return error.kind == Kind::unreachable || error.kind == Kind::timeout;
}

}  // namespace

std::vector<std::string> MailKind::waiting() {
    std::vector<std::string> items;
    if (round_is_over()) return items;
    for (const MailId mail : db::due_mails(farm_.database, looked_at)) {
        items.push_back(item_of(mail));
        mails_[items.back()] = mail;
    }
    return items;
}

std::string MailKind::describe(const std::string& item) const {
    return "send " + item;
}

bool MailKind::is_awaited(const std::string& item) const {
    return running_.contains(item);
}

void MailKind::say_held(const std::string& item) const {
    farm_.log.debug("Another process does this: {}", describe(item));
}

net::Task<> MailKind::work_on(WorkHold& hold) {
    const std::string& item = hold.items.front().name;
    if (round_is_over()) co_return;
    running_.insert(item);
    try {
        co_await send(item);
    } catch (const db::StatementError& error) {  // its row, not the session
        farm_.refused(describe(item), error);
    }
    running_.erase(item);
}

net::Task<> MailKind::send(std::string item) {
    const auto due = db::read_due_mail(farm_.database, mails_.at(item));
    if (!due) co_return;  // another process has sent it
    const Settings& settings = farm_.settings();
    net::SmtpEnvelope envelope{settings.smtp_url, settings.default_sender_address, due->recipient,
                               settings.smtp_timeout, settings.smtp_tls};
    auto sent = co_await net::send_mail(farm_.loop, std::move(envelope), due->message);
    if (!sent) {
        note_failure(*due, sent.error());
        co_return;
    }
    db::mark_sent(farm_.database, due->id);
    ++farm_.report.mails;
    farm_.log.info("Mail {} sent to {}: {}", due->id.value, due->recipient, due->subject);
}

void MailKind::note_failure(const DueMail& due, const net::HttpError& error) {
    if (ends_round(error)) next_round_ = Clock::now() + between_rounds;
    if (due.age >= policy::mail_lifetime) {
        db::mark_unsent(farm_.database, due.id, error.message, std::nullopt);
        farm_.log.error("Mail {} to {} is given up after {} tries: {} -- tell them otherwise: {}",
                        due.id.value, due.recipient, due.attempts + 1, error.message, due.subject);
        return;
    }
    db::mark_unsent(farm_.database, due.id, error.message, policy::mail_backoff(due.attempts + 1));
    farm_.log.info("Mail {} to {} could not be sent, tried again later: {}", due.id.value,
                   due.recipient, error.message);
}

}  // namespace buildd::farm
