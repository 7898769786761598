// How long a build will take, and when a queue will be empty. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace buildd::policy {

// What good attempts of a source took on an architecture: the last ones, at most five.
using GoodTimes = std::vector<std::chrono::seconds>;

// Two architectures, by the sources that both have built lately.
struct Speeds {
    std::int64_t sources = 0;
    std::chrono::seconds here{}, there{};  // what they took in all
};

struct Elsewhere {
    GoodTimes times;
    Speeds speeds;
};

// The builds of an architecture of late.
struct Usual {
    std::chrono::seconds time{};  // on average
    std::uint64_t size = 0;       // of their sources, on average, in bytes
};

struct EstimateFacts {
    GoodTimes own;                     // on the build's architecture
    std::vector<Elsewhere> elsewhere;  // on others
    std::uint64_t size = 0;            // of its source
    std::optional<Usual> usual;
};

struct Estimate {
    std::chrono::seconds time{};  // at most 30 days, whatever the clocks did meanwhile
    bool known = false;           // by good attempts of its source, here or elsewhere
};

// nullopt: nothing was built yet that tells anything.
std::optional<Estimate> estimate(const EstimateFacts& facts);

// A group's jobs before one, and who builds them.
struct Ahead {
    std::chrono::seconds waiting{};  // that those take
    std::chrono::seconds running{};  // until those that run are done, in all
    std::int64_t builders = 0;       // in use, idle or not
};
// Until it starts, if nothing better comes. nullopt: nobody builds.
std::optional<std::chrono::seconds> time_to_start(const Ahead& ahead);

// One architecture's jobs of one trust, and who builds them.
struct QueueLoad {
    std::int64_t pending = 0, running = 0;
    std::int64_t builders = 0;                         // in use, idle or not
    std::optional<std::chrono::seconds> usual;         // how long a build takes on average
    std::optional<std::chrono::seconds> first_done{};  // until one of the running ones is
};

// Until the first of its pending jobs starts. nullopt: none is pending, nobody builds, or nobody
// knows when a builder will be free.
std::optional<std::chrono::seconds> time_to_next(const QueueLoad& load);

// Until its pending jobs have been built, if none came; running ones are taken as half done.
// nullopt: nothing is pending, nobody builds it, or nothing was built yet.
std::optional<std::chrono::seconds> time_to_empty(const QueueLoad& load);

}  // namespace buildd::policy
