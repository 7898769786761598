#include "farm/log_compressor.hpp"

#include <fmt/format.h>

namespace buildd::farm {

namespace {

// Of each log twice that much is in memory: a millisecond of compression.
constexpr std::size_t max_pending = 64 << 10;

}  // namespace

LogCompressor::LogCompressor(net::Loop& loop, StoredFile& file, std::uint64_t limit)
    : loop_(loop),
      gzip_([&file](std::string_view bytes) { return file.write(bytes); }),
      limit_(limit),
      left_(limit) {}

Result<void> LogCompressor::take(std::string_view piece) {
    if (!written_) return written_;
    const std::string_view wanted = piece.substr(0, left_);
    left_ -= wanted.size();
    pending_ += wanted;
    if (!idle_ || idle_->is_set()) {
        idle_.emplace(loop_);
        loop_.spawn(work());
    }
    if (pending_.size() >= max_pending) brake_.pull();
    if (wanted.size() == piece.size()) return {};
    cut_ = true;
    return Error{"cut"};
}

net::Task<> LogCompressor::work() {
    while (!pending_.empty() && written_) {
        in_hand_.swap(pending_);
        pending_.clear();
        brake_.release();
        Result<void> done;
        co_await loop_.offload([&] { done = gzip_.write(in_hand_); });
        written_ = done;
    }
    brake_.release();
    idle_->set();
}

net::Task<Result<void>> LogCompressor::finish() {
    if (idle_) {
        net::Event& idle = *idle_;
        co_await idle;
    }
    if (!written_) co_return written_;
    co_await loop_.offload([&] { written_ = end_stream(); });
    co_return written_;
}

Result<void> LogCompressor::end_stream() {
    if (cut_) {
        const auto note = fmt::format("\n[buildd-master: log cut at {} bytes]\n", limit_);
        if (auto written = gzip_.write(note); !written) return written;
    }
    return gzip_.finish();
}

}  // namespace buildd::farm
