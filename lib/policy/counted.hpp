// Whom an event counts against (spec: behaviour §2, "Counting").
#pragma once

namespace buildd::policy {

// The tables' "JB", "J", "B", "–".
struct Counted {
    bool job = false;
    bool builder = false;
    bool any() const { return job || builder; }
};

struct Thresholds {
    int job = 3;      // job_failure_threshold
    int builder = 5;  // builder_failure_threshold
};

}  // namespace buildd::policy
