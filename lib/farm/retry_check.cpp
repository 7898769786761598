#include "farm/retry_check.hpp"

#include "base/fd.hpp"
#include "farm/last_lines.hpp"

namespace buildd::farm {

namespace {

constexpr std::uint64_t most_bytes = 1 << 20;

}  // namespace

Result<policy::RetryPatterns> read_retry_patterns(const std::string& file) {
    const auto text = read_file(file, most_bytes);
    if (!text) return text.error();
    auto patterns = policy::RetryPatterns::parse(*text);
    if (!patterns) return Error{file + ", " + patterns.error().message};
    return patterns;
}

std::optional<std::string> retry_pattern_in(const std::string& file, const std::string& log) {
    const auto patterns = read_retry_patterns(file);
    if (!patterns) return std::nullopt;
    return patterns->found_in(log_end(log, policy::retry_window));
}

}  // namespace buildd::farm
