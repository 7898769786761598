// Who is told of a build, and the outbox (spec: behaviour §10).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/mail.hpp"

namespace buildd::db {

// What a mail about a build says. Reads the build as the transaction has left it.
MailFacts read_mail_facts(Database& database, BuildId build);

// Addresses to write to, each once: the source's creator (if `notify_owner`), and the buildd
// admins (trusted, or its chroot could not be used) or the archive's owner. A team without an
// address means its members, however deep. `admins`: the name of a person or team.
std::vector<Recipient> read_recipients(Database& database, BuildId build, bool notify_owner,
                                       const std::string& admins);

// Addresses of that person or team alone.
std::vector<Recipient> read_admins(Database& database, const std::string& admins);

// `build`: nullopt for a mail about none.
void queue_mail(Transaction& transaction, std::optional<BuildId> build, const Mail& mail);

// Unsent mail whose time has come, oldest first, at most `limit`.
std::vector<MailId> due_mails(Database& database, int limit);
// nullopt: it is not due (any more).
std::optional<DueMail> read_due_mail(Database& database, MailId mail);

void mark_sent(Database& database, MailId mail);
// `retry_in`: nullopt gives it up.
void mark_unsent(Database& database, MailId mail, const std::string& error,
                 std::optional<std::chrono::minutes> retry_in);

}  // namespace buildd::db
