#include "farm/last_lines.hpp"

#include "base/text.hpp"
#include "librarian/gunzip.hpp"

namespace buildd::farm {

namespace {

constexpr std::size_t most_lines = 25;
constexpr std::size_t most_bytes = 4 << 10;

}  // namespace

std::string log_end(const std::string& path, std::size_t bytes) {
    std::string held;
    const auto read = read_gunzipped(path, [&](std::string_view piece) -> Result<void> {
        held += piece;
        if (held.size() > 2 * bytes) held.erase(0, held.size() - bytes);
        return {};
    });
    if (!read) return {};
    if (held.size() > bytes) held.erase(0, held.size() - bytes);
    return to_utf8(held);
}

std::string last_lines(const std::string& path) {
    const std::string text = mask_tail(log_end(path, most_bytes));
    auto lines = split(trim(text), '\n');
    if (lines.size() > most_lines)
        lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(most_lines));
    return join(lines, "\n");
}

std::string last_line(std::string_view lines) {
    const auto all = trim(lines);
    const auto end = all.rfind('\n');
    return one_line(end == std::string_view::npos ? all : all.substr(end + 1));
}

}  // namespace buildd::farm
