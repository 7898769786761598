#include "farm/log_compressor.hpp"

#include <fmt/format.h>

namespace buildd::farm {

LogCompressor::LogCompressor(net::Loop& loop, StoredFile& file, std::uint64_t limit,
                             std::size_t room)
    : loop_(loop),
      gzip_([&file](std::string_view bytes) { return file.write(bytes); }),
      limit_(limit),
      left_(limit),
      conveyor_(loop, room, [this](std::string_view piece) { return gzip_.write(piece); }) {}

Result<void> LogCompressor::take(std::string_view piece) {
    const std::string_view wanted = piece.substr(0, left_);
    left_ -= wanted.size();
    if (auto taken = conveyor_.take(wanted); !taken) return taken;
    if (wanted.size() == piece.size()) return {};
    cut_ = true;
    return Error{"cut"};
}

net::Task<Result<void>> LogCompressor::finish() {
    auto written = co_await conveyor_.finish();
    if (!written) co_return written;
    written = co_await loop_.offload([&] { return end_stream(); });
    co_return written;
}

Result<void> LogCompressor::end_stream() {
    if (cut_) {
        const auto note = fmt::format("\n[buildd-master: log cut at {} bytes]\n", limit_);
        if (auto written = gzip_.write(note); !written) return written;
    }
    return gzip_.finish();
}

}  // namespace buildd::farm
