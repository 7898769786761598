// A build log on its way into the librarian: compressed on a helper thread while more of it comes.
// On the loop's own thread a long log would keep everybody else waiting.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "librarian/gzip.hpp"
#include "librarian/librarian.hpp"
#include "net/http.hpp"

namespace buildd::farm {

class LogCompressor {
 public:
    // At most `limit` bytes go to `file`, and then a line that says so.
    LogCompressor(net::Loop& loop, StoredFile& file, std::uint64_t limit);

    // The next piece. An error when the disk failed, or when there is more than the limit; see
    // cut().
    Result<void> take(std::string_view piece);
    net::Brake& brake() { return brake_; }  // for the transfer that calls take()
    bool cut() const { return cut_; }

    // Once, whatever became of the transfer, before this object goes: it may still be at work.
    net::Task<Result<void>> finish();

 private:
    net::Task<> work();
    Result<void> end_stream();

    net::Loop& loop_;
    GzipStream gzip_;  // at one time of the helper thread only
    std::uint64_t limit_;
    std::uint64_t left_;
    bool cut_ = false;
    net::Brake brake_;
    std::string pending_, in_hand_;
    std::optional<net::Event> idle_;  // of the last work(), if any: set when it ended
    Result<void> written_;            // as far as the loop's thread knows
};

}  // namespace buildd::farm
