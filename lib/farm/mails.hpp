// Writing the mails about a build into the outbox (spec: behaviour §10).
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "db/verdicts.hpp"
#include "farm/farm.hpp"
#include "model/ids.hpp"

namespace buildd::farm {

// What the database does not hold.
struct MailTexts {
    std::string detail;      // why, where the state does not say it
    std::string upload_log;  // for FAILEDTOUPLOAD
    std::string log_tail;    // the last lines of the build log; empty: none
};

// After the build's row has its final form. `admins_alone`: it is
// no matter of the package.
void queue_mails(db::Transaction& transaction, const Farm& farm, BuildId build,
                 const MailTexts& texts, bool admins_alone = false);

// Who was told of the failure of such a build is told that it was none, and why.
void queue_taken_back(db::Transaction& transaction, const Farm& farm,
                      const std::vector<db::AskedAgain>& builds, const std::string& why);

// A builder that is put in quarantine.
struct QuarantineNews {
    BuilderId builder;
    std::string name, why;
    std::chrono::minutes rest;
};
// Who was told that a build failed, which is asked again now, is told so; and the admins what the
// builder built well lately.
void queue_quarantine_mails(db::Transaction& transaction, const Farm& farm,
                            const QuarantineNews& news, const std::vector<db::AskedAgain>& again);
// To the admins alone, about no build.
void queue_notice(db::Transaction& transaction, const Farm& farm, const std::string& subject,
                  const std::string& text);

}  // namespace buildd::farm
