// Neither a bad job nor a bad builder may loop for ever (spec: behaviour §2, "Counting").
#pragma once

#include <optional>
#include <string>

namespace buildd::policy {

// Whom an event counts against: the tables' "JB", "J", "B", "–".
struct Counted {
    bool job = false;
    bool builder = false;
    bool any() const { return job || builder; }
};

struct Counts {
    int job = 0;      // build.failure_count
    int builder = 0;  // builder.failure_count
};

struct Thresholds {
    int job = 3;
    int builder = 5;
};

// What follows from the counts after the event.
struct Blame {
    Counts counts;
    bool give_up_build = false;    // FAILEDTOBUILD, with mail that says why
    bool give_up_builder = false;  // failed, for a person
};

Blame blame(Counts before, Counted event, const Thresholds& thresholds);

}  // namespace buildd::policy
