// The log: `LEVEL   message`, one line each, passwords masked (buildd-master(1), "OUTPUT").
//
// One thread alone writes to a Log: the loop's. Nothing that fails in a sink comes back: a log that
// cannot be written ends nothing.
#pragma once

#include <fmt/format.h>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"

namespace buildd {

enum class Level { DEBUG, INFO, WARNING, ERROR, CRITICAL };

std::string_view level_name(Level level);

// Receives each line that passes the threshold, already one line and masked.
using LogSink = std::function<void(Level, std::string_view line)>;

class Log {
 public:
    // Lines below `threshold` go nowhere, and are not even made.
    explicit Log(Level threshold) : threshold_(threshold) {}

    void add_sink(LogSink sink) { sinks_.push_back(std::move(sink)); }
    // `message` may hold anything: it is made one line, and masked, before any sink sees it.
    void write(Level level, std::string_view message);

    // Receives the counters of long work; without it they go nowhere.
    void on_progress(std::function<void(std::string_view)> show) { progress_ = std::move(show); }
    template <class... Args>
    void progress(fmt::format_string<Args...> text, Args&&... args) {
        if (progress_) progress_(fmt::format(text, std::forward<Args>(args)...));
    }

    template <class... Args>
    void debug(fmt::format_string<Args...> text, Args&&... args) {
        format(Level::DEBUG, text, std::forward<Args>(args)...);
    }
    template <class... Args>
    void info(fmt::format_string<Args...> text, Args&&... args) {
        format(Level::INFO, text, std::forward<Args>(args)...);
    }
    template <class... Args>
    void warning(fmt::format_string<Args...> text, Args&&... args) {
        format(Level::WARNING, text, std::forward<Args>(args)...);
    }
    template <class... Args>
    void error(fmt::format_string<Args...> text, Args&&... args) {
        format(Level::ERROR, text, std::forward<Args>(args)...);
    }
    template <class... Args>
    void critical(fmt::format_string<Args...> text, Args&&... args) {
        format(Level::CRITICAL, text, std::forward<Args>(args)...);
    }

 private:
    template <class... Args>
    void format(Level level, fmt::format_string<Args...> text, Args&&... args) {
        if (level >= threshold_) write(level, fmt::format(text, std::forward<Args>(args)...));
    }

    Level threshold_;
    std::vector<LogSink> sinks_;
    std::function<void(std::string_view)> progress_;
};

// Lines to stderr; `journal` adds systemd's `<N>` priorities.
LogSink stderr_sink(bool journal);
// Lines appended to an open file; `times` puts UTC time in front. Owns the descriptor.
LogSink file_sink(Fd fd, bool times);

}  // namespace buildd
