#include "upload/unpacked.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/fd.hpp"
#include "upload/archive_handle.hpp"

namespace buildd {

namespace {

constexpr std::size_t block = 64 << 10;

Error damaged(archive* from) {
    return {fmt::format("it is damaged: it does not decompress ({})", archive_error(from))};
}

// A file without a byte is no stream of any kind for the format "raw".
bool open(archive* from, int fd) {
    archive_read_support_filter_gzip(from);
    archive_read_support_filter_xz(from);
    archive_read_support_filter_zstd(from);
    archive_read_support_format_raw(from);
    archive_read_support_format_empty(from);
    return archive_read_open_fd(from, fd, block) == ARCHIVE_OK;
}

Result<void> pump(archive* from, std::uint64_t limit, const UnpackedSink& sink) {
    std::uint64_t left = limit;
    for (;;) {
        const void* data = nullptr;
        std::size_t size = 0;
        la_int64_t offset = 0;
        const int got = archive_read_data_block(from, &data, &size, &offset);
        if (got == ARCHIVE_EOF) return {};
        if (got != ARCHIVE_OK) return damaged(from);
        if (size > left)
            return Error{fmt::format("it decompresses to more than {}", show_size(limit))};
        left -= size;
        if (auto taken = sink({static_cast<const char*>(data), size}); !taken) return taken;
    }
}

}  // namespace

Result<void> read_unpacked(int fd, std::uint64_t limit, const UnpackedSink& sink) {
    if (::lseek(fd, 0, SEEK_SET) != 0) return system_error("cannot read", "a temporary file");
    const Archive from(archive_read_new());
    if (!from) return Error{"there is no memory to decompress it"};
    if (!open(from.get(), fd)) return damaged(from.get());
    archive_entry* entry = nullptr;
    const int got = archive_read_next_header(from.get(), &entry);
    if (got == ARCHIVE_EOF) return {};
    if (got != ARCHIVE_OK) return damaged(from.get());
    return pump(from.get(), limit, sink);
}

}  // namespace buildd
