#include "base/progress_line.hpp"

#include <memory>
#include <unistd.h>

#include "base/text.hpp"

namespace buildd {

namespace {

constexpr std::string_view erase = "\r\x1b[K";

}  // namespace

void ProgressLine::show(std::string_view text) {
    if (text.empty()) return clear();
    const auto now = std::chrono::steady_clock::now();
    if (shown_ && now < next_) return;
    next_ = now + std::chrono::milliseconds(100);
    shown_ = true;
    (void)!write_all(STDERR_FILENO, fmt::format("{}{}", erase, one_line(text)), "progress");
}

void ProgressLine::clear() {
    if (std::exchange(shown_, false)) (void)!write_all(STDERR_FILENO, erase, "progress");
}

void log_to_terminal(Log& log) {
    auto line = std::make_shared<ProgressLine>();
    log.add_sink([line, write = stderr_sink(false)](Level level, std::string_view text) {
        line->clear();
        write(level, text);
    });
    log.on_progress([line](std::string_view text) { line->show(text); });
}

}  // namespace buildd
