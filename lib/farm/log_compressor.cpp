#include "farm/log_compressor.hpp"

#include <fmt/format.h>

namespace buildd::farm {

LogCompressor::LogCompressor(net::Loop& loop, LogFile& file, std::uint64_t limit, std::size_t room)
    : loop_(loop),
      file_(file),
      limit_(limit),
      left_(limit - file.raw()),
      conveyor_(loop, room, [&file](std::string_view piece) { return file.write(piece); }) {}

Result<void> LogCompressor::take(std::string_view piece) {
    const std::string_view wanted = piece.substr(0, left_);
    left_ -= wanted.size();
    if (auto taken = conveyor_.take(wanted); !taken) return taken;
    if (wanted.size() == piece.size()) return {};
    cut_ = true;
    return Error{"cut"};
}

net::Task<Result<void>> LogCompressor::finish(bool ended) {
    auto written = co_await conveyor_.finish();
    if (!written) co_return written;
    const std::string last_words =
        cut_ ? fmt::format("\n[buildd-master: log cut at {} bytes]\n", limit_) : "";
    written = co_await loop_.offload(
        [&] { return ended || cut_ ? file_.end(last_words) : file_.rest(); });
    co_return written;
}

}  // namespace buildd::farm
