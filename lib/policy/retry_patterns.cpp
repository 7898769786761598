#include "policy/retry_patterns.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/text.hpp"

namespace buildd::policy {

namespace {

constexpr std::size_t most_patterns = 1000;
constexpr std::int64_t memory_of_a_pattern = 4 << 20;

re2::RE2::Options options() {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(memory_of_a_pattern);
    return options;
}

}  // namespace

RetryPatterns::RetryPatterns() = default;
RetryPatterns::RetryPatterns(RetryPatterns&&) noexcept = default;
RetryPatterns& RetryPatterns::operator=(RetryPatterns&&) noexcept = default;
RetryPatterns::~RetryPatterns() = default;

Result<RetryPatterns> RetryPatterns::parse(std::string_view text) {
    RetryPatterns all;
    const auto lines = split(text, '\n');
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string line{trim(lines[i])};
        if (line.empty() || line.starts_with('#')) continue;
        auto pattern = std::make_unique<re2::RE2>("(?m:" + line + ")", options());
        if (!pattern->ok())
            return Error{fmt::format("line {}: {}", i + 1, one_line(pattern->error()))};
        if (all.patterns_.size() == most_patterns)
            return Error{fmt::format("line {}: there are more than {}", i + 1, most_patterns)};
        all.patterns_.push_back(std::move(pattern));
        all.texts_.push_back(line);
    }
    return all;
}

std::optional<std::string> RetryPatterns::found_in(std::string_view log_end) const {
    const re2::StringPiece text(log_end.data(), log_end.size());
    for (std::size_t i = 0; i < patterns_.size(); ++i)
        if (re2::RE2::PartialMatch(text, *patterns_[i])) return texts_[i];
    return std::nullopt;
}

}  // namespace buildd::policy
