// A build log on its way into the librarian, compressed while more of it comes.
#pragma once

#include <cstdint>
#include <string_view>

#include "librarian/gzip.hpp"
#include "librarian/librarian.hpp"
#include "net/conveyor.hpp"

namespace buildd::farm {

class LogCompressor {
 public:
    // At most `limit` bytes go to `file`, and then a line that says so. `room`: bytes of the log
    // that may wait in memory.
    LogCompressor(net::Loop& loop, StoredFile& file, std::uint64_t limit, std::size_t room);

    // The next piece. An error when the disk failed, or when there is more than the limit; see
    // cut().
    Result<void> take(std::string_view piece);
    net::Brake& brake() { return conveyor_.brake(); }  // for the transfer that calls take()
    bool cut() const { return cut_; }

    // Once, whatever became of the transfer, before this object goes: it may still be at work.
    net::Task<Result<void>> finish();

 private:
    Result<void> end_stream();

    net::Loop& loop_;
    GzipStream gzip_;  // at one time of the helper thread only
    std::uint64_t limit_;
    std::uint64_t left_;
    bool cut_ = false;
    net::Conveyor conveyor_;
};

}  // namespace buildd::farm
