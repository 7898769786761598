#include "base/log.hpp"

#include <chrono>
#include <memory>
#include <unistd.h>

#include "base/text.hpp"

namespace buildd {

std::string_view level_name(Level level) {
    switch (level) {
        case Level::DEBUG:
            return "DEBUG";
        case Level::INFO:
            return "INFO";
        case Level::WARNING:
            return "WARNING";
        case Level::ERROR:
            return "ERROR";
        case Level::CRITICAL:
            return "CRITICAL";
    }
    return "?";
}

namespace {

// sd-daemon(3): 2 critical, 3 error, 4 warning, 6 info, 7 debug.
int journal_priority(Level level) {
    switch (level) {
        case Level::DEBUG:
            return 7;
        case Level::INFO:
            return 6;
        case Level::WARNING:
            return 4;
        case Level::ERROR:
            return 3;
        case Level::CRITICAL:
            return 2;
    }
    return 3;
}

// A log that cannot be written is not worth ending a pass for.
void put(int fd, const std::string& line) {
    (void)!write_all(fd, line, "log");
}

}  // namespace

void Log::write(Level level, std::string_view message) {
    if (level < threshold_) return;
    const std::string line =
        fmt::format("{:<7} {}", level_name(level), mask_passwords(one_line(message)));
    for (const auto& sink : sinks_) sink(level, line);
}

LogSink stderr_sink(bool journal) {
    return [journal](Level level, std::string_view line) {
        put(STDERR_FILENO, journal ? fmt::format("<{}>{}\n", journal_priority(level), line)
                                   : fmt::format("{}\n", line));
    };
}

LogSink file_sink(Fd fd, bool times) {
    return [file = std::make_shared<Fd>(std::move(fd)), times](Level, std::string_view line) {
        const auto now = std::chrono::system_clock::now();
        const std::string stamp = times ? utc_stamp(now, "%Y-%m-%dT%H:%M:%SZ ") : "";
        put(file->get(), fmt::format("{}{}\n", stamp, line));
    };
}

}  // namespace buildd
