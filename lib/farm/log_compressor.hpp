// A build log on its way to disk, compressed while more of it comes.
#pragma once

#include <cstdint>
#include <string_view>

#include "farm/log_file.hpp"
#include "net/conveyor.hpp"

namespace buildd::farm {

class LogCompressor {
 public:
    // With what is in it already at most `limit` bytes of the log go to `file`, and then a line
    // that says so. `room`: bytes of the log that may wait in memory.
    LogCompressor(net::Loop& loop, LogFile& file, std::uint64_t limit, std::size_t room);

    // The next piece. An error when the disk failed, or when there is more than the limit; see
    // cut().
    Result<void> take(std::string_view piece);
    net::Brake& brake() { return conveyor_.brake(); }  // for the transfer that calls take()
    bool cut() const { return cut_; }

    // Once, whatever became of the transfer, before this object goes: it may still be at work.
    // `ended`: all of the log has come; else the next transfer goes on.
    net::Task<Result<void>> finish(bool ended);

 private:
    net::Loop& loop_;
    LogFile& file_;  // at one time of the helper thread only
    std::uint64_t limit_;
    std::uint64_t left_;
    bool cut_ = false;
    net::Conveyor conveyor_;
};

}  // namespace buildd::farm
