#include "farm/mails.hpp"

#include <chrono>
#include <fmt/format.h>
#include <random>

#include "base/text.hpp"
#include "db/mail.hpp"
#include "db/snapshot.hpp"
#include "mail/compose.hpp"

namespace buildd::farm {

namespace {

// One of a kind for Message-ID, whatever else happens in this second.
std::string unique_token() {
    static std::random_device device;
    return fmt::format("{:08x}{:08x}", device(), device());
}

mail::Sender sender_of(const Settings& settings) {
    return {settings.default_sender_name, settings.default_sender_address};
}

void queue_composed(db::Transaction& transaction, const Farm& farm, const MailFacts& facts,
                    const std::vector<Recipient>& recipients) {
    mail::Occasion occasion{std::chrono::system_clock::now(), "", "", ""};
    if (facts.build_log) occasion.build_log_url = farm.librarian.url(*facts.build_log);
    if (facts.dsc) occasion.source_url = farm.librarian.url(*facts.dsc);
    for (const auto& recipient : recipients) {
        occasion.unique = unique_token();
        db::queue_mail(transaction, facts.build.id,
                       mail::compose(facts, recipient, sender_of(farm.settings()), occasion));
    }
}

std::string quarantine_text(db::Transaction& transaction, const QuarantineNews& news,
                            const std::vector<db::AskedAgain>& again) {
    const auto listed = [&](std::string text, const std::vector<BuildId>& builds) {
        for (const auto build : builds)
            if (const auto facts = db::read_build_facts(transaction, build))
                text += fmt::format("  {} ({})\n", facts->title(), build.value);
        return text;
    };
    std::vector<BuildId> asked;
    for (const auto& one : again) asked.push_back(one.build);
    const auto well = db::built_well(transaction, news.builder);
    std::string text = fmt::format(
        "The builder '{}' is in quarantine for {}: {}.\n\nAfter that it is given one job, whose "
        "end decides. Nobody has to do anything.\n",
        news.name, show_duration(news.rest), news.why);
    if (!asked.empty())
        text += listed("\nIt said that these failed, and others are asked:\n", asked);
    if (!well.empty())
        text += listed("\nThese it built well in the last two hours; are they good?\n", well);
    return text;
}

}  // namespace

void queue_taken_back(db::Transaction& transaction, const Farm& farm,
                      const std::vector<db::AskedAgain>& builds, const std::string& why) {
    if (!farm.settings().send_build_notification) return;
    for (const auto& one : builds) {
        if (one.told.empty()) continue;
        MailFacts facts = db::read_mail_facts(transaction, one.build);
        facts.detail = fmt::format("The mail that said that it failed to build is taken back: {}.",
                                   one_line(why));
        queue_composed(transaction, farm, facts, one.told);
    }
}

void queue_quarantine_mails(db::Transaction& transaction, const Farm& farm,
                            const QuarantineNews& news, const std::vector<db::AskedAgain>& again) {
    if (!farm.settings().send_build_notification) return;
    queue_taken_back(transaction, farm, again,
                     fmt::format("much speaks against the builder that said so, '{}', and another "
                                 "one is asked",
                                 news.name));
    const auto text = quarantine_text(transaction, news, again);
    const auto admins = db::read_admins(transaction, farm.settings().buildd_admins);
    for (const auto& admin : admins)
        db::queue_mail(
            transaction, std::nullopt,
            mail::compose_notice({fmt::format("Builder {} is in quarantine", news.name), text},
                                 admin.address, sender_of(farm.settings()),
                                 {std::chrono::system_clock::now(), unique_token(), "", ""}));
}

void queue_mails(db::Transaction& transaction, const Farm& farm, BuildId build,
                 const MailTexts& texts, bool admins_alone) {
    const Settings& settings = farm.settings();
    if (!settings.send_build_notification) return;
    const auto recipients = admins_alone
                                ? db::read_admins(transaction, settings.buildd_admins)
                                : db::read_recipients(transaction, build, settings.notify_owner,
                                                      settings.buildd_admins);
    if (recipients.empty()) {
        farm.log.info("Nobody is there to be told of build {}", build.value);
        return;
    }
    MailFacts facts = db::read_mail_facts(transaction, build);
    facts.detail = texts.detail;
    facts.upload_log = texts.upload_log;
    facts.log_tail = texts.log_tail;
    queue_composed(transaction, farm, facts, recipients);
}

void queue_notice(db::Transaction& transaction, const Farm& farm, const std::string& subject,
                  const std::string& text) {
    const Settings& settings = farm.settings();
    if (!settings.send_build_notification) return;
    const mail::Sender sender = sender_of(settings);
    mail::Occasion occasion{std::chrono::system_clock::now(), "", "", ""};
    for (const auto& recipient : db::read_admins(transaction, settings.buildd_admins)) {
        occasion.unique = unique_token();
        db::queue_mail(transaction, std::nullopt,
                       mail::compose_notice({subject, text}, recipient.address, sender, occasion));
    }
}

}  // namespace buildd::farm
