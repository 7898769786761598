// Running the farm's publish_command for one leaf.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "net/loop.hpp"

namespace buildd {

struct PublishOrder {
    std::string root, leaf;
    std::vector<std::string> command;
    std::chrono::seconds timeout{};
    std::vector<std::pair<std::string, std::string>> values;  // for %(name)s
    int lock_fd = -1;  // the leaf's lock, kept as long as it runs
};

enum class Publishing {
    done,
    refused,   // it ended with 65
    given_up,  // every try of a day came to nothing
};

// One try. What it prints is logged. Throws Failure when it came to nothing (any other end, its
// deadline included): later again. Never run while an earlier one of this leaf still runs.
net::Task<Publishing> run_publish_command(net::Loop& loop, Log& log, PublishOrder order);

}  // namespace buildd
