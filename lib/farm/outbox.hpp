// Sending what waits in mailqueue (spec: behaviour §10).
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "farm/work.hpp"
#include "model/mail.hpp"
#include "net/http.hpp"

namespace buildd::farm {

// Each due mail at most once a minute, over at most four connections of this host. A server that
// cannot be reached or does not answer in time ends the round: the rest keeps its time, and the
// next round of this process begins a minute later.
class MailKind : public WorkKind {
 public:
    explicit MailKind(Farm& farm) : farm_(farm) {}

    std::string slot() const override { return "mail"; }
    std::int64_t slots() const override { return 4; }
    std::vector<std::string> waiting() override;
    std::string describe(const std::string& item) const override;
    bool is_awaited(const std::string& item) const override;  // its end is near: smtp_timeout
    void say_held(const std::string& item) const override;
    net::Task<> work_on(WorkHold& hold) override;

 private:
    using Clock = std::chrono::steady_clock;
    bool round_is_over() const { return Clock::now() < next_round_; }
    net::Task<> send(std::string item);
    void note_failure(const DueMail& due, const net::HttpError& error);

    Farm& farm_;
    std::map<std::string, MailId> mails_;  // by item
    std::set<std::string> running_;
    Clock::time_point next_round_{};
};

}  // namespace buildd::farm
