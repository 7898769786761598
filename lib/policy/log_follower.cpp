#include "policy/log_follower.hpp"

#include <algorithm>
#include <utility>

namespace buildd::policy {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::string_view masked = "***";
constexpr std::size_t longest_mark = 1024;
// Shorter ones are chance: a line end, a blank line. Below it only a whole tail counts.
constexpr std::size_t shortest_overlap = 16;

std::string_view without_half_character(std::string_view tail) {
    return tail.ends_with(replacement) ? tail.substr(0, tail.size() - replacement.size()) : tail;
}

// How many bytes at the end of `old` begin `tail`; 0 for none.
std::size_t overlap(std::string_view old, std::string_view tail) {
    for (std::size_t n = std::min(old.size(), tail.size()); n > 0; --n) {
        if (n < shortest_overlap && n < old.size()) break;
        if (old.ends_with(tail.substr(0, n))) return n;
    }
    return 0;
}

}  // namespace

std::string LogFollower::next(std::string_view tail) {
    tail = without_half_character(tail);
    if (tail.empty()) return "";
    const std::string old = std::exchange(seen_, std::string(tail));
    if (old.empty()) return std::string(tail);
    if (const auto n = overlap(old, tail); n > 0) return std::string(tail.substr(n));
    const auto whole_line = tail.find('\n');
    if (whole_line != std::string_view::npos) tail.remove_prefix(whole_line + 1);
    if (const auto n = overlap(old, tail); n > 0) return std::string(tail.substr(n));
    return gap + std::string(tail);
}

std::string_view LogFollower::mark() const {
    std::string_view mark = seen_;
    for (const auto changed : {replacement, masked})
        if (const auto at = mark.rfind(changed); at != std::string_view::npos)
            mark.remove_prefix(at + changed.size());
    if (mark.size() > longest_mark) mark.remove_prefix(mark.size() - longest_mark);
    return mark;
}

void LogSearch::take(std::string_view piece) {
    if (text_.empty()) return;
    kept_ += piece;
    if (const auto at = kept_.rfind(text_); at != std::string::npos)
        end_ = passed_ + at + text_.size();
    const auto surplus = kept_.size() - std::min(kept_.size(), text_.size() - 1);
    kept_.erase(0, surplus);
    passed_ += surplus;
}

}  // namespace buildd::policy
