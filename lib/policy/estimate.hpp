// When a queue will be empty.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace buildd::policy {

// One architecture's jobs of one trust, and who builds them.
struct QueueLoad {
    std::int64_t pending = 0, running = 0;
    std::int64_t builders = 0;                  // in use, idle or not
    std::optional<std::chrono::seconds> usual;  // how long its last builds took on average
};

// Until its pending jobs have been built, if none came; running ones are taken as half done.
// nullopt: nothing is pending, nobody builds it, or nothing was built yet.
std::optional<std::chrono::seconds> time_to_empty(const QueueLoad& load);

}  // namespace buildd::policy
