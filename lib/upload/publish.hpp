// Running the farm's publish_command for one leaf.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "net/loop.hpp"
#include "supervise/supervise.hpp"

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
    failed,    // any other end, its deadline included: later again
    given_up,  // every try of a day has failed
};

struct PublishEnd {
    Publishing what = Publishing::done;
    bool started = true;  // false: it is known that nothing of it has run
    std::string why;      // it failed
};

// Makes it ready to be run: what an earlier try of this leaf left behind is ended. Throws Failure
// when it cannot be run, or an earlier one still runs.
supervise::ChildOrder prepare_publish(const PublishOrder& order);

// One try. What it prints is logged.
net::Task<PublishEnd> run_publish_command(net::Loop& loop, Log& log, supervise::ChildOrder command);

}  // namespace buildd
