#include "farm/mails.hpp"

#include <chrono>
#include <fmt/format.h>
#include <random>

#include "db/mail.hpp"
#include "mail/compose.hpp"

namespace buildd::farm {

namespace {

// One of a kind for Message-ID, whatever else happens in this second.
std::string unique_token() {
    static std::random_device device;
    return fmt::format("{:08x}{:08x}", device(), device());
}

}  // namespace

void queue_mails(const Farm& farm, BuildId build, const MailTexts& texts, bool admins_alone) {
    const Settings& settings = farm.settings();
    if (!settings.send_build_notification) return;
    const auto recipients = admins_alone
                                ? db::read_admins(farm.database, settings.buildd_admins)
                                : db::read_recipients(farm.database, build, settings.notify_owner,
                                                      settings.buildd_admins);
    if (recipients.empty()) {
        farm.log.info("Nobody is there to be told of build {}", build.value);
        return;
    }
    MailFacts facts = db::read_mail_facts(farm.database, build);
    facts.detail = texts.detail;
    facts.upload_log = texts.upload_log;
    facts.log_tail = texts.log_tail;
    const mail::Sender sender{settings.default_sender_name, settings.default_sender_address};
    mail::Occasion occasion{std::chrono::system_clock::now(), "", "", ""};
    if (facts.build_log) occasion.build_log_url = farm.librarian.url(*facts.build_log);
    if (facts.dsc) occasion.source_url = farm.librarian.url(*facts.dsc);
    for (const auto& recipient : recipients) {
        occasion.unique = unique_token();
        db::queue_mail(farm.database, build, mail::compose(facts, recipient, sender, occasion));
    }
}

}  // namespace buildd::farm
