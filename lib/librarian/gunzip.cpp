#include "librarian/gunzip.hpp"

#include <array>
#include <fcntl.h>
#include <fmt/format.h>
#include <memory>
#include <unistd.h>
#include <zlib.h>

#include "base/fd.hpp"
#include "base/text.hpp"

namespace buildd {

namespace {

using GzipFile = std::unique_ptr<gzFile_s, int (*)(gzFile)>;

Result<void> pump(const GzipFile& file, const GunzipSink& sink) {
    std::array<char, 65536> piece;
    for (;;) {
        const int got = gzread(file.get(), piece.data(), static_cast<unsigned>(piece.size()));
        int status = Z_OK;
        if (got <= 0) gzerror(file.get(), &status);  // a cut file ends without complaint else
        if (got < 0 || status != Z_OK) return Error{"it is damaged: it does not decompress"};
        if (got == 0) return {};
        if (auto taken = sink({piece.data(), static_cast<std::size_t>(got)}); !taken) return taken;
    }
}

}  // namespace

Result<void> read_gunzipped(const std::string& path, const GunzipSink& sink) {
    const GzipFile file(gzopen(path.c_str(), "rb"), &gzclose);
    if (!file) return system_error("cannot open", path);
    const auto done = pump(file, sink);
    return done ? done : Error{path + ": " + done.error().message};
}

Result<void> read_gunzipped(int fd, std::uint64_t limit, const GunzipSink& sink) {
    const int own = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);  // gzclose closes it
    if (own < 0 || ::lseek(own, 0, SEEK_SET) != 0) {
        ::close(own);
        return system_error("cannot read", "a temporary file");
    }
    const GzipFile file(gzdopen(own, "rb"), &gzclose);
    if (!file) {
        ::close(own);
        return Error{"there is no memory to decompress it"};
    }
    std::uint64_t left = limit;
    return pump(file, [&](std::string_view piece) -> Result<void> {
        if (piece.size() > left)
            return Error{fmt::format("it decompresses to more than {}", show_size(limit))};
        left -= piece.size();
        return sink(piece);
    });
}

}  // namespace buildd
