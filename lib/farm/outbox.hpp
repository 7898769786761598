// Sending what waits in mailqueue (spec: behaviour §10).
#pragma once

#include <chrono>
#include <string>

#include "base/log.hpp"
#include "db/database.hpp"
#include "net/loop.hpp"

namespace buildd::farm {

struct OutboxSettings {
    std::string smtp_url;
    std::string sender_address;
    std::chrono::seconds timeout{30};
};

struct OutboxResult {
    int sent = 0;
    int postponed = 0;
    int given_up = 0;
};

// Sends each due mail at most once, one after the other. A server that cannot be reached ends the
// round: the rest keeps its time.
net::Task<OutboxResult> send_due(net::Loop& loop, db::Database& database,
                                 const OutboxSettings& settings, Log& log);

}  // namespace buildd::farm
