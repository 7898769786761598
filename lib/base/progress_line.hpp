// Counters for who watches a long command: one line on a terminal's stderr that they overwrite
// (buildd-master(1), "OUTPUT").
#pragma once

#include <chrono>
#include <string_view>

#include "base/log.hpp"

namespace buildd {

class ProgressLine {
 public:
    ProgressLine() = default;
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    // At most ten times a second. Empty: the line goes.
    void show(std::string_view text);
    void clear();

 private:
    bool shown_ = false;
    std::chrono::steady_clock::time_point next_;
};

// The log's lines on a terminal, and its counters below them.
void log_to_terminal(Log& log);

}  // namespace buildd
