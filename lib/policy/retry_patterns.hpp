// What in a log says that a package failed by a fault that passes (setting retry_patterns): RE2's
// patterns, whose time grows with the log alone, however a hostile one is written. Pure.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace re2 {
class RE2;
}

namespace buildd::policy {

// Bytes of a log's end that are looked at.
inline constexpr std::size_t retry_window = 64 << 10;

// So often such a failure of one job is given back; then it stands.
inline constexpr int most_retries = 2;

class RetryPatterns {
 public:
    // One pattern a line; blank lines and those that begin with # are passed over. `^` and `$` are
    // the ends of a line. Error: the first line that RE2 refuses: "line 3: missing ): (gone".
    static Result<RetryPatterns> parse(std::string_view text);

    RetryPatterns(RetryPatterns&&) noexcept;
    RetryPatterns& operator=(RetryPatterns&&) noexcept;
    ~RetryPatterns();

    // The first pattern that the end of a log has, as it is written. `log_end`: valid UTF-8.
    std::optional<std::string> found_in(std::string_view log_end) const;

 private:
    RetryPatterns();

    std::vector<std::unique_ptr<re2::RE2>> patterns_;
    std::vector<std::string> texts_;
};

}  // namespace buildd::policy
