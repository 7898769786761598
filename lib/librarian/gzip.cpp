#include "librarian/gzip.hpp"

#include <array>
#include <new>
#include <zlib.h>

namespace buildd {

struct GzipStream::State {
    z_stream stream{};
    State() {
        constexpr int gzip_window = 15 + 16;  // zlib.h: 16 more asks for a gzip header
        if (deflateInit2(&stream, 6, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::bad_alloc();
    }
    ~State() { deflateEnd(&stream); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
};

GzipStream::GzipStream(Out out) : out_(std::move(out)), state_(std::make_unique<State>()) {}
GzipStream::~GzipStream() = default;
GzipStream::GzipStream(GzipStream&&) noexcept = default;

Result<void> GzipStream::deflate(std::string_view bytes, int flush) {
    z_stream& stream = state_->stream;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::array<char, 32768> piece;
    do {
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        ::deflate(&stream, flush);
        const std::string_view made(piece.data(), piece.size() - stream.avail_out);
        if (!made.empty())
            if (auto written = out_(made); !written) return written;
    } while (stream.avail_out == 0);
    return {};
}

Result<void> GzipStream::write(std::string_view bytes) {
    return deflate(bytes, Z_NO_FLUSH);
}

Result<void> GzipStream::finish() {
    auto done = deflate({}, Z_FINISH);
    deflateReset(&state_->stream);
    return done;
}

}  // namespace buildd
